import { FailedRecordError, NotFoundError, RequestError } from "../errors.ts";
import { type ListRoute, lists, officeHoursExceptions } from "../extract/lists.ts";
import type { Place } from "../extract/next-place.ts";
import { walkPages } from "../extract/pages.ts";
import { deletedRow, isRejected } from "../extract/rows.ts";
import { idOf } from "../extract/schemas.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";
import { addTombstonesForMissing } from "./tombstones.ts";

/** The lists that Intercom gives in one answer, and what it calls their objects. */
const unpagedStreams = {
  admins: { list: lists.admins, type: "admin" },
  teams: { list: lists.teams, type: "team" },
  tags: { list: lists.tags, type: "tag" },
  segments: { list: lists.segments, type: "segment" },
} as const;

export type UnpagedStream = keyof typeof unpagedStreams;

/** Pages of a list of one record's own, or of one that Intercom gives whole today. */
const wholeListPagesMax = 1000;

type ListedRecord = { readonly record: unknown; readonly requestedAtSeconds: number };

/** Admins, teams, tags, segments: one request; what changed is stored, and a tombstone for what is gone. */
export async function syncUnpaged(run: Run, stream: UnpagedStream): Promise<void> {
  const { list, type } = unpagedStreams[stream];
  const load = new RecordLoad(run, stream, await run.warehouse.liveRecords(run.workspaceId, stream));
  const read = async (): Promise<number> => {
    for (const { record, requestedAtSeconds } of await wholeList(run, list))
      await load.addIfChanged(record, requestedAtSeconds);
    return run.serverSeconds();
  };
  const requestedAtSeconds = run.serverSeconds();
  await read();
  await addTombstonesForMissing(run, load, requestedAtSeconds, { stream, type, readAgain: read, isCheap: true });
  await load.store(requestedAtSeconds);
}

/** Office hours with the exceptions of each schedule. An app of an older API version has none: that is said and passed over. */
export async function syncOfficeHours(run: Run): Promise<void> {
  const stream = "office_hours_schedules";
  const load = new RecordLoad(run, stream, await run.warehouse.liveRecords(run.workspaceId, stream));
  const read = async (): Promise<number> => {
    for (const { record, requestedAtSeconds } of await wholeList(run, lists.officeHoursSchedules))
      await addSchedule(run, load, record, requestedAtSeconds);
    return run.serverSeconds();
  };
  const requestedAtSeconds = run.serverSeconds();
  try {
    await read();
    const type = "office_hours_schedule";
    await addTombstonesForMissing(run, load, requestedAtSeconds, { stream, type, readAgain: read, isCheap: true });
    await load.store(requestedAtSeconds);
  } catch (error) {
    await load.storePartial();
    if (!isRouteMissing(error)) throw error;
    run.effects.log("stream_not_available", { stream });
  }
}

/** Without its exceptions a schedule would be wrong: it is rejected, and the one that is stored stays. */
async function addSchedule(run: Run, load: RecordLoad, schedule: unknown, requestedAtSeconds: number): Promise<void> {
  const id = idOf(schedule);
  if (id === undefined || typeof schedule !== "object") return load.addIfChanged(schedule, requestedAtSeconds);
  try {
    const exceptions = await run.health.requestRecord(
      `office hours schedule ${id}`,
      () => wholeList(run, officeHoursExceptions(id)),
      { retriesNotFound: true },
    );
    const office_hours_exceptions = exceptions.map(({ record }) => record);
    await load.addIfChanged({ ...schedule, office_hours_exceptions }, requestedAtSeconds);
  } catch (error) {
    if (!(error instanceof FailedRecordError || error instanceof NotFoundError)) throw error;
    const reason = `its exceptions could not be read: ${error.message}`;
    load.reject({ stream: "office_hours_schedules", id, reason, record: schedule }, run.serverSeconds());
  }
}

/** Every record of a list, each with Intercom's clock when it was asked for. */
async function wholeList(run: Run, list: ListRoute): Promise<readonly ListedRecord[]> {
  const found: ListedRecord[] = [];
  const fetchPage = (place: Place) => run.routes.list(list, place);
  for await (const { items, requestedAtSeconds } of walkPages(fetchPage, idOf, { pagesMax: wholeListPagesMax }))
    found.push(...items.map((record) => ({ record, requestedAtSeconds })));
  return found;
}

/**
 * What Intercom lists as deleted and is not stored yet. The list is not trusted to be in any order: it is read until a
 * page has nothing new and the ids are as many as its count says, and to its end if they never are.
 */
export async function syncDeletedConversations(run: Run): Promise<void> {
  const stream = "deleted_conversations";
  const known = await run.warehouse.listedAsDeleted(run.workspaceId);
  const load = new RecordLoad(run, stream, new Map());
  try {
    await load.store(await appendDeleted(run, load, known));
  } catch (error) {
    await load.storePartial();
    if (!isRouteMissing(error)) throw error;
    run.effects.log("stream_not_available", { stream });
  }
}

/** Intercom's clock at the last page, seconds. */
async function appendDeleted(run: Run, load: RecordLoad, known: Set<string>): Promise<number> {
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

function isRouteMissing(error: unknown): boolean {
  return error instanceof RequestError && !(error instanceof NotFoundError) && error.isRouteMissing;
}
