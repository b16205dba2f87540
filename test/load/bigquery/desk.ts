import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import type { LogFields } from "../../../loader/effects.ts";
import type { BigQueryConnection } from "../../../loader/load/bigquery/client.ts";
import { BigQueryWarehouse } from "../../../loader/load/bigquery/warehouse.ts";
import type { FinishedLoad, LoadRecord, OpenLoad } from "../../../loader/load/open-load.ts";
import { Spool } from "../../../loader/load/spool.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";
import { temporaryFolder } from "../../tools/folder.ts";

export const workspaceId = "w1";
export const second = Date.parse("2026-01-05T09:00:00Z") / 1000;

export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

export type Desk = {
  readonly folder: string;
  readonly warehouse: BigQueryWarehouse;
  readonly spool: Spool;
  readonly clock: SkippingClock;
  readonly dataset: string;
  readonly events: { readonly event: string; readonly fields: LogFields }[];
  readonly refused: string[];
};

export type DeskOptions = {
  readonly location?: string;
  readonly dataset?: string;
  /** Whether the run has a spool folder of its own, and takes the lock. */
  readonly isRun?: boolean;
  readonly runId?: string;
  readonly isPrepared?: boolean;
  /** Another machine. */
  readonly place?: string;
  /** Another connection. */
  readonly connection?: BigQueryConnection;
};

/** A warehouse at the given address, with a spool folder and a clock whose sleeps take no time. */
export async function setUpDesk(context: TestContext, emulatorHost: string, options: DeskOptions = {}): Promise<Desk> {
  const folder = temporaryFolder(context);
  const clock = new SkippingClock();
  const events: { event: string; fields: LogFields }[] = [];
  const refused: string[] = [];
  const runId = options.runId ?? "run";
  const dataset = options.dataset ?? `raw_${randomBytes(4).toString("hex")}`;
  const spool = await Spool.open(folder, { workspaceId, runId, loadedAt: isoTime(second) });
  const connection: BigQueryConnection = options.connection ?? {
    project: "test",
    location: options.location,
    emulatorHost,
    impersonate: undefined,
    maximumBytesBilled: 2 ** 30,
  };
  const warehouse = await BigQueryWarehouse.open({
    connection,
    rawDataset: dataset,
    ...(options.place === undefined ? {} : { place: options.place }),
    stateDirectory: options.isRun === true ? folder : temporaryFolder(context),
    effects: clock.effects(
      () => 0.5,
      (event, fields = {}) => events.push({ event, fields }),
    ),
    onRefused: (stream, id) => refused.push(`${stream} ${id}`),
  });
  if (options.isPrepared !== false) await warehouse.prepare(options.isRun === true ? runId : undefined);
  return { folder, warehouse, spool, clock, dataset, events, refused };
}

export async function addConversation(load: OpenLoad, id: string, updatedAt: number, fetchedAt: number): Promise<void> {
  const row = {
    id,
    created_at: isoTime(second),
    updated_at: isoTime(updatedAt),
    state: "open",
    body_text: "Grüße 😀",
    payload: { id, note: 'a "quoted"\nline' },
  };
  await load.add("conversations", row, fetchedAt);
}

export async function finished(
  load: OpenLoad,
  record: Partial<LoadRecord> & Pick<LoadRecord, "stream">,
): Promise<FinishedLoad> {
  return load.finish([{ row_count: load.rowsOf(record.stream), rejected_count: 0, ...record }]);
}

/** Commits a load of some conversations. */
export async function commitConversations(desk: Desk, ids: readonly string[]): Promise<void> {
  const load = desk.spool.begin(desk.clock.nowMs());
  for (const id of ids) await addConversation(load, id, second, second + 5);
  await desk.warehouse.commit(await finished(load, { stream: "conversations" }));
}
