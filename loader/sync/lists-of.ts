import { FailedRecordError, NotFoundError, NotOfferedError, RestartListingError, UnavailableError } from "../errors.ts";
import { idOf } from "../extract/schemas.ts";
import type { ListsOfStream } from "../extract/streams.ts";
import { readWholeList, type WholeList } from "../extract/whole-list.ts";
import type { RawTableName } from "../load/raw-tables.ts";
import { isOwnerless, type Owners, ownersOf } from "./list-owners.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";
import { confirmDelayMs, isMuchShorter } from "./tombstones.ts";
import { WorkQueue } from "./work-queue.ts";

/** So many records may answer 404 before any has a list: then the API does not offer the stream, and no more are asked. */
const notFoundAtFirstMax = 20;
/** Fewer records that answer 404 may be gone, all of them. */
const notFoundMin = 3;
/** Fewer entries may be gone without a word. */
const goneToTellMin = 3;

/** How the records answered: those that have a list, and those that answered 404. */
type Answers = { answered: number; notFound: number };

/** What a stream's lists showed so far. */
type Reading = {
  readonly load: RecordLoad;
  readonly answers: Answers;
  /** Entries that were stored of the records that have answered, and those of them that are gone. */
  readonly entries: { known: number; gone: number };
};

/**
 * Syncs a stream of lists that belong to one record each, by one request a record at least.
 * Errors: NotOfferedError when most records answer 404; whatever ends the run.
 */
export async function syncListsOf(run: Run, name: RawTableName, stream: ListsOfStream): Promise<void> {
  const owners = await ownersOf(run, name, stream);
  if (owners.ids.length === 0 && (await isOwnerless(run, stream))) {
    run.issues.note(`${name}: the warehouse has no ${stream.owner} to read them for. Sync ${stream.owner} first.`);
    return;
  }
  const known =
    owners.ids.length === 0 ? new Map<string, string>() : await run.warehouse.liveRecords(run.workspaceId, name);
  const keysOf = Map.groupBy(known.keys(), (key) => key.slice(0, key.indexOf("/")));
  const reading: Reading = {
    load: new RecordLoad(run, name, known),
    answers: { answered: 0, notFound: 0 },
    entries: { known: 0, gone: 0 },
  };
  const { load, answers } = reading;
  const queue = new WorkQueue<string>(run.options.concurrency, run.fail);
  run.progress.expect(name, owners.ids.length);
  try {
    await queue.add(owners.ids, async (ownerId) => {
      if (answers.answered === 0 && answers.notFound >= notFoundAtFirstMax) return;
      const list = { ownerId, keys: keysOf.get(ownerId) ?? [], isKnownToFail: owners.failed.has(ownerId) };
      await addListOf(run, name, stream, reading, list);
      await load.storeIfFull();
    });
    checkOffered(stream, answers);
    await store(run, name, stream, reading, owners);
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

/** Errors: NotOfferedError when most records answered 404: it says nothing about any of them. */
function checkOffered({ endpoint, owner }: ListsOfStream, { answered, notFound }: Answers): void {
  if (notFound < notFoundMin || notFound <= answered) return;
  throw new NotOfferedError(
    `${endpoint} answered 404 for ${notFound} of ${answered + notFound} ${owner}. The next run asks for all of them again.`,
  );
}

/** Stores the rest. After doubtful answers the cursor stays: the next run reads the same lists again. */
async function store(
  run: Run,
  name: RawTableName,
  { owner }: ListsOfStream,
  { load, answers, entries: { known, gone } }: Reading,
  { covers }: Owners,
): Promise<void> {
  const lacksAll = answers.answered === 0 && answers.notFound > 0;
  if (lacksAll)
    run.issues.note(
      `${name}: no list came, since the only ${owner} that were asked for answered 404. The next run asks again.`,
    );
  const lacksMuch = gone >= goneToTellMin && isMuchShorter(gone, known);
  if (lacksMuch)
    run.issues.note(
      `${name}: ${gone} of ${known} are gone from Intercom's lists, which were read twice. They count as deleted. ` +
        `If Intercom still has them, ${run.options.since === undefined ? "the next run" : "the same run once more"} brings them back.`,
    );
  const isDoubtful = lacksAll || lacksMuch;
  if (covers === undefined) await load.store(isDoubtful ? undefined : run.startedAtSeconds);
  else await load.storeCovering(covers.rangeFrom, isDoubtful ? undefined : covers.fetchedTo);
}

type ListOf = { readonly ownerId: string; readonly keys: readonly string[]; readonly isKnownToFail: boolean };

/**
 * Adds the entries of one record's list, and tombstones for those that are gone. A list that lacks entries, or shows fewer than
 * it counts, is read again first. A record that is gone has no list.
 */
async function addListOf(
  run: Run,
  name: RawTableName,
  stream: ListsOfStream,
  { load, answers, entries }: Reading,
  { ownerId, keys, isKnownToFail }: ListOf,
): Promise<void> {
  const read = async (): Promise<WholeList> => {
    const list = await run.health.requestRecord(
      `${name} of ${stream.ownerColumn.replace("_id", "")} ${ownerId}`,
      () => readEntries(run, stream, ownerId),
      { retriesNotFound: true, isKnownToFail },
    );
    addEntries(load, stream, ownerId, list);
    return list;
  };
  try {
    let list = await read();
    const missing = load.missing(keys).length;
    if (missing > 0 || isShort(list)) {
      run.effects.log("list_read_again", { stream: name, id: ownerId, missing, known: keys.length });
      await run.effects.sleep(confirmDelayMs, run.signal);
      list = await read();
    }
    answers.answered += 1;
    entries.known += keys.length;
    if (isShort(list)) {
      const reason = `${list.records.length} of ${list.total} shown`;
      load.reject({ stream: name, id: ownerId, reason, record: undefined }, run.serverSeconds());
      return;
    }
    for (const key of load.missing(keys)) {
      load.addTombstone(key, run.serverSeconds());
      entries.gone += 1;
    }
  } catch (error) {
    if (error instanceof NotFoundError) {
      answers.notFound += 1;
      run.effects.log("list_of_record_not_found", { stream: name, id: ownerId });
      return;
    }
    if (!(error instanceof FailedRecordError)) throw error;
    load.reject({ stream: name, id: ownerId, reason: error.message, record: undefined }, run.serverSeconds());
  }
}

/** Whether Intercom counts more entries than it shows: those that are missing may be there. */
function isShort({ records, total }: WholeList): boolean {
  return total !== undefined && total > records.length;
}

function addEntries(load: RecordLoad, stream: ListsOfStream, ownerId: string, { records }: WholeList): void {
  const ids = new Set<string>();
  for (const [index, { record, requestedAtSeconds }] of records.entries()) {
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
}

/** Errors: UnavailableError when the pages have no end. */
async function readEntries(run: Run, stream: ListsOfStream, ownerId: string): Promise<WholeList> {
  try {
    return await readWholeList(run.routes, stream.list(ownerId));
  } catch (error) {
    if (!(error instanceof RestartListingError)) throw error;
    throw new UnavailableError(`the list does not end: ${error.message}`, { cause: error });
  }
}
