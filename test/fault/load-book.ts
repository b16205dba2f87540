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
  for (const table of [...tables, "_rejected"]) {
    const strays = await rows(
      `select distinct _load_id from ${schema}.${table} where _load_id not in (select _load_id from ${schema}._loads)`,
    );
    for (const [loadId] of strays) faults.push(`${table} has rows of load ${loadId}, which _loads does not know`);
  }
  for (const table of tables) {
    const wrong = await rows(
      `select l._load_id, l.row_count, (select count(*) from ${schema}.${table} as t where t._load_id = l._load_id) as n
       from ${schema}._loads as l where l.stream = '${table}' and l.row_count <> n`,
    );
    for (const [loadId, said, is] of wrong) faults.push(`load ${loadId} says ${said} rows of ${table} and has ${is}`);
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
