import { FailedRecordError, NotFoundError, RestartListingError, UnavailableError } from "../errors.ts";
import { idOf } from "../extract/schemas.ts";
import type { ListsOfStream } from "../extract/streams.ts";
import { type ListedRecord, readWholeList } from "../extract/whole-list.ts";
import type { RawTableName } from "../load/raw-tables.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";
import { WorkQueue } from "./work-queue.ts";

/** Syncs a stream of lists that belong to one record each, by one request a record at least. */
export async function syncListsOf(run: Run, name: RawTableName, stream: ListsOfStream): Promise<void> {
  const { owners, coveredTo } = await ownersOf(run, name, stream);
  if (owners.length === 0) {
    run.issues.note(`${name}: the warehouse has no ${stream.owner} to read them for. Sync ${stream.owner} first.`);
    return;
  }
  const known = await run.warehouse.liveRecords(run.workspaceId, name);
  const keysOf = Map.groupBy(known.keys(), (key) => key.slice(0, key.indexOf("/")));
  const load = new RecordLoad(run, name, known);
  const queue = new WorkQueue<string>(run.options.concurrency, run.fail);
  run.progress.expect(name, owners.length);
  try {
    await queue.add(owners, async (ownerId) => {
      await addListOf(run, name, stream, { load, ownerId, keys: keysOf.get(ownerId) ?? [] });
      await load.storeIfFull();
    });
    await load.store(coveredTo);
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

type Owners = {
  readonly owners: readonly string[];
  /** The stream's new cursor, epoch seconds; undefined where it stays. */
  readonly coveredTo: number | undefined;
};

/**
 * Ids of the records to read lists of. Of conversations, those that changed since the last run. The cursor does not pass
 * the conversations that are stored: others that changed before now may come with the next sync.
 */
async function ownersOf(run: Run, name: RawTableName, { owner }: ListsOfStream): Promise<Owners> {
  const { warehouse, workspaceId, options } = run;
  if (owner !== "conversations") {
    const live = await warehouse.liveRecords(workspaceId, owner, options.since);
    return { owners: [...live.keys()], coveredTo: run.startedAtSeconds };
  }
  const cursor = await warehouse.streamCursor(workspaceId, name);
  const from = options.since ?? (cursor === undefined ? 0 : Math.max(0, cursor - options.overlapSeconds));
  const to = Math.min(options.until ?? run.startedAtSeconds, run.startedAtSeconds);
  const deleted = await warehouse.listedAsDeleted(workspaceId);
  const stored = await warehouse.storedThreads(workspaceId, owner, { from, to });
  const storedTo = await warehouse.streamCursor(workspaceId, owner);
  // A run that leaves out the time from the cursor to its start must not move the cursor past it.
  const hasGap = cursor !== undefined && from > cursor + 1;
  const coveredTo = storedTo === undefined || hasGap ? undefined : Math.max(cursor ?? 0, Math.min(to, storedTo));
  return { owners: [...stored.keys()].filter((id) => !deleted.has(id)), coveredTo };
}

type ListOf = { readonly load: RecordLoad; readonly ownerId: string; readonly keys: readonly string[] };

/** Adds the entries of one record's list, and tombstones for those that are gone. A record that is gone has no list. */
async function addListOf(
  run: Run,
  name: RawTableName,
  stream: ListsOfStream,
  { load, ownerId, keys }: ListOf,
): Promise<void> {
  try {
    const entries = await run.health.requestRecord(
      `${name} of ${stream.ownerColumn.replace("_id", "")} ${ownerId}`,
      () => readEntries(run, stream, ownerId),
      { retriesNotFound: true },
    );
    const ids = new Set<string>();
    for (const [index, { record, requestedAtSeconds }] of entries.entries()) {
      const id = (stream.idOf ?? idOf)(record, index + 1);
      // An entry that comes twice counts once: of two rows of a load, no one could say which is the newer.
      if (id !== undefined && ids.has(id)) continue;
      if (id !== undefined) ids.add(id);
      const changed = load.look(record, requestedAtSeconds, {
        id: stream.idOf === undefined ? undefined : (id ?? null),
        ownerId,
      });
      if (changed !== undefined) load.put(changed, record);
    }
    for (const key of load.missing(keys)) load.addTombstone(key, run.serverSeconds());
  } catch (error) {
    if (error instanceof NotFoundError) {
      run.effects.log("list_of_record_not_found", { stream: name, id: ownerId });
      return;
    }
    if (!(error instanceof FailedRecordError)) throw error;
    load.reject({ stream: name, id: ownerId, reason: error.message, record: undefined }, run.serverSeconds());
  }
}

/** Errors: UnavailableError when the pages have no end. */
async function readEntries(run: Run, stream: ListsOfStream, ownerId: string): Promise<readonly ListedRecord[]> {
  try {
    return await readWholeList(run.routes, stream.list(ownerId));
  } catch (error) {
    if (!(error instanceof RestartListingError)) throw error;
    throw new UnavailableError(`the list does not end: ${error.message}`, { cause: error });
  }
}
