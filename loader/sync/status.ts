import { counted } from "../counted.ts";
import type { StreamStatus } from "../load/warehouse.ts";
import { modesOfFull } from "../privacy.ts";
import { aligned } from "../table.ts";
import type { LastRun } from "./last-run.ts";

/** The streams and the last run, for a program. @param more what else the object has */
export function statusJson(
  streams: readonly StreamStatus[],
  lastRun: LastRun | undefined,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ streams, last_run: lastRun ?? null, ...more });
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
  const modes = modesText(streams);
  const run = lastRun === undefined ? [] : [lastRunText(lastRun), ...lastRun.notes];
  return [table, ...unseen, ...modes, ...run].join("\n");
}

/** What was stored of people and of what they write; nothing where everything was. */
function modesText(streams: readonly StreamStatus[]): string[] {
  const all = [...new Set(streams.flatMap(({ modes }) => modes))].sort();
  if (all.every((modes) => modes === modesOfFull)) return [];
  const mixed = all.length > 1 ? " Rows of each stay as they were stored: docs/privacy.md." : "";
  return [`Stored with ${all.map((modes) => `"${modes}"`).join(" and with ")}.${mixed}`];
}

function unseenText({ stream, unseen }: StreamStatus): string {
  return `${stream}: Intercom counts ${unseen} more than it shows. The loader takes that count for wrong.`;
}

function lastRunText(run: LastRun): string {
  const share =
    run.rate_share_used === null ? "" : `, ${Math.round(run.rate_share_used * 100)} % of the rate limit used`;
  const end = run.error === null ? "" : `: ${run.error}`;
  return (
    `Last run ${run.run_id} ended ${run.ended_at.slice(0, 19)}Z with exit code ${run.exit_code} after ${run.seconds.toFixed(1)} s, ` +
    `${counted(run.requests, "request")}${share}, ${run.rate_limit_refusals} refused (429)${end}`
  );
}

/** A moment, or a dash for none. */
export function time(seconds: number | undefined): string {
  return seconds === undefined ? "-" : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** A length of time in words, of which a day is the greatest unit. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
