import { FailedRecordError, NotFoundError } from "../errors.ts";
import { lists, officeHoursExceptions } from "../extract/lists.ts";
import { idOf } from "../extract/schemas.ts";
import { readWholeList } from "../extract/whole-list.ts";
import { RecordLoad } from "./record-load.ts";
import { isNotOffered, type Run } from "./run.ts";
import { addTombstonesForMissing } from "./tombstones.ts";

/** The lists that Intercom gives in one response, and its names for their objects. */
const unpagedStreams = {
  admins: { list: lists.admins, type: "admin" },
  teams: { list: lists.teams, type: "team" },
  tags: { list: lists.tags, type: "tag" },
  segments: { list: lists.segments, type: "segment" },
} as const;

type UnpagedStream = keyof typeof unpagedStreams;

/** Syncs admins, teams, tags or segments by one request: stores changed records, and tombstones for missing ones. */
export async function syncUnpaged(run: Run, stream: UnpagedStream): Promise<void> {
  const { list, type } = unpagedStreams[stream];
  const load = new RecordLoad(run, stream, await run.warehouse.liveRecords(run.workspaceId, stream));
  const read = async (): Promise<number> => {
    for (const { record, requestedAtSeconds } of await readWholeList(run.routes, list))
      await load.addIfChanged(record, requestedAtSeconds);
    return run.serverSeconds();
  };
  const requestedAtSeconds = run.serverSeconds();
  await read();
  await addTombstonesForMissing(run, load, requestedAtSeconds, { stream, type, readAgain: read, isCheap: true });
  await load.store(requestedAtSeconds);
}

/** Syncs office hours with each schedule's exceptions. Older API versions lack them: the stream is then skipped. */
export async function syncOfficeHours(run: Run): Promise<void> {
  const stream = "office_hours_schedules";
  const load = new RecordLoad(run, stream, await run.warehouse.liveRecords(run.workspaceId, stream));
  const read = async (): Promise<number> => {
    for (const { record, requestedAtSeconds } of await readWholeList(run.routes, lists.officeHoursSchedules))
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
    if (!isNotOffered(error)) throw error;
    run.effects.log("stream_not_available", { stream });
  }
}

/** Adds a schedule with its exceptions. Without them it would be wrong: it is rejected, and the stored one stays. */
async function addSchedule(run: Run, load: RecordLoad, schedule: unknown, requestedAtSeconds: number): Promise<void> {
  const id = idOf(schedule);
  if (id === undefined || typeof schedule !== "object") return load.addIfChanged(schedule, requestedAtSeconds);
  try {
    const exceptions = await run.health.requestRecord(
      `office hours schedule ${id}`,
      () => readWholeList(run.routes, officeHoursExceptions(id)),
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
