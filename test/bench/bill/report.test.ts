import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { withTable } from "./docs.ts";
import type { Line } from "./invoice.ts";
import { leastBytes } from "./price.ts";
import { type Invoice, statementTable, summaryTable, wasteTable } from "./report.ts";
import { dailyTag, type Kind } from "./statements.ts";

const line = (kind: Kind, name: string, does: string, bytes: number): Line => ({
  statement: { kind, name, does, sql: "", work: { reads: [], changes: undefined } },
  tables: [{ table: `p.d.${name}`, bytes, processed: bytes === leastBytes ? 0 : bytes }],
  bytes,
});
const lines = [
  line("marts", "small", "create", leastBytes),
  line("marts", "large", "merge", 2e9),
  line("tests", "sound", "ask", 1e9),
  line("daily tests", "grain", "ask", 4e9),
];
const hourly: Invoice = { conversations: 1_000_000, build: "hourly", lines };
const ofDay: Invoice = {
  ...hourly,
  build: "first of a day",
  lines: [...lines, line("marts", "phrases", "create", 5e9)],
};

it("the table has gigabytes by kind, and a month of hourly builds", () => {
  const [head = [], row = []] = summaryTable([hourly, ofDay]);
  const cell = (name: string) => row[head.indexOf(name)];
  assert.equal(cell("conversations"), "1,000,000");
  assert.equal(cell("marts"), "2.01");
  assert.equal(cell("tests"), "1.00");
  assert.equal(cell("staging"), "0.00");
  assert.equal(cell("all, GB"), "3.01");
  assert.equal(cell("daily tests"), "4.00");
  // 730 builds, and 30.4 days of daily tests and of 5 GB more.
  assert.equal(cell("a month, TB"), "2.47");
  assert.equal(cell("tables named"), "3");
  assert.equal(summaryTable([{ ...hourly, build: "first" }])[1]?.[head.indexOf("a month, TB")], "");
});

it("the statements that cost most come first", () => {
  assert.deepEqual(
    statementTable(hourly, 2).map(([name]) => name),
    ["daily tests grain ask", "marts large merge"],
  );
});

it("what only the least amount a table adds is counted", () => {
  const [, bytes] = wasteTable(hourly).at(-1) ?? [];
  assert.equal(bytes, "0.01");
});

it("the docs take the table between their marks and keep the rest", () => {
  const text = "a\n<!-- the bill: node test/bench/bill/main.ts --write -->\nold\n<!-- end of the bill -->\nb\n";
  const table = [
    ["x", "y"],
    ["1", "2"],
  ];
  const written = withTable(text, table);
  assert.ok(written.startsWith("a\n<!-- the bill") && written.endsWith("<!-- end of the bill -->\nb\n"));
  assert.ok(written.includes("| x | y |\n|---|---|\n| 1 | 2 |"));
  assert.ok(!written.includes("old"));
  assert.equal(withTable(written, table), written);
  assert.throws(() => withTable("a", table), /no place for the bill/);
});

it("the tests that run once a day are those that `make build` leaves out", () => {
  assert.match(readFileSync("Makefile", "utf8"), new RegExp(`--exclude tag:${dailyTag}\\b`));
});
