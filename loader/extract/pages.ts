import { createHash } from "node:crypto";
import { RestartListingError, UnavailableError } from "../errors.ts";
import { firstPlace, type Place } from "./next-place.ts";

/** No listing has more pages: at 60 records a page, 6 million records. */
const pagesMax = 100_000;
/** Empty pages in a row: Intercom's filters can empty a page, but not a whole list. */
const emptyPagesMax = 20;
/** A listing shows at most twice its count and so many more, since records come meanwhile. Beyond, it has no end. */
const surplusMax = 1000;
/** A listing starts again at most this often. */
const restartsMax = 3;

export type Page<T> = {
  readonly items: readonly T[];
  readonly total: number | undefined;
  /** Where the next page is; undefined on the last one. */
  readonly next: Place | undefined;
  /** Whether the page has as many records as were requested: more may follow, even if no next page is named. */
  readonly isFull?: boolean;
};

export type FetchPage<P> = (place: Place) => Promise<P>;

export type WalkOptions = {
  /** A scroll: it keeps one cursor to its end, and ends with an empty page. */
  readonly isScroll?: boolean;
  /** More pages are an error. */
  readonly pagesMax?: number;
  /** The number of records, where another response than the listing's own named it. */
  readonly total?: number | undefined;
};

/**
 * Goes through a listing page by page: the only loop over Intercom's pages. The walk ends at the page that names no next
 * page, and when a page or a cursor is repeated after the listing has shown as many records as it counts.
 *
 * Errors: RestartListingError when a page or a cursor is repeated before that, when too many pages are empty, and when the
 * pages have no end.
 */
export async function* walkPages<T, P extends Page<T>>(
  fetchPage: FetchPage<P>,
  idOf: (item: T) => string | undefined,
  options: WalkOptions = {},
): AsyncGenerator<P> {
  const places = new Set<string>([keyOf(firstPlace)]);
  const fingerprints = new Set<string>();
  let seen = 0;
  let emptyPages = 0;
  let total = options.total;
  for (let place: Place | undefined = firstPlace, pages = 1; place !== undefined; pages += 1) {
    const page: P = await fetchPage(place);
    total = largest(total, page.total);
    const fingerprint = fingerprintOf(page.items, idOf);
    if (fingerprint !== undefined && fingerprints.has(fingerprint)) return endIfWhole("a page", seen, total);
    if (fingerprint !== undefined) fingerprints.add(fingerprint);
    seen += page.items.length;
    if (total !== undefined && seen > 2 * total + surplusMax)
      throw new RestartListingError(`a listing of ${total} showed ${seen} records`);
    yield page;
    if (page.next === undefined || (options.isScroll === true && page.items.length === 0)) return;
    emptyPages = page.items.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages >= emptyPagesMax) throw new RestartListingError(`${emptyPages} pages in a row were empty`);
    if (pages >= (options.pagesMax ?? pagesMax)) throw new RestartListingError(`more than ${pages} pages`);
    place = page.next;
    if (options.isScroll !== true && places.has(keyOf(place))) return endIfWhole("a cursor", seen, total);
    places.add(keyOf(place));
  }
}

function endIfWhole(repeated: string, seen: number, total: number | undefined): void {
  if (total === undefined || seen < total) throw new RestartListingError(`${repeated} was repeated`);
}

/** Equal for pages with the same records in the same order. Undefined for an empty page, and where an id is missing. */
function fingerprintOf<T>(items: readonly T[], idOf: (item: T) => string | undefined): string | undefined {
  const ids = items.map(idOf);
  if (ids.length === 0 || ids.includes(undefined)) return undefined;
  return createHash("sha256").update(ids.join("\n")).digest("base64");
}

function keyOf(place: Place): string {
  return JSON.stringify(Object.entries(place).sort());
}

function largest(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined || second === undefined ? (first ?? second) : Math.max(first, second);
}

/** How the reading of a listing ended. */
export type ListingEnd = {
  /** False when the listing kept changing: records may be missing. */
  readonly isWhole: boolean;
  /** The only page was full and named no next page, although the count is higher: the rest is out of reach. */
  readonly isCutOff: boolean;
  /** Records that Intercom counts and shows in no pass. The listing counts as whole all the same. */
  readonly unseen: number;
  readonly ids: ReadonlySet<string>;
};

/** New records of a listing, page by page; `end` comes with the last of them. */
export type Listed<T> = { readonly items: readonly T[]; readonly end?: ListingEnd };

/**
 * Goes through a live listing and gives each record once; records without an id, in each pass.
 *
 * A record that moves while the pages are read shifts the others, and a record may slip to a page that was read before. So
 * the pages are read again, at most `passesMax` times, until one pass saw as many records as the listing ever counted.
 * When two passes in a row saw the same records, and fewer than the count, the count is wrong. Only ids stay in memory.
 *
 * Errors: UnavailableError when the listing had to start again too often.
 */
export async function* readListing<T>(
  fetchPage: FetchPage<Page<T>>,
  idOf: (item: T) => string | undefined,
  passesMax = 3,
): AsyncGenerator<Listed<T>> {
  const ids = new Set<string>();
  let restarts = 0;
  let isCutOff = false;
  for (let pass = 1; pass <= passesMax; pass += 1) {
    // In the first pass every record is new: a second set of 100,000 ids would take memory for nothing.
    const seen = ids.size === 0 ? ids : new Set<string>();
    let anonymous = 0;
    let pages = 0;
    let found = 0;
    let total: number | undefined;
    try {
      for await (const page of walkPages<T, Page<T>>(fetchPage, idOf)) {
        total = largest(total, page.total);
        isCutOff = pages === 0 && page.isFull === true;
        pages += 1;
        const items: T[] = [];
        for (const item of page.items) {
          const id = idOf(item);
          const isNew = id === undefined ? pass === 1 : !ids.has(id);
          if (id === undefined) anonymous += 1;
          else seen.add(id);
          if (!isNew) continue;
          if (id !== undefined) ids.add(id);
          found += 1;
          items.push(item);
        }
        yield { items };
      }
    } catch (error) {
      restarts += 1;
      if (!(error instanceof RestartListingError)) throw error;
      if (restarts > restartsMax) {
        throw new UnavailableError(`A listing failed ${restarts} times: ${error.message}. Run again later.`, {
          cause: error,
        });
      }
      pass -= 1;
      continue;
    }
    const seenNow = seen.size + anonymous;
    // A full page proves no end if it is the only page: the records beyond it are missing.
    const isSteady = pass > 1 && found === 0 && seen.size === ids.size && !isCutOff;
    if (total === undefined || seenNow >= total || isSteady) {
      yield { items: [], end: { isWhole: true, isCutOff: false, unseen: Math.max(0, (total ?? 0) - seenNow), ids } };
      return;
    }
  }
  yield { items: [], end: { isWhole: false, isCutOff, unseen: 0, ids } };
}
