import { NotFoundError, RequestError } from "./errors.ts";
import type { UnknownPage } from "./extract/routes.ts";
import { deletedRow, isRejected } from "./extract/rows.ts";
import { adminListSchema, dataListSchema, idOf, segmentListSchema, teamListSchema } from "./extract/schemas.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

/** The lists that Intercom gives in one answer, each under a path and a name of its own. */
const unpagedStreams = {
  admins: { path: "/admins", schema: adminListSchema, type: "admin" },
  teams: { path: "/teams", schema: teamListSchema, type: "team" },
  tags: { path: "/tags", schema: dataListSchema, type: "tag" },
  segments: { path: "/segments", schema: segmentListSchema, type: "segment" },
} as const;

export type UnpagedStream = keyof typeof unpagedStreams;

/** Admins, teams, tags, segments: one request; what changed is stored, and a tombstone for what is gone. */
export async function syncUnpaged(run: Run, stream: UnpagedStream): Promise<void> {
  const { path, schema, type } = unpagedStreams[stream];
  const page = await run.routes.wholeList(path, schema);
  const load = new RecordLoad(run, stream, await run.warehouse.liveRecords(run.workspaceId, stream));
  for (const record of page.items) await load.offer(record, page.askedAtSeconds);
  for (const id of load.missing()) load.bury(type, id, page.askedAtSeconds);
  await load.store(page.askedAtSeconds);
}

/** Office hours with the exceptions of each schedule. An app of an older API version has none: that is said and passed over. */
export async function syncOfficeHours(run: Run): Promise<void> {
  const page = await officeHours(run);
  if (page === undefined) {
    run.effects.log("stream_not_available", { stream: "office_hours_schedules" });
    return;
  }
  const known = await run.warehouse.liveRecords(run.workspaceId, "office_hours_schedules");
  const load = new RecordLoad(run, "office_hours_schedules", known);
  try {
    for (const schedule of page.items) {
      const id = idOf(schedule);
      if (id === undefined || typeof schedule !== "object") await load.offer(schedule, page.askedAtSeconds);
      else await load.offer({ ...schedule, office_hours_exceptions: await exceptionsOf(run, id) }, page.askedAtSeconds);
    }
  } catch (error) {
    await load.rescue();
    throw error;
  }
  for (const id of load.missing()) load.bury("office_hours_schedule", id, page.askedAtSeconds);
  await load.store(page.askedAtSeconds);
}

async function officeHours(run: Run): Promise<UnknownPage | undefined> {
  try {
    return await run.routes.wholeList("/office_hours_schedules", dataListSchema);
  } catch (error) {
    const isUnknown =
      error instanceof NotFoundError || (error instanceof RequestError && error.code === "intercom_version_invalid");
    if (isUnknown) return undefined;
    throw error;
  }
}

async function exceptionsOf(run: Run, scheduleId: string): Promise<readonly unknown[]> {
  const path = `/office_hours_schedules/${encodeURIComponent(scheduleId)}/office_hours_exceptions`;
  try {
    return (await run.routes.wholeList(path, dataListSchema)).items;
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

/**
 * What Intercom lists as deleted and is not stored yet. The list is not trusted to be in any order: it is read until
 * the stored and the new ids are as many as its count says, and to its end if they never are.
 */
export async function syncDeletedConversations(run: Run): Promise<void> {
  const known = await run.warehouse.listedAsDeleted(run.workspaceId);
  const load = new RecordLoad(run, "deleted_conversations", new Map());
  try {
    await load.store(await appendDeleted(run, load, known));
  } catch (error) {
    await load.rescue();
    throw error;
  }
}

/** Intercom's clock at the last page, seconds. */
async function appendDeleted(run: Run, load: RecordLoad, known: Set<string>): Promise<number> {
  for (let number = 1; ; number += 1) {
    const page = await run.routes.deletedConversations(number);
    for (const record of page.items) {
      const row = deletedRow(record);
      if (isRejected(row)) {
        load.reject(row, page.askedAtSeconds);
      } else if (!known.has(String(row["id"]))) {
        known.add(String(row["id"]));
        load.append(row, page.askedAtSeconds);
      }
    }
    if (page.next === undefined || known.size === page.total) return page.askedAtSeconds;
  }
}
