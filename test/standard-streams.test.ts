import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startedFor } from "./fake/intercom/started.ts";
import { withDuckDb } from "./tools/duckdb-file.ts";
import { temporaryFolder } from "./tools/folder.ts";
import { type Ended, type LoaderOptions, loader } from "./tools/loader-process.ts";

const conversations = 20;

async function setUp(context: TestContext) {
  const fake = await startedFor(context, { conversations });
  const folder = temporaryFolder(context);
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: join(folder, "state"),
    DBT: "echo Connection test: OK",
  };
  return { fake, folder, environment };
}

/** A mart with as many rows as are more than any pipe holds. */
async function makeMart(path: string, rows: number): Promise<void> {
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom");
    await connection.run(
      `create table intercom.conversations as select cast(i as varchar) as conversation_id, 'c' as contact_id,
         'ann@example.com' as contact_email, 'co' as company_id, timestamp '2026-01-01' as created_at,
         null::timestamp as closed_at, 'open' as state, ['a'] as tags, null::bigint as rating, null::varchar as rating_remark,
         1::bigint as message_count, null::bigint as time_to_first_reply_seconds, null::bigint as time_to_resolution_seconds,
         repeat('x', 200) as first_message_body, timestamp '2026-01-01' as updated_at, 'w' as workspace_id
       from range(${rows}) as numbers(i)`,
    );
  });
}

/** The reader of standard output is gone before anything is written. */
const nobodyReads: LoaderOptions = { onStart: (child) => child.stdout?.destroy() };

/** Nothing but the log's JSON lines. */
function assertQuiet({ stderr }: Ended): void {
  const said = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
  assert.deepEqual(said, []);
}

test("a reader who has gone ends nothing: each command goes on, says nothing, and ends with the code that it has anyway", async (context) => {
  const { environment } = await setUp(context);
  await makeMart(environment.DUCKDB_PATH, 2000);
  for (const args of [
    ["sync"],
    ["sync", "--json"],
    ["status"],
    ["status", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["export"],
    ["export", "--format", "csv"],
    ["purge", "--dry-run"],
    ["purge", "--json", "--dry-run"],
    ["--help"],
    ["sync", "--help"],
  ]) {
    const ended = await loader(args, environment, nobodyReads);
    assertQuiet(ended);
    assert.equal(ended.exitCode, 0, `${args.join(" ")}: ${ended.exitCode}`);
  }
});

test("a sync that nobody reads the log of stores everything", async (context) => {
  const { environment } = await setUp(context);
  const { exitCode } = await loader(["sync", "--json"], environment, { onStart: (child) => child.stderr?.destroy() });
  assert.equal(exitCode, 0);
  const { stdout } = await loader(["status", "--json"], environment);
  const { streams } = JSON.parse(stdout) as { streams: { stream: string; rows: number }[] };
  assert.equal(streams.find(({ stream }) => stream === "conversations")?.rows, conversations);
});

test("`| head -1` ends quietly with the first line", async (context) => {
  const { environment } = await setUp(context);
  await makeMart(environment.DUCKDB_PATH, 2000);
  for (const args of [["doctor"], ["status"], ["export"], ["export", "--format", "csv"]]) {
    const ended = await loader(args, environment, { shell: 'set -o pipefail; "$@" | head -1' });
    assert.deepEqual([ended.exitCode, ended.stdout.split("\n").length, ended.stderr], [0, 2, ""], args.join(" "));
  }
});

test("a purge whose words nobody reads stops before what they are made from is emptied, and says how to go on", async (context) => {
  const { environment } = await setUp(context);
  await loader(["sync"], environment);
  const ids = await withDuckDb(environment.DUCKDB_PATH, async (connection) => {
    await connection.run(
      `insert into intercom_raw.deleted_conversations by name
       select id, _fetched_at + interval 1 second as deleted_at, payload, _load_id, _loaded_at, _fetched_at, _workspace_id
       from intercom_raw.conversations limit 1`,
    );
    return (await connection.runAndReadAll("select id from intercom_raw.deleted_conversations")).getRows();
  });
  assert.ok(ids.length >= 1);
  const stopped = await loader(["purge"], environment, nobodyReads);
  assert.equal(stopped.exitCode, 130, stopped.stderr);
  assert.match(stopped.stderr, /loader: .*run the same purge again/i);
  const again = await loader(["purge"], environment);
  assert.equal(again.exitCode, 0, again.stderr);
  assert.match(again.stdout, /An earlier purge was stopped/);
});

test("a slow reader gets all of it: what the pipe has no room for is not cut", async (context) => {
  const { environment } = await setUp(context);
  await makeMart(environment.DUCKDB_PATH, 2000);
  // A shell takes a line at a time, far slower than the loader gives them.
  const ended = await loader(["export"], environment, {
    shell: '"$@" | while IFS= read -r line; do echo "$line"; done',
  });
  assert.equal(ended.stdout.split("\n").length - 1, 2000);
});

test("a full disk is no reader who has gone: it ends with 5 and says so", {
  skip: !existsSync("/dev/full"),
}, async (context) => {
  const { environment } = await setUp(context);
  await makeMart(environment.DUCKDB_PATH, 2000);
  for (const args of [["export"], ["export", "--format", "csv"], ["status"]]) {
    const ended = await loader(args, environment, { shell: '"$@" > /dev/full' });
    assert.equal(ended.exitCode, 5, args.join(" "));
    assert.match(ended.stderr, /^loader: Standard output could not be written \(ENOSPC\)[^\n]+\n$/);
  }
});

/** A module that runs before the loader's own. */
function preloaded(folder: string, source: string): NodeJS.ProcessEnv {
  const path = join(folder, "preloaded.mjs");
  writeFileSync(path, source);
  return { NODE_OPTIONS: `--import=${path}` };
}

test("warnings of Node and words of libraries stay out of standard output", async (context) => {
  const { environment, folder } = await setUp(context);
  const noisy = preloaded(
    folder,
    `process.on("newListener", (name) => {
    if (name !== "uncaughtException") return;
    process.emitWarning("experimental", "ExperimentalWarning");
    console.log("a library speaks");
    console.info("and again");
  })`,
  );
  await loader(["sync"], environment);
  for (const args of [
    ["status", "--json"],
    ["sync", "--json"],
    ["doctor", "--json"],
  ]) {
    const { stdout, stderr } = await loader(args, { ...environment, ...noisy });
    assert.doesNotThrow(() => JSON.parse(stdout), `${args.join(" ")}: ${stdout}`);
    assert.match(stderr, /a library speaks/);
  }
});

test("an error that nobody waits for ends with 5 and one sentence, --debug adds its stack and no token", async (context) => {
  const { environment, folder } = await setUp(context);
  const failing = preloaded(
    folder,
    `process.on("newListener", (name) => {
    if (name !== "uncaughtException") return;
    const cause = new Error("401 for Bearer abcdefgh at http://ann:password@proxy.example with " + process.env.INTERCOM_ACCESS_TOKEN);
    queueMicrotask(() => Promise.reject(new TypeError("out of order", { cause })));
  })`,
  );
  const plain = await loader(["sync"], { ...environment, ...failing });
  assert.equal(plain.exitCode, 5);
  assert.match(plain.stderr, /^loader: unexpected TypeError: out of order\. Please report it[^\n]*\n$/m);
  assert.doesNotMatch(plain.stderr, /^\s+at /m);
  for (const args of [
    ["sync", "--debug"],
    ["--debug", "sync"],
  ]) {
    const { exitCode, stderr } = await loader(args, { ...environment, ...failing });
    assert.equal(exitCode, 5);
    assert.match(stderr, /^TypeError: out of order\n\s+at /m);
    assert.match(
      stderr,
      /^caused by Error: 401 for Bearer \[secret\] at http:\/\/\[secret\]@proxy\.example with \[secret\]\n\s+at /m,
    );
    for (const secret of ["abcdefgh", "password", environment.INTERCOM_ACCESS_TOKEN])
      assert.ok(!stderr.includes(secret));
  }
});

test("--debug prints the stack of an error of ours with every command, and nothing for a mistyped flag", async (context) => {
  const { environment, folder } = await setUp(context);
  const path = join(folder, "damaged.duckdb");
  writeFileSync(path, "no DuckDB file ".repeat(1000));
  const wrong = { ...environment, DUCKDB_PATH: path, POSTHOG_API_KEY: "phc_key", ATTIO_API_KEY: "key" };
  for (const command of [["sync"], ["export"], ["status"], ["purge"], ["activate", "posthog"], ["activate", "attio"]])
    for (const args of [
      [...command, "--debug"],
      ["--debug", ...command],
    ]) {
      const { stderr } = await loader(args, wrong);
      assert.match(stderr, /^loader: .+\n(?:WarehouseError|ConfigError): .+\n\s+at /m, args.join(" "));
    }
  assertSaysOnly(await loader(["sync", "--bogus", "--debug"], environment), "loader: unknown option '--bogus'\n");
});

test("--debug prints the stack of each check of the doctor that failed, on standard error", async (context) => {
  const { environment } = await setUp(context);
  const wrong = { ...environment, INTERCOM_ACCESS_TOKEN: "wrong-token" };
  for (const args of [["doctor"], ["doctor", "--json"]]) {
    const plain = await loader(args, wrong);
    const { exitCode, stdout, stderr } = await loader([...args, "--debug"], wrong);
    // Others fill and free the disk meanwhile.
    const withoutSpace = (text: string): string => text.replaceAll(/[\d.]+ GB/g, "… GB");
    assert.deepEqual([plain.exitCode, plain.stderr, withoutSpace(plain.stdout)], [3, "", withoutSpace(stdout)]);
    assert.equal(exitCode, 3);
    assert.match(stderr, /^RefusedError: .+\n\s+at /m);
    assert.ok(!stderr.includes("wrong-token"));
  }
});

test("--debug prints what caused an error of ours", async (context) => {
  const { environment } = await setUp(context);
  await withDuckDb(environment.DUCKDB_PATH, (connection) => connection.run("select 1"));
  const { stderr } = await loader(["export", "--debug"], environment);
  assert.match(stderr, /^loader: .+\nWarehouseError: .+\n\s+at [\s\S]+^caused by Error: .+does not exist/m);
});

function assertSaysOnly({ exitCode, stderr }: Ended, sentence: string): void {
  assert.deepEqual([exitCode, stderr], [2, sentence]);
}
