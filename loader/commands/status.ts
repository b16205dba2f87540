import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { DuckDbWarehouse } from "../load/duckdb/warehouse.ts";
import type { StreamStatus } from "../load/warehouse.ts";
import type { LastRun } from "../sync/last-run.ts";
import { aligned } from "../table.ts";

/**
 * How far each stream has come; nothing before the first sync. The warehouse is only read: nothing is made in it, and it may
 * be one that this user can't write. Errors: ConfigError when a run holds the file; WarehouseError.
 */
export async function readStreams(config: Config, effects: Effects): Promise<readonly StreamStatus[]> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "bigquery") {
    // Its client is loaded only where it is needed: it would take more memory than the rest of the loader.
    const { readBigQueryStatus } = await import("../load/bigquery/status.ts");
    return readBigQueryStatus({ connection: config.bigQuery, rawDataset, effects });
  }
  const warehouse = await DuckDbWarehouse.openToRead({ path: config.duckdbPath, rawDataset, stateDirectory });
  if (warehouse === undefined) return [];
  try {
    return await warehouse.status();
  } finally {
    await warehouse.close();
  }
}

/** The streams and the last run, for a person. @param nowSeconds for the lags */
export function statusText(streams: readonly StreamStatus[], lastRun: LastRun | undefined, nowSeconds: number): string {
  const isShared = new Set(streams.map((status) => status.workspaceId)).size > 1;
  const workspace = (name: string): string[] => (isShared ? [name] : []);
  const rows = streams.map((status) => [
    ...workspace(status.workspaceId),
    status.stream,
    String(status.rows),
    String(status.rejected),
    time(status.cursor),
    status.cursor === undefined ? "-" : duration(nowSeconds - status.cursor),
    time(status.lastLoadedAt),
  ]);
  const table = aligned([
    [...workspace("workspace"), "stream", "rows", "rejected", "cursor", "lag", "last loaded"],
    ...rows,
  ]);
  const unseen = streams.filter((status) => status.unseen > 0).map(unseenText);
  if (streams.length === 0) return "Nothing has been synced yet: run `make sync`.";
  const run = lastRun === undefined ? [] : [lastRunText(lastRun), ...lastRun.notes];
  return [table, ...unseen, ...run].join("\n");
}

function unseenText({ stream, unseen }: StreamStatus): string {
  return `${stream}: Intercom counts ${unseen} more than it shows. Its count is taken for wrong.`;
}

function lastRunText(run: LastRun): string {
  const share =
    run.rate_share_used === null ? "" : `, ${Math.round(run.rate_share_used * 100)} % of the rate limit used`;
  const end = run.error === null ? "" : `: ${run.error}`;
  return (
    `Last run ${run.run_id} ended ${run.ended_at.slice(0, 19)}Z with exit code ${run.exit_code} after ${run.seconds.toFixed(1)} s, ` +
    `${run.requests} requests${share}, ${run.rate_limit_refusals} refused (429)${end}`
  );
}

function time(seconds: number | undefined): string {
  return seconds === undefined ? "-" : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
