import { RequestError, ServiceDownError, UnavailableError } from "../errors.ts";
import { firstPlace, type Place } from "./next-place.ts";
import { type Page, readListing } from "./pages.ts";
import type { ConversationReference } from "./references.ts";
import { around, halves, piecesOf, type SecondsRange, splitAfter } from "./seconds-range.ts";

/** The conversations whose `updated_at` was in a window when it was searched. */
export type FoundWindow = SecondsRange & {
  readonly references: readonly ConversationReference[];
  /** False when the listing kept changing: what was found is right, but conversations may be missing. */
  readonly isWhole: boolean;
  /** Conversations that Intercom counts in the window and never shows. */
  readonly unseen: number;
  /** Why this one second could not be searched, although others could. */
  readonly failure?: UnavailableError;
};

/**
 * One page of a search over a window.
 * @param isFailFast gives up soon: an earlier search failed, and a smaller window may succeed
 * Errors: UnavailableError when the search fails for good and a smaller one may not. Any other error ends the run.
 */
export type SearchPage = (
  window: SecondsRange,
  place: Place,
  isFailFast: boolean,
) => Promise<Page<ConversationReference>>;

/** Two neighbours with more conversations are not joined. */
const conversationsPerWindow = 100;
/** So many conversations of one page in one second come from a bulk action. */
const denseSecondMin = 50;
const passesMax = 5;
/** After so many successes in a row, windows may grow to the length that was too heavy. */
const successesToGrow = 8;
/** Pages in a row whose conversations are mostly outside of their windows. */
const outOfRangePagesMax = 5;
/** Seconds of a range that may fail. More failures do not come from single records. */
const failedSecondsMax = 10;

/**
 * Splits a range into windows, oldest first, without gap or overlap. Each window is so small that one page answers its
 * search. One response shows one state of the workspace, so no conversation can slip from page to page. The order of the
 * conversations does not matter, nor whether the search's bounds include the seconds that they name.
 *
 * Only a second with more conversations than a page (after a bulk action) is paged through, until a pass saw as many as
 * the search counts. Such a dense second just outside of a window may be in the window's pages too, and would have the
 * window split again and again. It shows that the search's bound includes the second that it names; from then on the
 * bound leaves the second out.
 *
 * A search that fails for good is split like a search that finds too much. It may be too heavy for Intercom, or one
 * conversation may break the response. A second that still fails, where others do not, is given with its failure.
 */
export async function* findConversations(range: SecondsRange, search: SearchPage): AsyncGenerator<FoundWindow> {
  let found: FoundWindow | undefined;
  for await (const next of new WindowSearch(range, search).windows()) {
    // Neighbours with few conversations become one window: fewer windows to record.
    if (found !== undefined && isSmall(found, next)) {
      found = joined(found, next);
    } else {
      if (found !== undefined) yield found;
      found = next;
    }
  }
  if (found !== undefined) yield found;
}

/** The search ignores the bounds of its query. */
class SearchBoundsError extends UnavailableError {
  constructor() {
    super(
      "POST /conversations/search gives conversations from outside of the requested times. " +
        "What was loaded stays; run again with --list, which does not use the search.",
    );
  }
}

/** The windows of a range that are still to be searched, and what the search has shown of itself. */
class WindowSearch {
  readonly #range: SecondsRange;
  readonly #search: SearchPage;
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

  constructor(range: SecondsRange, search: SearchPage) {
    this.#range = range;
    this.#search = search;
    this.#pending = [range];
  }

  async *windows(): AsyncGenerator<FoundWindow> {
    for (let window = this.#pending.pop(); window !== undefined; window = this.#pending.pop()) {
      if (window.to - window.from >= this.#secondsMax) {
        this.#cut(splitAfter(window, this.#secondsMax));
        continue;
      }
      try {
        const found = await this.#find(window);
        this.#successes += 1;
        this.#speedUp(window);
        if (found !== undefined) yield found;
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

  /** Undefined when the window was split, or is to be searched again. */
  async #find(window: SecondsRange): Promise<FoundWindow | undefined> {
    const page = await this.#searchPage(window, firstPlace);
    this.#checkBounds(window, page);
    const shown = new Set(page.items.map(({ id }) => id)).size;
    const isCutOff = page.next !== undefined || (page.isFull === true && (page.total ?? 0) > shown);
    if (!isCutOff && shown >= (page.total ?? 0))
      return { ...window, references: within(window, page.items), isWhole: hasIds(page.items), unseen: 0 };
    const denseSecond = isCutOff ? denseSecondIn(page.items) : undefined;
    if (denseSecond === window.from - 1 && !this.#includesFrom) {
      this.#includesFrom = true;
      this.#pending.push(window);
    } else if (denseSecond === window.to + 1 && !this.#includesTo && denseSecond <= this.#range.to) {
      // A dense second after the range is happening now: the search may have found it by its earlier times.
      this.#includesTo = true;
      this.#pending.push(window);
    } else if (isCutOff && window.to > window.from) {
      const isInside = denseSecond !== undefined && denseSecond >= window.from && denseSecond <= window.to;
      this.#cut(isInside ? around(window, denseSecond) : piecesOf(window, page.total));
    } else {
      return readPaged(window, (place) => this.#searchPage(window, place));
    }
    return undefined;
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
  #checkBounds({ from, to }: SecondsRange, page: Page<ConversationReference>): void {
    if (page.next === undefined) return;
    const outOfRange = page.items.filter(
      ({ updatedAt }) => updatedAt !== undefined && (updatedAt < from - 1 || updatedAt > to + 1),
    );
    this.#outOfRangePages = outOfRange.length > page.items.length / 2 ? this.#outOfRangePages + 1 : 0;
    if (this.#outOfRangePages >= outOfRangePagesMax) throw new SearchBoundsError();
  }

  #searchPage({ from, to }: SecondsRange, place: Place): Promise<Page<ConversationReference>> {
    const window = { from: from + Number(this.#includesFrom), to: to - Number(this.#includesTo) };
    return this.#search(window, place, this.#hasFailed);
  }

  #cut(pieces: readonly SecondsRange[]): void {
    this.#pending.push(...pieces.toReversed());
  }

  /** A failed second as a window. Errors: its failure, where no search succeeded or too many seconds failed. */
  #failed(window: SecondsRange, failure: UnavailableError): FoundWindow {
    this.#failedSeconds += 1;
    if (this.#successes === 0 || this.#failedSeconds > failedSecondsMax) throw failure;
    return { ...window, references: [], isWhole: false, unseen: 0, failure };
  }
}

function isWorthCutting(error: unknown): error is UnavailableError {
  if (error instanceof RequestError || error instanceof ServiceDownError) return false;
  return error instanceof UnavailableError && !(error instanceof SearchBoundsError);
}

function isSmall(found: FoundWindow, next: FoundWindow): boolean {
  if (found.failure !== undefined || next.failure !== undefined) return false;
  return found.references.length + next.references.length <= conversationsPerWindow;
}

/** A dense second, or a window whose only page shows less than it counts: paged through until a pass is whole. */
async function readPaged(
  window: SecondsRange,
  fetchPage: (place: Place) => Promise<Page<ConversationReference>>,
): Promise<FoundWindow> {
  const items: ConversationReference[] = [];
  let isWhole = false;
  let unseen = 0;
  let isCutOff = false;
  for await (const listed of readListing(fetchPage, (item) => item.id, passesMax)) {
    items.push(...listed.items);
    if (listed.end !== undefined) ({ isWhole, unseen, isCutOff } = listed.end);
  }
  const found = { ...window, references: within(window, items), isWhole: isWhole && hasIds(items), unseen };
  if (!isCutOff) return found;
  const message = "POST /conversations/search counts more conversations than it shows, and names no next page.";
  return { ...found, failure: new UnavailableError(`${message} The next run searches again.`) };
}

/** A conversation without an id cannot be requested: the next run searches its window again. */
function hasIds(references: readonly ConversationReference[]): boolean {
  return references.every(({ id }) => id !== undefined);
}

/** The search's bounds may include a second more on either side: its conversations belong to the neighbours. */
function within(window: SecondsRange, items: readonly ConversationReference[]): ConversationReference[] {
  return items.filter(
    ({ updatedAt }) => updatedAt === undefined || (updatedAt >= window.from && updatedAt <= window.to),
  );
}

/** The second that most of a page's conversations share, where they are many. */
function denseSecondIn(references: readonly ConversationReference[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { updatedAt } of references) {
    if (updatedAt === undefined) continue;
    const count = (counts.get(updatedAt) ?? 0) + 1;
    if (count >= denseSecondMin && count > references.length / 2) return updatedAt;
    counts.set(updatedAt, count);
  }
  return undefined;
}

function joined(first: FoundWindow, second: FoundWindow): FoundWindow {
  return {
    from: first.from,
    to: second.to,
    references: [...first.references, ...second.references],
    isWhole: first.isWhole && second.isWhole,
    unseen: first.unseen + second.unseen,
  };
}
