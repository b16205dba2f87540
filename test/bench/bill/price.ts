import type { Stretch } from "./conditions.ts";
import type { ColumnCondition, TableRead } from "./reads.ts";
import type { Work } from "./work.ts";

/** What BigQuery counts of a table: rows, average bytes a row of each column, and how rows spread over partitions. */
export type TableSize = {
  readonly rows: number;
  readonly bytesOf: ReadonlyMap<string, number>;
  readonly partitions: Partitions | undefined;
};

export type Partitions = { readonly column: string; readonly parts: readonly Part[] };
/** A partition, and its share of the table's rows. */
export type Part = { readonly stretch: Stretch; readonly share: number };

/** What is billed for one table that a statement names, of it what only the least amount adds. */
export type TableBill = { readonly table: string; readonly bytes: number; readonly processed: number };

const mebibyte = 2 ** 20;
/** The least that is billed for a table that a query names. */
export const leastBytes = 10 * mebibyte;

/**
 * The bytes that BigQuery bills a statement on demand, table by table.
 *
 * - Rounded up to a megabyte, at least 10 MB for each table named, and for each query: "BigQuery pricing", On-demand compute.
 * - A column of a partition counts once, however often the query names it.
 * - A query that processes no byte (`count(*)`, constants, INSERT of values) is billed nothing.
 * - UPDATE, DELETE and MERGE: the columns they refer to in all partitions scanned, and all columns of the partitions that they
 *   may change (q′ + t′): https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#on-demand_query_size_calculation
 * - Clustering is left aside: it may leave blocks out, which no estimate knows.
 */
export function bill(work: Work, sizeOf: (table: string) => TableSize): readonly TableBill[] {
  const byTable = Map.groupBy(work.reads, ({ table }) => table);
  const processed = [...byTable].map(([table, reads]) => {
    const size = sizeOf(table);
    const read = bytesRead(reads, size);
    return { table, processed: work.changes?.table === table ? read + bytesChanged(work.changes, size) : read };
  });
  if (processed.every((each) => each.processed === 0)) return [];
  return processed.map((each) => ({
    ...each,
    bytes: Math.max(leastBytes, Math.ceil(each.processed / mebibyte) * mebibyte),
  }));
}

export function totalBytes(tables: readonly TableBill[]): number {
  return tables.reduce((sum, { bytes }) => sum + bytes, 0);
}

function bytesRead(reads: readonly TableRead[], size: TableSize): number {
  const partsOf = new Map<string, Set<Part>>();
  for (const read of reads) {
    const parts = scannedParts(read.conditions, size.partitions);
    for (const column of read.columns) partsOf.set(column, new Set([...(partsOf.get(column) ?? []), ...parts]));
  }
  return [...partsOf].reduce((sum, [column, parts]) => sum + bytesIn(size, column) * size.rows * shareOf(parts), 0);
}

function bytesChanged(target: TableRead, size: TableSize): number {
  const share = shareOf(scannedParts(target.conditions, size.partitions));
  return [...size.bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0) * size.rows * share;
}

const whole: Part = { stretch: null, share: 1 };

function scannedParts(conditions: readonly ColumnCondition[], partitions: Partitions | undefined): readonly Part[] {
  if (conditions.some(({ column, condition }) => column === undefined && !condition.mayHold(null))) return [];
  if (partitions === undefined) return [whole];
  const pruning = conditions.filter(({ column }) => column === partitions.column);
  return partitions.parts.filter(({ stretch }) => pruning.every(({ condition }) => condition.mayHold(stretch)));
}

function shareOf(parts: Iterable<Part>): number {
  return [...parts].reduce((sum, { share }) => sum + share, 0);
}

function bytesIn(size: TableSize, column: string): number {
  const bytes = size.bytesOf.get(column);
  if (bytes === undefined) throw new Error(`no size is known of the column ${column}`);
  return bytes;
}
