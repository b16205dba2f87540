import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { type Operation, rawSchema, type Usage } from "./operation.ts";

/** What a day left behind. Sizes in megabytes. */
export type Footprint = {
  readonly warehouse: number;
  /** What the raw tables' payloads are by themselves. */
  readonly payloads: number;
  /** Everything else that the commands keep: the state, and dbt's folder without its log, which dbt rotates. */
  readonly kept: number;
  /** The middle one of the day's syncs that nothing befell. */
  readonly usage: Usage;
};

const megabyte = 1e6;
/** A file that DuckDB rewrites and grows by blocks may be so much larger than what was added to it. */
const warehouseSlack = { factor: 1.5, megabytes: 20 };
const keptSlackMegabytes = 5;
const memorySlack = 1.15;

export async function measure(operation: Operation, usages: readonly Usage[]): Promise<Footprint> {
  const payloads = await readDuckDb(operation.duckdbPath, (connection) => payloadBytes(connection));
  return {
    warehouse: statSync(operation.duckdbPath).size / megabyte,
    payloads: payloads / megabyte,
    kept: (bytesIn(operation.stateFolder) + bytesIn(join(operation.folder, "dbt"))) / megabyte,
    usage: {
      megabytes: median(usages.map(({ megabytes }) => megabytes)),
      files: median(usages.map(({ files }) => files)),
    },
  };
}

/** In words, what grew from one day to a later one and is not the data's. */
export function growth(first: Footprint, last: Footprint): string[] {
  const added = last.payloads - first.payloads;
  const faults: string[] = [];
  const allowed = first.warehouse + warehouseSlack.factor * Math.max(0, added) + warehouseSlack.megabytes;
  if (last.warehouse > allowed)
    faults.push(
      `the warehouse grew from ${shown(first.warehouse)} to ${shown(last.warehouse)}, with ${shown(added)} of data`,
    );
  if (last.kept > first.kept + keptSlackMegabytes)
    faults.push(`what is kept beside it grew from ${shown(first.kept)} to ${shown(last.kept)}`);
  if (last.usage.megabytes > memorySlack * first.usage.megabytes)
    faults.push(`a sync's memory grew from ${shown(first.usage.megabytes)} to ${shown(last.usage.megabytes)}`);
  if (last.usage.files > first.usage.files)
    faults.push(`a sync's open files grew from ${first.usage.files} to ${last.usage.files}`);
  return faults;
}

/** In words, what commands of which none is running have left of their work. */
export function leftovers(operation: Operation): string[] {
  const isWork = (path: string): boolean => /spool\/|overflow|\.tmp|\.new|\.killed/.test(path);
  const left = [
    ...filesIn(join(operation.folder, "tmp")),
    ...filesIn(operation.stateFolder).filter(isWork),
    ...readdirSync(operation.folder).filter(isWork),
  ];
  return left.map((path) => `${path} is left`);
}

async function payloadBytes(connection: DuckDBConnection): Promise<number> {
  const tables = await connection.runAndReadAll(
    `select table_name from duckdb_columns() where schema_name = '${rawSchema}' and column_name = 'payload'`,
  );
  let bytes = 0;
  for (const [table] of tables.getRows()) {
    const sum = `select coalesce(sum(strlen(cast(payload as varchar))), 0)::double from ${rawSchema}.${String(table)}`;
    bytes += Number((await connection.runAndReadAll(sum)).getRows()[0]?.[0]);
  }
  return bytes;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function bytesIn(folder: string): number {
  return filesIn(folder)
    .filter((path) => !/dbt\.log/.test(path))
    .reduce((sum, path) => sum + statSync(path).size, 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function shown(megabytes: number): string {
  return `${megabytes.toFixed(1)} MB`;
}
