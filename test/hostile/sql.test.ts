// A text stays that text in SQL, whatever it holds: DuckDB itself, and Google's own analyzer, say what they read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { epochSecondsMax } from "../../loader/epoch.ts";
import * as bigQuery from "../../loader/load/bigquery/sql.ts";
import * as duckDb from "../../loader/load/duckdb/sql.ts";
import { GoogleSqlAnalyzer } from "../dbt/googlesql.ts";
import { holdsForAll, hostileText } from "./cases.ts";

let analyzer: GoogleSqlAnalyzer | undefined;
before(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
after(() => analyzer?.stop());

test("texts, names and moments are read by DuckDB as they are meant", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const read = async (columns: readonly string[]) =>
    columns.length === 0 ? [] : ((await connection.runAndReadAll(`select ${columns.join(", ")}`)).getRows()[0] ?? []);
  await holdsForAll(hostileText, async (texts) => {
    // As bytes: the client takes a byte order mark at the beginning of a text away.
    assert.deepEqual(
      await read(texts.map((text) => `hex(encode(${duckDb.text(text)}))`)),
      texts.map((text) => Buffer.from(text).toString("hex").toUpperCase()),
    );
    const names = [...new Set(texts.map((text) => text.toWellFormed().toLowerCase()))].filter(
      (name) => name !== "" && !name.includes("\0"),
    );
    const reader = await connection.runAndReadAll(
      `select ${["0 as last", ...names.map((name) => `1 as ${duckDb.identifier(name)}`)].join(", ")}`,
    );
    assert.deepEqual(reader.columnNames().slice(1), names);
  });
  await holdsForAll(fc.integer({ min: 0, max: epochSecondsMax }), async (moments) => {
    const answer = await read(moments.map((moment) => `cast(epoch(${duckDb.timestamp(moment)}) as double)`));
    assert.deepEqual(answer, [...moments]);
  });
  connection.closeSync();
  instance.closeSync();
});

test("texts and moments are read by GoogleSQL as they are meant", async () => {
  const literals = async (columns: readonly string[]) => {
    const statement = await analyzer?.resolve(`select ${columns.join(", ")}`, []);
    const found = JSON.stringify(statement, (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    const texts: string[] = [];
    JSON.parse(found, (key, value: unknown) => {
      if (key === "stringValue" && typeof value === "string") texts.push(value);
      return value;
    });
    return texts;
  };
  await holdsForAll(hostileText, async (texts) => {
    // The last one shows that every literal before it ended where it should.
    const columns = [...texts.map(bigQuery.text), "'end'"].map((literal, index) => `${literal} as t${index}`);
    assert.deepEqual(await literals(columns), [...texts.map((text) => text.toWellFormed()), "end"]);
  });
  await holdsForAll(fc.integer({ min: 0, max: epochSecondsMax }), async (moments) => {
    await literals([...moments.map(bigQuery.timestamp), "1"].map((literal, index) => `${literal} as t${index}`));
  });
});
