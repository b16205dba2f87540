import { RestartListingError, UnavailableError } from "../errors.ts";

/** No listing has more pages than this (at 60 a page: 6 million records). */
const pagesMax = 100_000;
/** A listing is begun again at most this often. */
const restartsMax = 3;

export type Page<T> = {
  readonly items: readonly T[];
  readonly total: number | undefined;
  readonly next: string | undefined;
};

/**
 * Follows a cursor from page to page. It ends when a page names no next one, and only then.
 *
 * Errors: RestartListingError when a cursor comes a second time (an endless loop in the making) or is without end.
 */
export async function* followCursor<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<Page<T>> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    yield page;
    if (page.next !== undefined && seen.has(page.next)) throw new RestartListingError("a cursor was repeated");
    if (seen.size >= pagesMax) throw new RestartListingError(`more than ${pagesMax} pages`);
    cursor = page.next;
    if (cursor !== undefined) seen.add(cursor);
  } while (cursor !== undefined);
}

/** New records of a listing, page by page; `end` comes with the last of them. */
export type Listed<T> = {
  readonly items: readonly T[];
  readonly end?: {
    /** Whether a pass saw as many records as the listing says it has; if not, some may be missing. */
    readonly isWhole: boolean;
    readonly ids: ReadonlySet<string>;
  };
};

/**
 * Goes through a live listing and gives each record once (those without an id, each time). A record that moves while
 * the pages are read shifts the others, and one may slip from a page not yet read to one already read; so the pages
 * are read again until one pass saw as many records as the listing ever said it has, at most `passesMax` times. Only
 * ids are kept in memory.
 *
 * Errors: UnavailableError when the listing had to be begun again too often.
 */
export async function* readListing<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
  idOf: (item: T) => string | undefined,
  passesMax = 3,
): AsyncGenerator<Listed<T>> {
  const ids = new Set<string>();
  let restarts = 0;
  for (let pass = 1; pass <= passesMax; pass += 1) {
    // The first pass sees what is new: at a hundred thousand records a second set of ids would be worth mentioning.
    const seen = ids.size === 0 ? ids : new Set<string>();
    let anonymous = 0;
    let total: number | undefined;
    try {
      for await (const page of followCursor(fetchPage)) {
        total = page.total === undefined ? total : Math.max(page.total, total ?? 0);
        const items: T[] = [];
        for (const item of page.items) {
          const id = idOf(item);
          const isNew = id === undefined ? pass === 1 : !ids.has(id);
          if (id === undefined) anonymous += 1;
          else seen.add(id);
          if (!isNew) continue;
          if (id !== undefined) ids.add(id);
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
    if (total === undefined || seen.size + anonymous >= total) {
      yield { items: [], end: { isWhole: true, ids } };
      return;
    }
  }
  yield { items: [], end: { isWhole: false, ids } };
}
