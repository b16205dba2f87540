import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../tools/folder.ts";
import { ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { canaries, canariesIn, canariesInFiles } from "./canaries.ts";

/** The loader's keys, which dbt needs none of. */
const keys = ["INTERCOM_ACCESS_TOKEN", "POSTHOG_API_KEY", "ATTIO_API_KEY", "PII_KEY"];

test("dbt knows no key of the loader, and writes none, whatever a model asks for", async (context) => {
  const folder = temporaryFolder(context);
  const environment = {
    PATH: process.env["PATH"],
    ...Object.fromEntries(keys.map((name) => [name, canaries.token])),
    HTTP_PROXY: `http://user:${canaries.password}@127.0.0.1:9`,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    DBT_TARGET_PATH: join(folder, "target"),
    DBT_LOG_PATH: join(folder, "logs"),
    DBT_PROFILES_DIR: repository,
  };
  const names = keys.map((name) => `env_var('${name}', 'unknown')`);
  const sql = `select '{{ [${names.join(", ")}] | join(' ') }}' as found`;
  const command = ["run_dbt.py", "--debug", "--log-level-file", "debug", "show", "--output", "json", "--inline", sql];
  const { stdout, stderr } = await promisify(execFile)(join(repository, ".venv/bin/python"), command, {
    cwd: repository,
    env: environment,
    maxBuffer: 1e9,
  });
  assert.match(stdout, /unknown unknown unknown/);
  assert.deepEqual([canariesIn(stdout), canariesIn(stderr)], [[], []]);
  assert.deepEqual(await canariesInFiles(folder), []);
});

test("dbt's command tells no proxy that was set where its file's path belongs", async (context) => {
  const odd = join(temporaryFolder(context), "odd");
  writeFileSync(odd, Buffer.from([0xff, 0xfe, 0x00]));
  for (const path of [`http://user:${canaries.password}@127.0.0.1:9`, odd, "/"]) {
    const environment = { PATH: process.env["PATH"], HTTPS_PROXY_FILE: path };
    const python = spawn(join(repository, ".venv/bin/python"), ["run_dbt.py", "--version"], {
      cwd: repository,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { exitCode, stdout, stderr } = await ended(python);
    assert.deepEqual([exitCode, stdout, canariesIn(stderr)], [2, "", []]);
    assert.match(stderr, /^HTTPS_PROXY_FILE names a file that can't be read: .*\n$/);
  }
});
