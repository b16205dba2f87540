import type { Effects } from "../effects.ts";
import { NotFoundError, NotOfferedError, RequestError } from "../errors.ts";
import type { Routes } from "../extract/routes.ts";
import type { Rejected, Row } from "../extract/rows.ts";
import type { Archive } from "../load/archive/archive.ts";
import type { LoadRecord, OpenLoad } from "../load/open-load.ts";
import type { Spool } from "../load/spool.ts";
import type { Warehouse } from "../load/warehouse.ts";
import type { RunIssues } from "./issues.ts";
import type { SyncOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { ServiceHealth } from "./service-health.ts";

/** What the streams of one run share. */
export type Run = {
  readonly id: string;
  readonly workspaceId: string;
  /** Intercom's clock when the run began, seconds: no cursor of conversations or tickets ever passes it. */
  readonly startedAtSeconds: number;
  /** Intercom's clock now, seconds. */
  readonly serverSeconds: () => number;
  readonly options: SyncOptions;
  readonly routes: Routes;
  /** The same with whole answers, for what is looked at and not stored. */
  readonly lookUps: Routes;
  /** Every request for one record goes through it. */
  readonly health: ServiceHealth;
  readonly warehouse: Warehouse;
  /** Gets what the warehouse gets; undefined where nothing is archived. */
  readonly archive: Archive | undefined;
  readonly spool: Spool;
  /** What is stored of people and of what they write; undefined where everything is. */
  readonly modes: string | undefined;
  readonly effects: Effects;
  readonly progress: Progress;
  readonly issues: RunIssues;
  /** Ends the run with this error: every open request stops. The first error wins. */
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
};

/** Archives and commits a load. The summary and the log count what the warehouse reports as stored. */
export async function commitLoad(run: Run, load: OpenLoad, records: readonly LoadRecord[]): Promise<void> {
  try {
    const { modes } = run;
    const finished = load.finish(modes === undefined ? records : records.map((record) => ({ ...record, modes })));
    await run.archive?.hold(finished);
    await run.warehouse.commit(finished, (stored) => {
      reportStored(run, load.id, stored);
      run.archive?.complete(finished, stored);
    });
  } catch (error) {
    run.fail(error);
    load.discard();
    throw error;
  }
}

function reportStored(run: Run, loadId: string, records: readonly LoadRecord[]): void {
  for (const record of records) {
    run.progress.stored(record.stream, record.row_count);
    run.effects.log("load_committed", {
      load_id: loadId,
      stream: record.stream,
      rows: record.row_count,
      rejected: record.rejected_count,
      window_to: record.window_to,
    });
  }
}

/** Adds a record that cannot be stored to `_rejected`, the summary and the log. */
export function reject(run: Run, load: OpenLoad, rejected: Rejected, requestedAtSeconds: number): void {
  const row: Row = {
    stream: rejected.stream,
    record_id: rejected.id ?? null,
    reason: rejected.reason,
    payload: rejected.record ?? null,
  };
  load.add("_rejected", row, requestedAtSeconds);
  run.progress.rejected(rejected.stream);
  run.effects.log("record_rejected", { stream: rejected.stream, id: rejected.id, reason: rejected.reason });
}

/** Whether a stream, or a list of it, failed because the workspace's API does not have it. */
export function isNotOffered(error: unknown): error is RequestError | NotOfferedError {
  if (error instanceof NotOfferedError) return true;
  return error instanceof RequestError && !(error instanceof NotFoundError) && error.isRouteMissing;
}
