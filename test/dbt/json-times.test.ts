import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { epochSecondsMax, epochSecondsOf } from "../../loader/epoch.ts";
import { runDbt } from "./command.ts";

const numbers = [
  0,
  1,
  1.7,
  -1,
  -0.5,
  1_700_000_000,
  1_700_000_000.9,
  1_700_000_000_000,
  1_700_000_000_000.9,
  1_700_000_000_000_000,
  1e18,
  1e300,
  4_294_967_296,
  epochSecondsMax,
  epochSecondsMax + 0.5,
  epochSecondsMax + 1,
  epochSecondsMax * 1000,
  (epochSecondsMax + 1) * 1000,
];
const noNumbers = [null, true, false, "", "now", "2024-01-01", "1700000000", {}, { at: 1 }, [], [1_700_000_000]];
const noDoubles = ["1e400", "-1e400", "99999999999999999999999999"];

describe("a time in a payload", () => {
  let workFolder: string;
  let jsonTime: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "times-"));
    const inline = ["--no-populate-cache", "--no-introspect", "--inline", "select {{ json_time('payload', '$.at') }}"];
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") };
    const compiled = await runDbt(["--quiet", "compile", ...inline], workFolder, environment);
    assert.equal(compiled.exitCode, 0, compiled.output);
    jsonTime = compiled.output.slice(compiled.output.indexOf("select ") + "select ".length);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("is read as the loader reads it: seconds or milliseconds by their size, whole seconds, null of what is no time", async () => {
    const read = await timesOf(numbers.map((number) => JSON.stringify(number)));
    assert.deepEqual(
      read,
      numbers.map((number) => epochSecondsOf(number) ?? null),
    );
  });

  it("is null where it is no number, and stops nothing", async () => {
    const read = await timesOf([...noNumbers.map((value) => JSON.stringify(value)), ...noDoubles]);
    assert.ok(read.every((time) => time === null));
    assert.deepEqual(await timesOf([undefined]), [null]);
  });

  /** Epoch seconds of `at` in a payload, from its JSON; an absent one from undefined. */
  async function timesOf(values: readonly (string | undefined)[]): Promise<unknown[]> {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run("create table payloads (place integer, payload json)");
    for (const [place, value] of values.entries()) {
      await connection.run("insert into payloads values ($1, $2)", [
        place,
        value === undefined ? "{}" : `{"at":${value}}`,
      ]);
    }
    const read = await connection.runAndReadAll(`select epoch(${jsonTime}) as seconds from payloads order by place`);
    connection.closeSync();
    return read.getColumns()[0] ?? [];
  }
});
