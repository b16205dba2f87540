import { bytesOf, dearest, kinds, type Line } from "./invoice.ts";
import { leastBytes } from "./price.ts";

/** What a build of a workspace is billed. */
export type Invoice = {
  readonly conversations: number;
  /** The first build of all, one in an hour, or the first one after midnight, which also builds what follows the day. */
  readonly build: "first" | "hourly" | "first of a day";
  readonly lines: readonly Line[];
};

type Row = readonly string[];

/** 365 days of 24 hours, twelve months. */
const buildsAMonth = 730;
const daysAMonth = buildsAMonth / 24;
const tablesShownMax = 4;

/** A row for each build: gigabytes by kind, in all, and a month. One build a day is the first of its day, and one has the daily tests. */
export function summaryTable(invoices: readonly Invoice[]): readonly Row[] {
  const head = [
    "conversations",
    "build",
    ...kinds,
    "all, GB",
    "daily tests",
    "a month, TB",
    "statements",
    "tables named",
  ];
  return [
    head,
    ...invoices.map(({ conversations, build, lines }) => {
      const always = withoutDailyTests(lines);
      const ofDay = invoices.find((other) => other.conversations === conversations && other.build === "first of a day");
      const month =
        bytesOf(always) * (buildsAMonth - daysAMonth) +
        (bytesOf(withoutDailyTests(ofDay?.lines ?? lines)) + bytesOf(lines, "daily tests")) * daysAMonth;
      return [
        conversations.toLocaleString("en"),
        build,
        ...kinds.map((kind) => gigabytes(bytesOf(always, kind))),
        gigabytes(bytesOf(always)),
        gigabytes(bytesOf(lines, "daily tests")),
        build === "hourly" ? (month / 1e12).toFixed(2) : "",
        String(always.filter(({ bytes }) => bytes > 0).length),
        String(billedTables(always).length),
      ];
    }),
  ];
}

/** The statements that cost most, each with the tables that it is billed for. */
export function statementTable({ lines }: Invoice, count: number): readonly Row[] {
  return dearest(lines, count).map(({ statement, tables, bytes }) => [
    `${statement.kind} ${statement.name} ${statement.does}`,
    gigabytes(bytes),
    tables
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, tablesShownMax)
      .map((each) => `${each.table.split(".").at(-1)} ${gigabytes(each.bytes)}`)
      .join(", "),
  ]);
}

/** Where the bytes go: by what statements do, and what only the least amount a table adds. */
export function wasteTable({ lines }: Invoice): readonly Row[] {
  const byDeed = Map.groupBy(lines, ({ statement }) =>
    statement.kind.endsWith("tests") ? statement.kind : statement.does,
  );
  const least = billedTables(lines).reduce((sum, each) => sum + Math.max(0, leastBytes - each.processed), 0);
  return [
    ["what", "GB", "statements", "tables named"],
    ...[...byDeed]
      .toSorted(([, a], [, b]) => bytesOf(b) - bytesOf(a))
      .map(([does, all]) => [
        does,
        gigabytes(bytesOf(all)),
        String(all.filter(({ bytes }) => bytes > 0).length),
        String(billedTables(all).length),
      ]),
    ["of it only by the 10 MB a table", gigabytes(least), "", ""],
  ];
}

function withoutDailyTests(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ statement }) => statement.kind !== "daily tests");
}

function billedTables(lines: readonly Line[]) {
  return lines.flatMap(({ tables }) => tables);
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 10e9 ? 2 : 1);
}
