import type { DuckDBConnection } from "@duckdb/node-api";
import { recordTables, threadTables } from "./content.ts";

const threads = Object.keys(threadTables);
const tables = [...threads, ...Object.values(threadTables), "deleted_conversations", ...recordTables];

type Window = { readonly from: number; readonly to: number; readonly runId: string };

/**
 * Says in words what is wrong in `_loads`: rows that belong to no load; counts that differ from the tables; windows of one
 * run that overlap; seconds of the range that no window covers.
 */
export async function loadBookFaults(connection: DuckDBConnection, schema: string): Promise<string[]> {
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  const faults: string[] = [];
  const counts = [...tables, "_rejected"].map(
    (name) => `select '${name}', _load_id, count(*)::integer from ${schema}.${name} group by _load_id`,
  );
  const stored = new Map<string, number>();
  const known = new Set((await rows(`select _load_id from ${schema}._loads`)).map(([loadId]) => String(loadId)));
  for (const [table, loadId, count] of await rows(counts.join(" union all "))) {
    if (!known.has(String(loadId))) faults.push(`${table} has rows of load ${loadId}, which _loads does not know`);
    stored.set(`${table} ${loadId}`, Number(count));
  }
  const told = await rows(
    `select stream, _load_id, row_count::integer from ${schema}._loads where row_count is not null`,
  );
  for (const [table, loadId, said] of told.filter(([stream]) => tables.includes(String(stream)))) {
    const is = stored.get(`${table} ${loadId}`) ?? 0;
    if (said !== is) faults.push(`load ${loadId} says ${said} rows of ${table} and has ${is}`);
  }
  const twice = await rows(`select _load_id, stream from ${schema}._loads group by all having count(*) > 1`);
  for (const [loadId, stream] of twice) faults.push(`_loads has ${loadId} twice for ${stream}`);
  for (const stream of threads) {
    const [range] = await rows(`select epoch(min(range_from)) from ${schema}._loads where stream = '${stream}'`);
    const windows = (
      await rows(
        `select epoch(window_from), epoch(window_to), run_id from ${schema}._loads
         where stream = '${stream}' and window_from is not null order by window_from, window_to`,
      )
    ).map(([from, to, runId]): Window => ({ from: Number(from), to: Number(to), runId: String(runId) }));
    const found = windowFaults(windows, range?.[0] === null ? undefined : Number(range?.[0]));
    faults.push(...found.map((fault) => `${stream}: ${fault}`));
  }
  return faults;
}

function windowFaults(windows: readonly Window[], rangeFrom: number | undefined): string[] {
  const faults: string[] = [];
  const lastOfRun = new Map<string, Window>();
  let coveredTo = rangeFrom === undefined ? Number.POSITIVE_INFINITY : rangeFrom - 1;
  for (const window of windows) {
    const last = lastOfRun.get(window.runId);
    if (last !== undefined && window.from <= last.to)
      faults.push(`windows of run ${window.runId} overlap at ${window.from}`);
    lastOfRun.set(window.runId, window);
    if (window.from > coveredTo + 1) faults.push(`no window covers ${coveredTo + 1} to ${window.from - 1}`);
    coveredTo = Math.max(coveredTo, window.to);
  }
  return faults;
}
