import { messageOf } from "../errors.ts";
import { lists } from "../extract/lists.ts";
import type { Place } from "../extract/next-place.ts";
import { walkPages } from "../extract/pages.ts";
import { deletedRow, isRejected } from "../extract/rows.ts";
import { idOf } from "../extract/schemas.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

const stream = "deleted_conversations";

/** A conversation whose thread answered 404. */
export type NotFound = { readonly id: string; readonly requestedAtSeconds: number };

/** So many 404s … */
const notFoundMin = 3;
/** … and so large a share of the responses are no deletions: the token has lost its access, or Intercom stumbles. */
const notFoundShareMin = 0.1;

/**
 * Whether so many conversations answered 404 that a 404 proves no deletion.
 * @param answered conversations that were there
 */
export function isNotFoundShareTooHigh(notFound: number, answered: number): boolean {
  return notFound >= notFoundMin && notFound >= notFoundShareMin * (notFound + answered);
}

/**
 * The conversations that Intercom's list of deletions lacks too. The list is read and stored first; a list that cannot be
 * read lists nothing.
 */
export async function withoutListedAsDeleted(run: Run, notFound: readonly NotFound[]): Promise<readonly NotFound[]> {
  if (run.signal.aborted) return notFound;
  try {
    await syncDeletedConversations(run);
  } catch (error) {
    run.effects.log("deletions_not_read", { reason: messageOf(error) });
  }
  if (run.signal.aborted) return notFound;
  const listed = await run.warehouse.listedAsDeleted(run.workspaceId);
  return notFound.filter(({ id }) => !listed.has(id));
}

/** Stores what Intercom lists as deleted and the warehouse does not have yet. */
export async function syncDeletedConversations(run: Run): Promise<void> {
  const stored = await run.warehouse.listedAsDeleted(run.workspaceId);
  const load = new RecordLoad(run, stream, new Map());
  try {
    await load.store(await addListed(run, load, stored));
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

/**
 * Adds the list's new entries. The list may be in any order. It is read until a page has nothing new and the known ids are
 * as many as the list counts; otherwise it is read to its end.
 * @param known ids that are stored; takes those that are added
 * @returns Intercom's clock at the last page, seconds
 */
async function addListed(run: Run, load: RecordLoad, known: Set<string>): Promise<number> {
  const fetchPage = (place: Place) => run.routes.list(lists.deletedConversations, place);
  let readAtSeconds = run.startedAtSeconds;
  for await (const page of walkPages(fetchPage, idOf)) {
    readAtSeconds = page.requestedAtSeconds;
    const knownBefore = known.size;
    for (const record of page.items) {
      const row = deletedRow(record);
      if (isRejected(row)) {
        load.reject(row, page.requestedAtSeconds);
      } else if (!known.has(String(row["id"]))) {
        known.add(String(row["id"]));
        load.add(row, page.requestedAtSeconds);
      }
    }
    if (known.size === knownBefore && known.size === page.total) break;
  }
  return readAtSeconds;
}
