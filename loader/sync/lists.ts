import { FailedRecordError, MissingScopeError, ServiceDownError, UnavailableError } from "../errors.ts";
import type { ListRoute } from "../extract/lists.ts";
import type { Place } from "../extract/next-place.ts";
import { type Page, readListing } from "../extract/pages.ts";
import { idOf } from "../extract/schemas.ts";
import type { ListStream } from "../extract/streams.ts";
import { type ListedRecord, readWholeList } from "../extract/whole-list.ts";
import type { RawTableName } from "../load/raw-tables.ts";
import { type Completion, completions } from "./completions.ts";
import { type Changed, RecordLoad } from "./record-load.ts";
import { isNotOffered, type Run } from "./run.ts";
import { addTombstonesForMissing } from "./tombstones.ts";

const secondsPerDay = 86_400;
/** A list of so few pages is read again before its records count as gone. */
const fewPages = 3;

/** What the reading of a stream's lists showed. */
type Reading = { readonly isWhole: boolean; readonly pages: number; readonly readAtSeconds: number };

/** Syncs a stream that lists give: stores new and changed records, and a tombstone for each that is gone. @param known hashes of stored records */
export async function syncList(
  run: Run,
  name: RawTableName,
  stream: ListStream,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const load = new RecordLoad(run, name, known);
  const page = pageTaker(run, name, stream, load);
  const { lists, movesCursor } = await listsOfRun(run, name, stream);
  const read = async (): Promise<Reading> => {
    let [isWhole, pages] = [true, 0];
    for (const list of lists) {
      for await (const listed of readListing(pagesOf(run, stream, list), ({ record }) => recordId(stream, record))) {
        await page(listed.items);
        await load.storeIfFull();
        pages += 1;
        if (listed.end === undefined) continue;
        isWhole &&= listed.end.isWhole;
        run.issues.addUnseen(name, listed.end.unseen);
      }
    }
    return { isWhole, pages, readAtSeconds: run.serverSeconds() };
  };
  const requestedAtSeconds = run.serverSeconds();
  try {
    const { isWhole, pages } = await read();
    if (!isWhole) noteIncomplete(run, name);
    else if (stream.sinceParameter === undefined) {
      const readAgain = async (): Promise<number> => (await read()).readAtSeconds;
      const isCheap = pages <= fewPages;
      await addTombstonesForMissing(run, load, requestedAtSeconds, { stream: name, readAgain, isCheap });
    }
    await load.store(isWhole && movesCursor ? requestedAtSeconds : undefined);
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

function noteIncomplete(run: Run, name: RawTableName): void {
  run.issues.streamFailed(
    new UnavailableError(`${name}: Intercom counts more than it shows, or its list kept changing. Run again later.`),
  );
}

/** Notes that records are stored without a part. @returns false for an error that is not about the part alone */
function noteIncompleteRecords(run: Run, name: RawTableName, part: string, error: unknown): boolean {
  const isRefused = isNotOffered(error) || error instanceof MissingScopeError;
  const isFailed = error instanceof UnavailableError && !(error instanceof ServiceDownError);
  if (run.signal.aborted || !(isRefused || isFailed)) return false;
  run.issues.note(
    `${name}: new ones are stored without ${part}, which the next run asks for again. ${error.message.replace(/\.$/, "")}.`,
  );
  run.effects.log("records_incomplete", { stream: name, lacking: part });
  if (!isRefused) run.issues.streamFailed(error);
  return true;
}

type ListsOfRun = {
  readonly lists: readonly ListRoute[];
  /** False where the run leaves out the time from the cursor to its start. */
  readonly movesCursor: boolean;
};

/** The stream's lists. One that takes a start begins a day before the last run, since entries may show up late. */
async function listsOfRun(run: Run, name: RawTableName, { lists, sinceParameter }: ListStream): Promise<ListsOfRun> {
  if (sinceParameter === undefined) return { lists, movesCursor: true };
  const cursor = await run.warehouse.streamCursor(run.workspaceId, name);
  const since = run.options.since ?? (cursor === undefined ? 0 : Math.max(0, cursor - secondsPerDay));
  return {
    lists: lists.map((list) => ({ ...list, query: { ...list.query, [sinceParameter]: since } })),
    movesCursor: cursor === undefined || since <= cursor,
  };
}

/** Takes the records of a page into the load, completed where the list lacks something. */
function pageTaker(run: Run, name: RawTableName, stream: ListStream, load: RecordLoad) {
  const completion = completions[name as keyof typeof completions];
  const today = new Date(run.startedAtSeconds * 1000).toISOString().slice(0, 10);
  const stored = (record: unknown): unknown =>
    run.options.withIpAddresses || stream.without === undefined ? record : stream.without(record);
  const look = ({ record, requestedAtSeconds }: ListedRecord): Changed | undefined =>
    load.look(stored(record), requestedAtSeconds, {
      id: stream.idOf === undefined ? undefined : (stream.idOf(record) ?? null),
      salt: stream.isDaily?.(record, run.startedAtSeconds) === true ? today : undefined,
    });
  let isGivenUp = false;
  /** What is changed, each as it is stored; undefined where the completion is given up. */
  const wholesOf = async (each: Completion, changed: readonly Changed[]) => {
    if (isGivenUp) return undefined;
    try {
      return await completed(run, each, changed);
    } catch (error) {
      if (each.dispensable === undefined || !noteIncompleteRecords(run, name, each.dispensable, error)) throw error;
      isGivenUp = true;
      return undefined;
    }
  };
  return async (items: readonly ListedRecord[]): Promise<void> => {
    if (completion?.of === "every record") {
      for (const [item, whole] of await completed(run, completion, items)) {
        if (whole instanceof FailedRecordError)
          load.reject(
            { stream: name, id: idOf(item.record), reason: whole.message, record: item.record },
            run.serverSeconds(),
          );
        else if (whole !== undefined) putAsItIs(load, look({ ...item, record: whole }));
      }
      return;
    }
    const changed = items.flatMap((item) => look(item) ?? []);
    if (completion === undefined) {
      for (const each of changed) putAsItIs(load, each);
      return;
    }
    const wholes = await wholesOf(completion, changed);
    if (wholes === undefined) for (const each of changed) load.putIncomplete(each);
    for (const [each, whole] of wholes ?? []) {
      if (whole instanceof FailedRecordError) load.rejectFailed(each, whole);
      else if (whole !== undefined) load.put(each, whole);
    }
  };
}

function putAsItIs(load: RecordLoad, changed: Changed | undefined): void {
  if (changed !== undefined) load.put(changed, changed.record);
}

/** Each item with its completed record. */
async function completed<T extends { readonly record: unknown }>(
  run: Run,
  { complete }: Completion,
  items: readonly T[],
): Promise<readonly (readonly [T, unknown])[]> {
  const wholes =
    items.length === 0
      ? []
      : await complete(
          run,
          items.map(({ record }) => record),
        );
  return items.map((item, index) => [item, wholes[index]] as const);
}

function recordId(stream: ListStream, record: unknown): string | undefined {
  return (stream.idOf ?? idOf)(record);
}

/** A list's pages; where some records give way to others, the whole list as one page, with those records last. */
function pagesOf(run: Run, { givesWay }: ListStream, list: ListRoute): (place: Place) => Promise<Page<ListedRecord>> {
  return async (place) => {
    if (givesWay !== undefined) {
      const { records, total } = await readWholeList(run.routes, list);
      const items = records.toSorted((a, b) => Number(givesWay(a.record)) - Number(givesWay(b.record)));
      return { items, total, next: undefined };
    }
    const { items, requestedAtSeconds, ...page } = await run.routes.list(list, place);
    return { ...page, items: items.map((record) => ({ record, requestedAtSeconds })) };
  };
}
