// What a query asks for and finds stays on the terminal.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

const asked = "asked.zz@corp.example";
const found = "found.zz@corp.example";

function setUp(context: TestContext) {
  const folder = temporaryFolder(context);
  const environment = {
    PATH: process.env["PATH"],
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    DBT_TARGET_PATH: join(folder, "target"),
    DBT_LOG_PATH: join(folder, "logs"),
  };
  const make = (args: readonly string[]): Promise<Ended> =>
    ended(
      spawn("make", ["-s", "-o", "setup", ...args], {
        cwd: repository,
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  const isKept = (): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".duckdb"))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => [asked, found].some((text) => readFileSync(path).includes(text)));
  return { environment, make, isKept };
}

test("neither the text of a query nor its rows are kept, also where it fails", async (context) => {
  const { environment, make, isKept } = setUp(context);
  await withDuckDb(environment.DUCKDB_PATH, (connection) =>
    connection.run(`create table people as select '${found}' as email`),
  );
  const sql = (expression: string): string => `SQL=select '${asked}' as asked, ${expression} as found from main.people`;
  const shown = await make(["query", sql("email"), "ARGS=--output json"]);
  assert.equal(shown.exitCode, 0, shown.stderr + shown.stdout);
  assert.match(shown.stdout, new RegExp(`${asked}[^]*${found}`));
  assert.deepEqual(isKept(), []);
  const failed = await make(["query", sql("cast(email as integer)")]);
  assert.equal(failed.exitCode, 2);
  assert.match(failed.stdout + failed.stderr, new RegExp(`Could not convert string '${found}'`));
  assert.deepEqual(isKept(), []);
});
