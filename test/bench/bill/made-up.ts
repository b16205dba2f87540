import { type GoogleSqlAnalyzer, type GoogleSqlTable, googleSqlTypes } from "../../dbt/googlesql.ts";
import type { Part, TableSize } from "./price.ts";
import { type Work, workOf } from "./work.ts";

const { STRING, INT64, TIMESTAMP, DATE } = googleSqlTypes;

/** Tables for tests: `talks` is partitioned by month of begun_at, `days` by month of day; `recent` is a view of `talks`. */
export const tables: readonly GoogleSqlTable[] = [
  {
    name: "p.d.talks",
    columns: [
      { name: "id", type: INT64 },
      { name: "body", type: STRING },
      { name: "begun_at", type: TIMESTAMP },
      { name: "tags", type: { typeKind: 16, arrayType: { elementType: STRING } } },
    ],
  },
  {
    name: "p.d.days",
    columns: [
      { name: "day", type: DATE },
      { name: "count", type: INT64 },
    ],
  },
  {
    name: "p.d.people",
    columns: [
      { name: "id", type: INT64 },
      { name: "name", type: STRING },
    ],
  },
  {
    name: "p.d.recent",
    columns: [
      { name: "talk", type: INT64 },
      { name: "words", type: STRING },
      { name: "begun_at", type: TIMESTAMP },
    ],
  },
];

export const viewSql =
  "create view `p.d.recent` as select id as talk, body as words, begun_at from `p.d.talks` where begun_at >= timestamp '2026-05-01 00:00:00+00'";

/** Months from May 2025 to June 2026, fourteen, with as many rows each, and as many without a time. */
const shareOfPart = 1 / 15;
const parts: readonly Part[] = Array.from({ length: 14 }, (_, index) => ({
  stretch: { from: Date.UTC(2025, 4 + index) / 1000, to: Date.UTC(2025, 5 + index) / 1000 },
  share: shareOfPart,
}));
const withoutTime: Part = { stretch: null, share: shareOfPart };

/** 15 million rows of `talks`: a million a partition. */
export const sizes: Readonly<Record<string, TableSize>> = {
  "p.d.talks": {
    rows: 15e6,
    bytesOf: new Map([
      ["id", 8],
      ["body", 100],
      ["begun_at", 8],
      ["tags", 30],
    ]),
    partitions: { column: "begun_at", parts: [...parts, withoutTime] },
  },
  "p.d.days": {
    rows: 15e6,
    bytesOf: new Map([
      ["day", 8],
      ["count", 8],
    ]),
    partitions: { column: "day", parts: [...parts, withoutTime] },
  },
  "p.d.people": {
    rows: 100,
    bytesOf: new Map([
      ["id", 8],
      ["name", 20],
    ]),
    partitions: undefined,
  },
};

export async function workIn(analyzer: GoogleSqlAnalyzer, sql: string): Promise<Work> {
  const view = await analyzer.resolve(viewSql, tables);
  return workOf(await analyzer.resolve(sql, tables), (relation) => (relation === "p.d.recent" ? view : undefined));
}

export function sizeOf(table: string): TableSize {
  const size = sizes[table];
  if (size === undefined) throw new Error(`no size of ${table}`);
  return size;
}
