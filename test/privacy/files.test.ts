import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { FakeAttio } from "../fake/attio/server.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { FakePostHog } from "../fake/posthog/server.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { killedAtLine } from "../tools/killed-at-line.ts";
import { loader } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { loaderWithoutMask, openAll, openIn, pathsIn, readableByNobody, withoutMask } from "./wide.ts";

const python = join(repository, ".venv/bin/python");

/** A folder of yours that others may enter, with a file of yours, and a workspace to sync. */
async function setUp(context: TestContext) {
  const world = new GeneratedWorld({ seed: 3, conversations: 40, tickets: 20 });
  const [intercom, postHog, attio] = [
    await startedFor(context, { world }),
    await FakePostHog.start(),
    await FakeAttio.start({ isCheckingRequests: false, rateLimits: { reads: 1e6, writes: 1e6 } }),
  ];
  context.after(() => Promise.all([postHog.close(), attio.close()]));
  const folder = temporaryFolder(context);
  chmodSync(folder, 0o755);
  const yours = join(folder, "notes.txt");
  writeFileSync(yours, "Buy milk");
  chmodSync(yours, 0o644);
  const environment = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    POSTHOG_HOST: postHog.url,
    POSTHOG_API_KEY: postHog.apiKey,
    ATTIO_BASE_URL: attio.url,
    ATTIO_API_KEY: attio.apiKey,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: folder,
    DBT_TARGET_PATH: join(folder, "target"),
    DBT_LOG_PATH: join(folder, "logs"),
    DBT_PROFILES_DIR: repository,
    // What the doctor asks of dbt, dbt is asked below.
    DBT: "echo Connection test: OK #",
  };
  const run = async (args: readonly string[], codes: readonly number[] = [0]): Promise<string> => {
    const { exitCode, stdout, stderr } = await loaderWithoutMask(args, environment);
    assert.ok(codes.includes(Number(exitCode)), `${args.join(" ")}: ${exitCode} ${stderr}`);
    return stdout;
  };
  const dbt = async (args: readonly string[]): Promise<string> => {
    const command = ["-c", withoutMask, "bash", python, "run_dbt.py", ...args];
    const options = { cwd: repository, env: { PATH: process.env["PATH"], ...environment }, maxBuffer: 1e9 };
    return (await promisify(execFile)("/bin/bash", command, options)).stdout;
  };
  return { folder, yours, environment, run, dbt };
}

/** What others may do in the folder, except with your file. */
const openBut = (folder: string, yours: string): string[] => openIn(folder).filter((line) => !line.endsWith(yours));

test("whatever a command writes is for its owner alone: new, as it was before, and as another user sees it", async (context) => {
  const { folder, yours, environment, run, dbt } = await setUp(context);
  const archive = join(folder, "archive");
  const writing: readonly (readonly string[])[] = [
    ["sync", "--archive", archive],
    ["snapshot", "--parquet", join(folder, "parquet")],
    ["report", "--output", join(folder, "report", "page.html")],
    ["activate", "posthog"],
    ["activate", "attio", "--setup"],
    ["activate", "attio", "--create-people", "--writes-per-second", "1000"],
  ];
  await run(writing[0] ?? []);
  await dbt(["build", "--exclude-resource-type", "unit_test", "test"]);
  await dbt(["docs", "generate", "--static"]);
  for (const args of writing.slice(1)) await run(args, [0, 6]);
  for (const args of [["export"], ["status"], ["doctor"]]) await run(args);
  assert.deepEqual(openBut(folder, yours), []);
  for (const name of [
    "archive",
    "logs/dbt.log",
    "marts.duckdb",
    "parquet",
    "report/page.html",
    "spool",
    "last-run.json",
    "target/manifest.json",
    "target/run",
  ])
    assert.ok(existsSync(join(folder, name)), name);
  assert.ok(pathsIn(folder).length > 500);

  // As an earlier version left it.
  openAll(folder);
  assert.match(
    await run(["doctor"]),
    /^warning permissions: other users of this machine may read .*warehouse\.duckdb/m,
  );
  const [conversation] = await withDuckDb(environment.DUCKDB_PATH, async (connection) =>
    (await connection.runAndReadAll("select conversation_id from intercom.conversations limit 1")).getRows().flat(),
  );
  for (const args of writing) await run(args, [0, 6]);
  await run(["purge", "--conversation", String(conversation), "--archive", archive]);
  await run(["snapshot"]);
  const stillOpen = openBut(folder, yours);
  // The archive's own folder, and those of the other outputs, were there before: they may be yours.
  const folders = ["archive", "parquet", "report", "target", "logs"].map((name) => `777 ${join(folder, name)}`);
  assert.deepEqual(stillOpen.filter((line) => !/\/(target|logs)\//.test(line)).toSorted(), folders.toSorted());
  assert.equal(statSync(yours).mode & 0o777, 0o666);

  const seen = readableByNobody(folder);
  if (seen === undefined) return context.diagnostic("only root can look as another user: the modes alone were checked");
  assert.deepEqual(
    seen.filter((path) => !/\/(target|logs)\//.test(path)),
    [yours],
  );
});

test("what a killed sync leaves is for its owner alone", async (context) => {
  const { folder, yours, environment } = await setUp(context);
  const { exitCode } = await loaderWithoutMask(["sync"], { ...environment, ...killedAtLine('"load_committed"', 1) });
  assert.notEqual(exitCode, 0);
  assert.ok(readdirSync(join(folder, "spool")).length > 0);
  assert.deepEqual(openBut(folder, yours), []);
});

for (const code of ["EPERM", "ENOTSUP", ""])
  test(`a file system without permissions (${code || "which says nothing"}) is told of once, and no run fails`, async (context) => {
    const { folder, environment } = await setUp(context);
    const archive = join(folder, "archive");
    const args = ["sync", "--streams", "tags,conversations", "--archive", archive];
    assert.equal((await loaderWithoutMask(args, environment)).exitCode, 0);
    openAll(folder);
    const preload = `--import=${join(import.meta.dirname, "without-modes.ts")}`;
    const without = { ...environment, NODE_OPTIONS: preload, CHMOD_CODE: code };
    for (const each of [args, ["purge", "--archive", archive]]) {
      const { exitCode, stderr } = await loaderWithoutMask(each, without);
      assert.equal(exitCode, 0, stderr);
      assert.equal(
        stderr.match(/other users of this machine may read .*warehouse\.duckdb, and \d+ more paths: /g)?.length,
        1,
        stderr,
      );
    }
  });

test("what is not of this project stays as it is, also where a variable names it", async (context) => {
  const { folder, environment } = await setUp(context);
  const state = join(folder, "var");
  const yours = [
    join(state, "spool", "cron", "root"),
    join(folder, "notes.duckdb"),
    join(folder, "notes.duckdb.tmp", "x"),
  ];
  for (const path of yours) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "Buy milk");
  }
  openAll(folder);
  const named = { ...environment, STATE_DIR: state, DUCKDB_PATH: yours[1] };
  assert.equal((await loaderWithoutMask(["sync"], named)).exitCode, 2);
  assert.equal((await loaderWithoutMask(["sync"], { ...environment, STATE_DIR: state })).exitCode, 0);
  for (const path of yours) {
    assert.equal(statSync(path).mode & 0o777, 0o666, path);
    assert.equal(statSync(dirname(path)).mode & 0o077, dirname(path) === folder ? 0o055 : 0o077, path);
  }
});

test("dbt's folders of the project are closed to others before dbt writes into them", (context) => {
  const folder = temporaryFolder(context);
  copyFileSync(join(repository, "run_dbt.py"), join(folder, "run_dbt.py"));
  for (const name of ["target/run/models", "logs"]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ["target/run/models/x.sql", "target/manifest.json", "logs/dbt.log"])
    writeFileSync(join(folder, name), "");
  for (const name of ["target", "logs"]) openAll(join(folder, name));
  chmodSync(join(folder, "target"), 0o777);
  const script = `umask 000; exec "$@" --version`;
  return promisify(execFile)("/bin/bash", ["-c", script, "bash", python, join(folder, "run_dbt.py")], {
    cwd: folder,
  }).then(() => {
    assert.deepEqual(
      openIn(folder).filter((line) => !line.endsWith("run_dbt.py")),
      [],
    );
  });
});

test("an export into a file that others may read says so, and into another file or a pipe it does not", async (context) => {
  const folder = temporaryFolder(context);
  const environment = { DUCKDB_PATH: join(folder, "none.duckdb"), STATE_DIR: folder };
  for (const [shell, isSaid] of [
    ['umask 022; exec "$@" > "$HOME/open.csv"', true],
    ['umask 077; exec "$@" > "$HOME/closed.csv"', false],
    ['exec "$@"', false],
  ] as const) {
    const { stderr } = await loader(["export", "--format", "csv"], { ...environment, HOME: folder }, { shell });
    assert.equal(/other users of this machine may read the file of this export/.test(stderr), isSaid, stderr);
  }
});

test("readers of the marts are whom you name, and a folder that is there stays as it is", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "made.duckdb");
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom");
    await connection.run("create table intercom.conversations as select 1 as conversation_id");
  });
  chmodSync(folder, 0o750);
  for (const [readers, file, made] of [
    ["group", 0o640, 0o750],
    ["everyone", 0o644, 0o755],
    ["owner", 0o600, 0o700],
  ] as const) {
    const marts = join(folder, readers, "marts.duckdb");
    const parquet = join(folder, `${readers}-parquet`);
    const environment = {
      DUCKDB_PATH: path,
      STATE_DIR: folder,
      DUCKDB_MARTS_PATH: marts,
      DUCKDB_MARTS_READERS: readers,
    };
    const { exitCode, stdout, stderr } = await loaderWithoutMask(["snapshot", "--parquet", parquet], environment);
    assert.equal(exitCode, 0, stderr);
    assert.doesNotMatch(stdout, /may enter/);
    for (const [name, mode] of [
      [marts, file],
      [join(parquet, "conversations.parquet"), file],
      [parquet, made],
      [join(folder, readers), made],
      [folder, 0o750],
    ] as const)
      assert.equal((statSync(name).mode & 0o777).toString(8), mode.toString(8), name);
  }
  chmodSync(folder, 0o700);
  const beside = { DUCKDB_PATH: path, STATE_DIR: folder, DUCKDB_MARTS_READERS: "group" };
  assert.match(
    (await loaderWithoutMask(["snapshot"], beside)).stdout,
    /^But only its owner may enter .*: set DUCKDB_MARTS_PATH/m,
  );
});
