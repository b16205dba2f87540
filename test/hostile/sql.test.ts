// A text stays that text in SQL, whatever it holds: DuckDB itself, and Google's own analyzer, say what they read.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { epochSecondsMax } from "../../loader/epoch.ts";
import * as bigQuery from "../../loader/load/bigquery/sql.ts";
import * as duckDb from "../../loader/load/duckdb/sql.ts";
import { GoogleSqlAnalyzer } from "../dbt/googlesql.ts";
import { repository } from "../tools/repository.ts";
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

/** Literals as the models' macro writes them: ids of changed records go into statements of BigQuery that way. */
function byMacro(engine: "duckdb" | "bigquery", texts: readonly string[]): readonly string[] {
  const script = [
    "import jinja2, json, sys",
    "macros = jinja2.Environment().from_string(open('macros/text/text_literal.sql').read()).module",
    `json.dump([macros.${engine}__text_literal(text) for text in json.load(sys.stdin)], sys.stdout)`,
  ];
  const { status, stdout, stderr } = spawnSync(join(repository, ".venv/bin/python"), ["-c", script.join("\n")], {
    cwd: repository,
    input: JSON.stringify(texts),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as string[]).map((literal) => literal.trim());
}

/** What GoogleSQL reads in literals. */
async function literals(written: readonly string[]): Promise<readonly string[]> {
  // The last one shows that every literal before it ended where it should.
  const columns = [...written, "'end'"].map((literal, index) => `${literal} as t${index}`);
  const statement = await analyzer?.resolve(`select ${columns.join(", ")}`, []);
  const texts: string[] = [];
  JSON.stringify(statement, (key, value: unknown) => {
    if (key === "stringValue" && typeof value === "string") texts.push(value);
    return typeof value === "bigint" ? String(value) : value;
  });
  assert.equal(texts.pop(), "end");
  return texts;
}

test("texts and moments are read by GoogleSQL as they are meant", async () => {
  await holdsForAll(hostileText, async (texts) => {
    assert.deepEqual(
      await literals(texts.map(bigQuery.text)),
      texts.map((text) => text.toWellFormed()),
    );
  });
  await holdsForAll(fc.integer({ min: 0, max: epochSecondsMax }), async (moments) => {
    await literals(moments.map(bigQuery.timestamp));
  });
});

test("texts that models write into statements are read as they are meant, by both engines", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await holdsForAll(
    hostileText.map((text) => text.toWellFormed().replaceAll("\0", "")),
    async (texts) => {
      const hexes = byMacro("duckdb", texts).map((literal) => `hex(encode(${literal}))`);
      assert.deepEqual(
        (await connection.runAndReadAll(`select ${["0", ...hexes].join(", ")}`)).getRows()[0]?.slice(1),
        texts.map((text) => Buffer.from(text).toString("hex").toUpperCase()),
      );
      assert.deepEqual(await literals(byMacro("bigquery", texts)), texts);
    },
    2500,
  );
  connection.closeSync();
  instance.closeSync();
});
