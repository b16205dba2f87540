import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StreamStatus } from "./load/warehouse.ts";
import { aligned, summaryJson } from "./summary.ts";
import type { RunSummary } from "./sync.ts";

const lastRunFile = "last-run.json";

const lastRunSchema = z.object({
  run_id: z.string(),
  ended_at: z.string(),
  exit_code: z.int(),
  error: z.string().nullable(),
  seconds: z.number(),
  requests: z.int(),
  rate_limit_refusals: z.int(),
  rate_share_used: z.number().nullable(),
  notes: z.array(z.string()).default([]),
});

/** How the last run from this machine ended. */
export type LastRun = z.infer<typeof lastRunSchema>;

/** Keeps a run's summary for `status`. What can't be kept is no reason for a run to fail. */
export async function keepLastRun(stateDirectory: string, summary: RunSummary, nowMs: number): Promise<void> {
  const lastRun = { ...JSON.parse(summaryJson(summary)), ended_at: new Date(nowMs).toISOString() };
  await writeFile(join(stateDirectory, lastRunFile), `${JSON.stringify(lastRun)}\n`).catch(() => undefined);
}

/** The last run from this machine, if there was one. */
export async function readLastRun(stateDirectory: string): Promise<LastRun | undefined> {
  const text = await readFile(join(stateDirectory, lastRunFile), "utf8").catch(() => "null");
  const parsed = lastRunSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
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
