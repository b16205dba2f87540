import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { repository } from "../tools/repository.ts";
import { bigQueryAt, type DbtRun, runDbt } from "./command.ts";
import { oddValues } from "./mutations.ts";

/** Each macro that reads a field, by its arguments after the path. */
const macros: Readonly<Record<string, readonly string[]>> = {
  json_str: [],
  json_id: [],
  json_int: [],
  json_count: [],
  json_rating: [],
  json_float: [],
  json_number: [],
  json_time: [],
  json_bool: [],
  json_obj: [],
  json_length: [],
  json_fields_of: ["id"],
};
const paths = ["$.at", "$.at.id", "$.at.id.id", "$.at[0]", "$.at[0].id", '$.at."Ticket category"', '$."a.b"'];

/** What JSON.stringify() does not write, beside what is hard to tell apart once it is text. */
const oddTexts = [
  "1e400",
  "99999999999999999999999999",
  "9007199254740993",
  "18446744073709551615",
  "1.0",
  "-0.0",
  "5",
  "1700000000",
  '"9007199254740993"',
  '"0"',
  '"5"',
  '"TRUE"',
  '"null"',
  '"{"',
  '"{\\"id\\": 1}"',
  '"[URGENT] The export hangs"',
  '"[1, 2]"',
  '"\\"quoted\\""',
  '"\\u0000"',
  '"\\ud83d\\ude00"',
  '{"id": 1, "id": 2}',
  '{"ID": 1}',
  '{"id": "[7]", "Ticket category": "Tracker ticket"}',
  '{"id": {"id": [1, {"id": null}]}}',
  '[{"id": "a"}, {"id": 2}, {"id": null}, {}, 3]',
  '[{"id": "[b]"}]',
  '[[{"id": 1}], 1.50]',
];
const oddPayloads = [
  "{}",
  "[]",
  "null",
  "5",
  '"text"',
  '[{"at": 1}]',
  '{"a.b": 4, "a": {"b": 5}}',
  '{"at": 1, "at": 2}',
];

describe("the fields of a payload that is parsed once", () => {
  let workFolder: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "documents-"));
  });

  after(() => rm(workFolder, { recursive: true }));

  it("are those that each macro reads by itself, whatever the payload holds", async () => {
    const [single, once] = await compiledPair("duckdb");
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run("create table payloads (place integer, payload json)");
    const values = [...oddValues.map((value) => JSON.stringify(value)), ...oddTexts];
    const payloads = [null, ...oddPayloads, ...values.map((value) => `{"at": ${value}}`)];
    for (const [place, payload] of payloads.entries())
      await connection.run("insert into payloads values ($1, $2)", [place, payload]);
    const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> =>
      (await connection.runAndReadAll(`${sql} order by place`)).getRowObjectsJson();
    const expected = await rowsOf(single);
    const read = await rowsOf(once);
    connection.closeSync();
    assert.equal(expected.length, payloads.length);
    for (const [index, row] of expected.entries()) assert.deepEqual(read[index], row, payloads[index] ?? "no payload");
    for (const macro of Object.keys(macros)) {
      const column = `${macro} $.at ${macros[macro]?.join("")}`.trim();
      assert.ok(new Set(expected.map((row) => String(row[column]))).size > 1, `${column} is the same in all payloads`);
    }
  });

  it("are read on BigQuery as if each were read by itself: it bills columns, not parsing", async () => {
    const [single, once] = await compiledPair("bigquery");
    assert.match(single, /json_value\(payload, '\$\.at'\)/);
    assert.equal(once, single);
  });

  it("are all above the relation: one below stops the build and is named", async () => {
    const late = await compiled(
      "duckdb",
      "select 1 from {{ parsed_once('payloads', payload) }} where {{ json_str(payload, '$.late') }} = 'a'",
    );
    assert.notEqual(late.exitCode, 0);
    assert.match(late.output, /\$\.late of payload is read below parsed_once\(\), which comes last/);
  });

  it("are read so by every staging model that reads more than one", async () => {
    const folder = join(repository, "models/staging");
    const models = (await readdir(folder)).filter((name) => name.endsWith(".sql"));
    assert.ok(models.length > 20);
    for (const model of models) {
      const alone = (await readFile(join(folder, model), "utf8")).match(/json_(?!document)\w+\('payload'/g) ?? [];
      assert.ok(alone.length <= 1, `${model} parses the payload for each of ${alone.length} fields`);
    }
  });

  /** The same select list twice: of the column, and of the document. */
  async function compiledPair(warehouse: string): Promise<readonly [string, string]> {
    const fields = (column: string): string =>
      Object.entries(macros)
        .flatMap(([macro, more]) => paths.map((path) => [macro, path, ...more] as const))
        .map(([macro, ...given]) => {
          const list = given.map((argument) => `'${argument}'`).join(", ");
          return `{{ ${macro}(${column}, ${list}) }} as \`${macro} ${given.join(" ").replaceAll('"', "")}\``;
        })
        .join(",\n");
    const both = `/* single */ select place, ${fields("'payload'")} from payloads
      /* once */ select place, ${fields("payload")} from {{ parsed_once('payloads', payload) }} /* end */`;
    const run = await compiled(warehouse, both);
    assert.equal(run.exitCode, 0, run.output);
    const statement = (from: string, to: string): string =>
      (run.output.split(`/* ${from} */`)[1]?.split(`/* ${to} */`)[0] ?? "").trim();
    const quoted = (sql: string): string => (warehouse === "duckdb" ? sql.replaceAll("`", '"') : sql);
    return [quoted(statement("single", "once")), quoted(statement("once", "end"))];
  }

  function compiled(warehouse: string, sql: string): Promise<DbtRun> {
    const inline = `{% set payload = json_document('payload') %}${sql}`;
    const duckDb = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") };
    const commandLine = ["--quiet", "compile", "--no-populate-cache", "--no-introspect", "--inline", inline];
    return runDbt(commandLine, workFolder, warehouse === "duckdb" ? duckDb : bigQueryAt());
  }
});
