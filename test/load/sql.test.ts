// Both engines' SQL keeps its meaning, whatever characters a text or a name has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import * as bigQuery from "../../loader/load/bigquery/sql.ts";
import * as duckDb from "../../loader/load/duckdb/sql.ts";

const oddText = `it's a "text" \\ with\nlines\r\nand '' quotes, é 😀`;

test("a text is the same text when DuckDB has read it, and a name is the same name", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select ${duckDb.text(oddText)} as ${duckDb.identifier('odd "name"')}, epoch(${duckDb.timestamp(1_767_600_000.25)})`,
  );
  assert.deepEqual(reader.columnNames()[0], 'odd "name"');
  assert.deepEqual(reader.getRows()[0], [oddText, 1_767_600_000.25]);
  connection.closeSync();
  instance.closeSync();
});

test("a text for BigQuery is on one line, and no quote or backslash of it ends the literal", () => {
  const literal = bigQuery.text(oddText);
  assert.doesNotMatch(literal, /[\n\r]/);
  assert.match(literal, /^'(?:[^'\\]|\\[\\'nr])*'$/);
  const meant = literal
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (_match, sign: string) => ({ n: "\n", r: "\r" })[sign] ?? sign);
  assert.equal(meant, oddText);
});

test("a moment for BigQuery is a constant in UTC", () => {
  assert.equal(bigQuery.timestamp(1_767_600_000), "timestamp '2026-01-05 08:00:00+00'");
});
