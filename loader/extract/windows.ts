import { RequestError, ServiceDownError, UnavailableError } from "../errors.ts";
import { searches } from "./lists.ts";
import { firstPlace, type Place } from "./next-place.ts";
import { type ListingEnd, type Page, readListing } from "./pages.ts";
import type { Reference } from "./references.ts";
import { around, halves, piecesOf, type SecondsRange, splitAfter } from "./seconds-range.ts";

/** Records whose `updated_at` was in a window when it was searched: all of them, or a piece of a window with many pages. */
export type Found = {
  /** The window, which is covered once these are stored; undefined for a piece that others follow. */
  readonly range: SecondsRange | undefined;
  /** The window also covers the pieces before: they must be stored first. */
  readonly isLastPiece: boolean;
  readonly references: readonly Reference[];
  /** False when the listing kept changing: what was found is right, but records may be missing. */
  readonly isWhole: boolean;
  /** Records that Intercom counts in the window and never shows. */
  readonly unseen: number;
  /** Why this window could not be searched, although others could. */
  readonly failure?: UnavailableError;
};

/**
 * One page of a search over a window.
 * @param isFailFast gives up soon: an earlier search failed, and a smaller window may succeed
 * Errors: UnavailableError when the search fails for good and a smaller one may not. Any other error ends the run.
 */
export type SearchPage = (window: SecondsRange, place: Place, isFailFast: boolean) => Promise<Page<Reference>>;

export type WindowOptions = {
  /** The search's path, for messages. */
  readonly path: string;
  /**
   * Pages of a window. With one page, one response shows one state of the workspace. More pages cost fewer requests where
   * the pages themselves bring the records.
   */
  readonly pagesMax: number;
};

/** Records of a full page. */
const perPage = 150;
/** A piece of a window of one page should hold about this many records. */
const recordsPerPage = 110;
/** Pieces of windows with many pages are made so much smaller than the most: records are not spread evenly. */
const fullShare = 0.8;
/** Two neighbours with more records are not joined. */
const recordsPerJoinedWindow = 100;
/** So many records of one page in one second come from a bulk action. */
const denseSecondMin = 50;
const passesMax = 5;
/** After so many successes in a row, windows may grow to the length that was too heavy. */
const successesToGrow = 8;
/** Pages in a row whose records are mostly outside of their windows. */
const outOfRangePagesMax = 5;
/** Seconds of a range that may fail. More failures do not come from single records. */
const failedSecondsMax = 10;

/**
 * Splits a range into windows, oldest first, without gap or overlap, and finds the records of each. A window is so small that
 * its search takes few pages: one page where `pagesMax` is 1. The order of the records does not matter, nor whether the
 * search's bounds include the seconds that they name.
 *
 * A window of several pages is paged through, and so is a second with more records than a page, as after a bulk action.
 * Passes end when one has seen as many as the search counts. Such a dense second just outside of a window may be in the
 * window's pages too, and would have the window split again and again. It shows that the search's bound includes the second
 * that it names; from then on the bound leaves the second out.
 *
 * A search that fails for good is split like a search that finds too much. It may be too heavy for Intercom, or one
 * record may break the response. A second that still fails, where others do not, is given with its failure.
 */
export async function* findChanged(
  range: SecondsRange,
  search: SearchPage,
  options: WindowOptions,
): AsyncGenerator<Found> {
  let found: Found | undefined;
  for await (const next of new WindowSearch(range, search, options).windows()) {
    // Neighbours with few records become one window: fewer windows to record.
    const both = found === undefined ? undefined : joined(found, next);
    if (both !== undefined) {
      found = both;
    } else {
      if (found !== undefined) yield found;
      found = next;
    }
  }
  if (found !== undefined) yield found;
}

/** The search ignores the bounds of its query. */
class SearchBoundsError extends UnavailableError {
  constructor(path: string) {
    const instead = path === searches.conversations.path ? " with --list, which does not use the search" : " later";
    super(
      `POST ${path} gives records from outside of the requested times. What was loaded stays; run again${instead}.`,
    );
  }
}

/** The windows of a range that are still to be searched, and what the search has shown of itself. */
class WindowSearch {
  readonly #range: SecondsRange;
  readonly #search: SearchPage;
  readonly #options: WindowOptions;
  readonly #pending: SecondsRange[];
  #includesFrom = false;
  #includesTo = false;
  #hasFailed = false;
  #successes = 0;
  /** Longer windows are split before they are searched: Intercom found them too heavy. */
  #secondsMax = Number.POSITIVE_INFINITY;
  /** The length of the last window that was too heavy. */
  #heavySeconds = Number.POSITIVE_INFINITY;
  #successesInARow = 0;
  #outOfRangePages = 0;
  #failedSeconds = 0;

  constructor(range: SecondsRange, search: SearchPage, options: WindowOptions) {
    this.#range = range;
    this.#search = search;
    this.#options = options;
    this.#pending = [range];
  }

  async *windows(): AsyncGenerator<Found> {
    for (let window = this.#pending.pop(); window !== undefined; window = this.#pending.pop()) {
      if (window.to - window.from >= this.#secondsMax) {
        this.#cut(splitAfter(window, this.#secondsMax));
        continue;
      }
      try {
        yield* this.#find(window);
        this.#successes += 1;
        this.#speedUp(window);
      } catch (error) {
        if (!isWorthCutting(error)) throw error;
        this.#hasFailed = true;
        this.#successesInARow = 0;
        if (error.isTooHeavy) this.#slowDown(window);
        if (window.to > window.from) this.#cut(halves(window));
        else yield this.#failed(window, error);
      }
    }
  }

  /** Nothing when the window was split, or is to be searched again. */
  async *#find(window: SecondsRange): AsyncGenerator<Found> {
    const page = await this.#searchPage(window, firstPlace);
    this.#checkBounds(window, page);
    const shown = new Set(page.items.map(({ id }) => id)).size;
    const isCutOff = page.next !== undefined || (page.isFull === true && (page.total ?? 0) > shown);
    if (!isCutOff && shown >= (page.total ?? 0)) {
      yield wholeWindow(window, within(window, page.items));
      return;
    }
    const denseSecond = isCutOff ? denseSecondIn(page.items) : undefined;
    if (denseSecond === window.from - 1 && !this.#includesFrom) {
      this.#includesFrom = true;
      this.#pending.push(window);
    } else if (denseSecond === window.to + 1 && !this.#includesTo && denseSecond <= this.#range.to) {
      // A dense second after the range is happening now: the search may have found it by its earlier times.
      this.#includesTo = true;
      this.#pending.push(window);
    } else if (isCutOff && window.to > window.from && !this.#hasFewPages(page)) {
      const isInside = denseSecond !== undefined && denseSecond >= window.from && denseSecond <= window.to;
      this.#cut(isInside ? around(window, denseSecond) : piecesOf(window, page.total, this.#recordsPerPiece));
    } else {
      yield* this.#paged(window, page);
    }
  }

  /** A page that names no next page leads nowhere: its window is split. */
  #hasFewPages({ total, next }: Page<Reference>): boolean {
    const { pagesMax } = this.#options;
    return pagesMax > 1 && next !== undefined && total !== undefined && total <= pagesMax * perPage;
  }

  get #recordsPerPiece(): number {
    const { pagesMax } = this.#options;
    return pagesMax === 1 ? recordsPerPage : Math.floor(fullShare * pagesMax * perPage);
  }

  /** The pages of a window as pieces, until a pass was whole. @param first the window's first page */
  async *#paged(window: SecondsRange, first: Page<Reference>): AsyncGenerator<Found> {
    let unused: Page<Reference> | undefined = first;
    const fetchPage = async (place: Place): Promise<Page<Reference>> => {
      const page = unused ?? (await this.#searchPage(window, place));
      unused = undefined;
      return page;
    };
    let areNamed = true;
    for await (const { items, end } of readListing(fetchPage, (item) => item.id, passesMax)) {
      const references = within(window, items);
      areNamed = areNamed && hasIds(items);
      if (end === undefined) yield { range: undefined, isLastPiece: false, references, isWhole: true, unseen: 0 };
      else yield lastPiece(window, references, { ...end, isWhole: end.isWhole && areNamed }, this.#options.path);
    }
  }

  #slowDown({ from, to }: SecondsRange): void {
    this.#heavySeconds = to - from + 1;
    this.#secondsMax = Math.max(1, Math.floor((to - from) / 2));
  }

  /** Lets windows grow again: at once far below the length that was too heavy, and up to it after some successes. */
  #speedUp({ from, to }: SecondsRange): void {
    this.#successesInARow += 1;
    if (to - from + 1 >= this.#heavySeconds) this.#heavySeconds = Number.POSITIVE_INFINITY;
    if (4 * this.#secondsMax > this.#heavySeconds && this.#successesInARow < successesToGrow) return;
    this.#secondsMax *= 2;
    this.#successesInARow = 0;
  }

  /** A search that ignores its bounds would be split for ever. Errors: SearchBoundsError. */
  #checkBounds({ from, to }: SecondsRange, page: Page<Reference>): void {
    if (page.next === undefined) return;
    const outOfRange = page.items.filter(
      ({ updatedAt }) => updatedAt !== undefined && (updatedAt < from - 1 || updatedAt > to + 1),
    );
    this.#outOfRangePages = outOfRange.length > page.items.length / 2 ? this.#outOfRangePages + 1 : 0;
    if (this.#outOfRangePages >= outOfRangePagesMax) throw new SearchBoundsError(this.#options.path);
  }

  #searchPage({ from, to }: SecondsRange, place: Place): Promise<Page<Reference>> {
    const window = { from: from + Number(this.#includesFrom), to: to - Number(this.#includesTo) };
    return this.#search(window, place, this.#hasFailed);
  }

  #cut(pieces: readonly SecondsRange[]): void {
    this.#pending.push(...pieces.toReversed());
  }

  /** A failed second as a window. Errors: its failure, where no search succeeded or too many seconds failed. */
  #failed(window: SecondsRange, failure: UnavailableError): Found {
    this.#failedSeconds += 1;
    if (this.#successes === 0 || this.#failedSeconds > failedSecondsMax) throw failure;
    return { range: window, isLastPiece: false, references: [], isWhole: false, unseen: 0, failure };
  }
}

function isWorthCutting(error: unknown): error is UnavailableError {
  if (error instanceof RequestError || error instanceof ServiceDownError) return false;
  return error instanceof UnavailableError && !(error instanceof SearchBoundsError);
}

/** A window whose only page shows all of its records. */
function wholeWindow(range: SecondsRange, references: readonly Reference[]): Found {
  return { range, isLastPiece: false, references, isWhole: hasIds(references), unseen: 0 };
}

function lastPiece(range: SecondsRange, references: readonly Reference[], end: ListingEnd, path: string): Found {
  const { isWhole, unseen, isCutOff } = end;
  const found = { range, isLastPiece: true, references, isWhole, unseen };
  if (!isCutOff) return found;
  const message = `POST ${path} counts more records than it shows, and names no next page.`;
  return { ...found, failure: new UnavailableError(`${message} The next run searches again.`) };
}

/** A record without an id cannot be requested: the next run searches its window again. */
function hasIds(references: readonly Reference[]): boolean {
  return references.every(({ id }) => id !== undefined);
}

/** The search's bounds may include a second more on either side: its records belong to the neighbours. */
function within(window: SecondsRange, items: readonly Reference[]): Reference[] {
  return items.filter(
    ({ updatedAt }) => updatedAt === undefined || (updatedAt >= window.from && updatedAt <= window.to),
  );
}

/** The second that most of a page's records share, where they are many. */
function denseSecondIn(references: readonly Reference[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { updatedAt } of references) {
    if (updatedAt === undefined) continue;
    const count = (counts.get(updatedAt) ?? 0) + 1;
    if (count >= denseSecondMin && count > references.length / 2) return updatedAt;
    counts.set(updatedAt, count);
  }
  return undefined;
}

/** Two neighbours as one window; undefined where they are too many records, or more than their windows. */
function joined(first: Found, second: Found): Found | undefined {
  if (first.range === undefined || second.range === undefined || first.isLastPiece || second.isLastPiece) return;
  if (first.failure !== undefined || second.failure !== undefined) return;
  if (first.references.length + second.references.length > recordsPerJoinedWindow) return;
  return {
    range: { from: first.range.from, to: second.range.to },
    isLastPiece: false,
    references: [...first.references, ...second.references],
    isWhole: first.isWhole && second.isWhole,
    unseen: first.unseen + second.unseen,
  };
}
