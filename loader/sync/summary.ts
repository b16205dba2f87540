import { counted } from "../counted.ts";
import { exitCodes, FatalError, messageOf } from "../errors.ts";
import { peakMemoryBytes } from "../peak-memory.ts";
import { aligned } from "../table.ts";
import type { StreamProgress } from "./progress.ts";

/** How a run ended. */
export type RunSummary = {
  readonly runId: string;
  readonly workspaceId: string;
  readonly streams: ReadonlyMap<string, StreamProgress>;
  readonly requests: number;
  readonly refusals: number;
  /** The run's part of the rate limit in the windows that it used; undefined where the server states no limit. */
  readonly rateShareUsed: number | undefined;
  readonly seconds: number;
  /** Files that `--archive` has brought; undefined where nothing is archived. */
  readonly archivedFiles?: number | undefined;
  /** Sentences on what the numbers alone do not say. */
  readonly notes: readonly string[];
  /** Why the run ended early, or must not exit with 0. */
  readonly error: unknown;
};

/** The exit code that a run ends with. */
export function exitCodeOf(summary: RunSummary): number {
  if (summary.error instanceof FatalError) return summary.error.exitCode;
  if (summary.error !== undefined) return exitCodes.warehouse;
  return rejectedOf(summary) > 0 ? exitCodes.rejected : exitCodes.done;
}

/** A run in numbers, for a program. */
export function summaryJson(summary: RunSummary): string {
  return JSON.stringify({
    run_id: summary.runId,
    workspace_id: summary.workspaceId,
    exit_code: exitCodeOf(summary),
    error: summary.error === undefined ? null : messageOf(summary.error),
    seconds: summary.seconds,
    requests: summary.requests,
    rate_limit_refusals: summary.refusals,
    rate_share_used: summary.rateShareUsed ?? null,
    archived_files: summary.archivedFiles ?? null,
    notes: summary.notes,
    peak_memory_bytes: peakMemoryBytes(),
    streams: Object.fromEntries(
      [...summary.streams].map(([name, stream]) => [name, { rows: stream.stored, rejected: stream.rejected }]),
    ),
  });
}

/** A run in numbers, for a person. @param rawDataset where the raw tables are */
export function summaryTable(summary: RunSummary, rawDataset: string): string {
  if (summary.workspaceId === "") return "Nothing was synced.";
  const rows = [...summary.streams].map(([name, stream]) => [name, String(stream.stored), String(stream.rejected)]);
  const table = aligned([["stream", "rows stored", "rejected"], ...rows]);
  const rejected = rejectedOf(summary);
  const share = summary.rateShareUsed === undefined ? "" : `, ${percent(summary.rateShareUsed)} of the rate limit used`;
  const closing = [
    `Run ${summary.runId} of workspace ${summary.workspaceId}: ${counted(summary.requests, "request")} in ${summary.seconds.toFixed(1)} s${share}, ${summary.refusals} refused (429).`,
    ...(summary.archivedFiles === undefined ? [] : [`${counted(summary.archivedFiles, "file")} archived.`]),
    ...summary.notes,
    ...(rejected > 0
      ? [`${counted(rejected, "record was", "records were")} rejected; ${rawDataset}._rejected says why.`]
      : []),
  ];
  const next = summary.error === undefined ? ["Next: make build"] : [];
  return [table, ...closing, ...next].join("\n");
}

function rejectedOf(summary: RunSummary): number {
  return [...summary.streams.values()].reduce((sum, stream) => sum + stream.rejected, 0);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
