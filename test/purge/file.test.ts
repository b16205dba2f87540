import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Config, readConfig } from "../../loader/config.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { placeOfProcesses } from "../../loader/process-place.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";
import { configIn, run, setUp } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

/** Random text, which no compression makes shorter. */
const secret = randomBytes(60).toString("base64url");

/** A checkpointed warehouse in which the deleted conversation has the secret, among thousands of others. */
function setUpSecret(context: TestContext): Promise<Config> {
  return setUp(context, [
    `insert into intercom_raw.conversation_parts select conversation_parts.* replace ('filler ' || n as id, '2' as conversation_id, md5(n::varchar) as body_text)
     from intercom_raw.conversation_parts, range(3000) as numbers(n) where id = '201'`,
    `update intercom_raw.conversation_parts set body_text = '${secret}', payload = '{"body":"${secret}"}' where id = '101'`,
    "checkpoint",
  ]);
}

function holdsSecret(path: string): boolean {
  return [path, `${path}.wal`, `${path}.purge`].some((name) => existsSync(name) && readFileSync(name).includes(secret));
}

function fingerprint(path: string): string {
  return `${statSync(path).ino} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
}

test("after a purge the file does not have the removed words, not even in its free blocks", async (context) => {
  const config = await setUpSecret(context);
  assert.ok(holdsSecret(config.duckdbPath));
  // DuckDB's own DELETE leaves the words in the file.
  await withDuckDb(config.duckdbPath, async (connection) => {
    await connection.run("delete from intercom_raw.conversation_parts where id = '101'");
    await connection.run("checkpoint");
  });
  assert.ok(holdsSecret(config.duckdbPath));
  const { exitCode, lines } = await run(config, [], { isText: true });
  assert.equal(exitCode, 0);
  assert.ok(!holdsSecret(config.duckdbPath));
  assert.match(lines.at(-1) ?? "", /was rewritten without the removed rows \(/);
  assert.deepEqual(readdirSync(dirname(config.duckdbPath)).sort(), ["state", "warehouse.duckdb"]);
});

test("the rewritten file has everything else: rows, views, comments, keys, other schemas, its mode, its format", async (context) => {
  const config = await setUp(context);
  const described = `select 'column' as kind, schema_name || '.' || table_name || '.' || column_name || ' ' || data_type || is_nullable as held
     from duckdb_columns() where not internal
     union all select 'table', schema_name || '.' || table_name || ' ' || coalesce(comment, '') || sql from duckdb_tables()
     union all select 'view', schema_name || '.' || view_name || ' ' || sql from duckdb_views() where not internal
     union all select 'account', account_id || seats from crm.accounts
     union all select 'message', id || body_text from intercom.messages where conversation_id <> '1'
     order by all`;
  const before = await readRows(config.duckdbPath, described);
  const format = `select tags['storage_version'] as version from duckdb_databases() where path = '${config.duckdbPath}'`;
  chmodSync(config.duckdbPath, 0o600);
  const { ino } = statSync(config.duckdbPath);
  await run(config);
  assert.notEqual(statSync(config.duckdbPath).ino, ino);
  assert.equal(statSync(config.duckdbPath).mode & 0o777, 0o600);
  assert.deepEqual(await readRows(config.duckdbPath, described), before);
  // The loader's format: DuckDB's default leaves long texts four times as large.
  assert.deepEqual(await readRows(config.duckdbPath, format), [{ version: "v1.2.0+" }]);
});

test("a link to the file stays a link, and the file that it points to is rewritten", async (context) => {
  const real = await setUpSecret(context);
  const folder = temporaryFolder(context);
  const link = join(folder, "link.duckdb");
  symlinkSync(real.duckdbPath, link);
  const config = readConfig({ DUCKDB_PATH: link, STATE_DIR: real.stateDirectory });
  assert.equal((await run(config)).exitCode, 0);
  assert.deepEqual(readdirSync(folder), ["link.duckdb"]);
  assert.ok(!holdsSecret(real.duckdbPath));
});

test("the file is left alone when nothing is removed: by a dry run, and by a second purge", async (context) => {
  const config = await setUp(context);
  const untouched = fingerprint(config.duckdbPath);
  const dry = await run(config, ["ann@example.com"], { isDryRun: true });
  assert.equal(dry.exitCode, 0);
  assert.equal(dry.summary.tables["intercom_raw.conversations"], 7);
  assert.equal(fingerprint(config.duckdbPath), untouched);
  const real = await run(config, ["ann@example.com"]);
  assert.deepEqual(real.summary.tables, dry.summary.tables);
  const purged = fingerprint(config.duckdbPath);
  await run(config);
  assert.equal(fingerprint(config.duckdbPath), purged);
});

test("a purge without room for a new copy ends with 5, the file is whole, and the next purge finishes it", async (context) => {
  const config = await setUpSecret(context);
  const { exitCode, error } = await run(config, [], { freeBytes: async () => 1000 });
  assert.equal(exitCode, 5);
  assert.match(error ?? "", /no room for a new copy .* run `purge` again/);
  assert.deepEqual(await tracesOf(config.duckdbPath, [secret]), []);
  assert.ok(holdsSecret(config.duckdbPath));
  const next = await run(config);
  assert.equal(next.summary.is_continued, true);
  assert.equal(next.exitCode, 0);
  assert.ok(!holdsSecret(config.duckdbPath));
  assert.deepEqual(await readRows(config.duckdbPath, "select 1 from duckdb_tables() where table_name = '_purge'"), []);
});

test("a disk that fills up ends the purge with 5, the file is whole, and the next purge finishes it", async (context) => {
  const config = await setUpSecret(context);
  const kilobytes = Math.floor(statSync(config.duckdbPath).size / 1024 / 2);
  const ended = cli(config, [], kilobytes);
  assert.equal(ended.status, 5, ended.stderr);
  assert.match(
    ended.stderr.trim().split("\n").at(-1) ?? "",
    /^loader: .* could not be written .*The file is whole\. .* run `purge` again/,
  );
  assert.equal((await readRows(config.duckdbPath, "from crm.accounts")).length, 1);
  assert.equal(cli(config).status, 0);
  assert.ok(!holdsSecret(config.duckdbPath));
});

test("a copy that cannot be written leaves the file as it was, and nothing beside it", async (context) => {
  const config = await setUpSecret(context);
  const { exitCode, error } = await run(config, [], {
    freeBytes: async () => {
      writeFileSync(`${config.duckdbPath}.purge`, "no database, as if the disk had lost it".repeat(1000));
      return Number.MAX_SAFE_INTEGER;
    },
  });
  assert.equal(exitCode, 5);
  assert.match(error ?? "", /could not be rewritten: .* The file is whole\./);
  assert.deepEqual(readdirSync(dirname(config.duckdbPath)).sort(), ["state", "warehouse.duckdb"]);
  assert.equal((await run(config)).exitCode, 0);
  assert.ok(!holdsSecret(config.duckdbPath));
});

test("a file that another process has open ends the purge with 2 and the name of that process", async (context) => {
  const config = await setUp(context);
  const holder = await DuckDbWarehouse.open({ ...config, path: config.duckdbPath });
  try {
    const { status, stderr } = cli(config);
    assert.equal(status, 2, stderr);
    assert.match(stderr, new RegExp(`is held by process ${process.pid} `));
  } finally {
    await holder.close();
  }
});

test("a missing warehouse ends the purge with 2, and is not made", async (context) => {
  const config = configIn(temporaryFolder(context));
  const { exitCode, error } = await run(config);
  assert.equal(exitCode, 2);
  assert.match(error ?? "", /does not exist/);
  assert.ok(!existsSync(config.duckdbPath));
});

test("in an empty warehouse there is nothing to remove, and no contact", async (context) => {
  const config = configIn(temporaryFolder(context));
  await withDuckDb(config.duckdbPath, async (connection) => {
    await connection.run("create table unrelated (id varchar)");
  });
  assert.deepEqual([(await run(config)).exitCode, (await run(config, ["ann@example.com"])).exitCode], [0, 2]);
});

test("before the first build the raw tables are purged alone", async (context) => {
  const config = await setUp(context, ["drop schema intercom cascade", "drop schema intercom_staging cascade"]);
  const { exitCode, summary } = await run(config);
  assert.equal(exitCode, 0);
  assert.ok(Object.keys(summary.tables).every((name) => name.startsWith("intercom_raw.")));
  assert.deepEqual(await tracesOf(config.duckdbPath, ["words of the deleted"]), []);
});

test("spool folders of killed runs are removed, and the folder of a running run stays", async (context) => {
  const config = await setUp(context);
  const spool = join(config.stateDirectory, "spool");
  for (const [name, pid] of [
    ["dead", 2 ** 22 + 1],
    ["alive", process.ppid],
  ] as const) {
    mkdirSync(join(spool, name), { recursive: true });
    const owner = { pid, runId: name, startedAt: "2026-01-01", place: await placeOfProcesses(), warehouse: "another" };
    writeFileSync(join(spool, name, "run.json"), JSON.stringify(owner));
    writeFileSync(join(spool, name, "load.conversations.ndjson"), "words of somebody");
  }
  const { summary } = await run(config);
  assert.equal(summary.spool_folders, 1);
  assert.deepEqual(readdirSync(spool), ["alive"]);
});

test("the command prints the removed rows, logs its steps as JSON lines, and refuses a text that can be no contact", async (context) => {
  const config = await setUp(context);
  const wrong = cli(config, ["--contact", "Ann Archer"]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /must be an id or an e-mail address/);
  const { status, stdout, stderr } = cli(config, ["--contact", "ann@example.com", "--contact", "c-bob", "--json"]);
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout).conversations_of_contacts, 8);
  assert.ok(
    stderr
      .trim()
      .split("\n")
      .every((line) => JSON.parse(line).event.startsWith("purge")),
  );
  assert.doesNotMatch(stderr, /@/);
});

/** `loader purge` as a process of its own. @param fileKilobytesMax no file may become larger, as on a full disk */
function cli(config: Config, flags: readonly string[] = [], fileKilobytesMax?: number) {
  const command = [process.execPath, "loader/cli.ts", "purge", ...flags];
  const [name = "", ...args] =
    fileKilobytesMax === undefined
      ? command
      : ["bash", "-c", `trap '' XFSZ; ulimit -f ${fileKilobytesMax}; exec "$@"`, "bash", ...command];
  return spawnSync(name, args, {
    cwd: repository,
    encoding: "utf8",
    env: { ...process.env, WAREHOUSE: "duckdb", DUCKDB_PATH: config.duckdbPath, STATE_DIR: config.stateDirectory },
  });
}
