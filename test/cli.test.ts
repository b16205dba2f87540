import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { FixtureWorld } from "./fake/desk/fixture-world.ts";
import type { World } from "./fake/desk/world.ts";
import type { FakeIntercomOptions } from "./fake/intercom/server.ts";
import { startedFor } from "./fake/intercom/started.ts";
import { temporaryFolder } from "./tools/folder.ts";
import { TestProxy } from "./tools/http-proxy.ts";
import { type Ended, loader } from "./tools/loader-process.ts";
import { repository } from "./tools/repository.ts";

async function setUp(context: TestContext, options: FakeIntercomOptions = {}, world?: World) {
  const fake = await (world === undefined
    ? startedFor(context, { conversations: 20, ...options })
    : startedFor(context, { world }));
  const folder = temporaryFolder(context);
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: join(folder, "state"),
  };
  return { fake, folder, environment };
}

/** One sentence for the user on standard error, beside the log's JSON lines; no stack trace. */
function assertSays(ended: Ended, exitCode: number, pattern: RegExp): void {
  const said = ended.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
  assert.equal(ended.exitCode, exitCode, ended.stderr);
  assert.equal(said.length, 1, ended.stderr);
  assert.match(said[0] ?? "", pattern);
  assert.match(said[0] ?? "", /^loader: /);
}

/** The texts of all messages, and the bodies that they were taken from. */
async function textsIn(path: string): Promise<unknown> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const sql = `select id, body_text, payload ->> '$.source.body' from intercom_raw.conversations
      union all select id, body_text, payload ->> '$.body' from intercom_raw.conversation_parts order by all`;
    return (await connection.runAndReadAll(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function countOf(path: string, table: string): Promise<number> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll(`select count(*) from intercom_raw.${table}`)).getRows();
    return Number(rows[0]?.[0]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test("a sync stores everything, prints a summary and ends with 0; the next one asks a handful of questions", async (context) => {
  const { fake, environment } = await setUp(context);
  const first = await loader(["sync", "--json"], environment);
  assert.equal(first.exitCode, 0, first.stderr);
  const summary = JSON.parse(first.stdout);
  assert.equal(summary.streams.conversations.rows, await countOf(environment.DUCKDB_PATH, "conversations"));
  const before = fake.requests.total;
  assert.equal((await loader(["sync"], environment)).exitCode, 0);
  // One request for each of the 15 lists and one more for each schedule of office hours, the searches and the counts.
  assert.ok(fake.requests.total - before <= 32, `${fake.requests.total - before} requests for an unchanged workspace`);
  assert.deepEqual(readdirSync(join(environment.STATE_DIR, "spool")), []);
  assert.deepEqual(fake.unplanned, []);
});

test("sync and doctor go through the proxy, whose password is told nowhere", async (context) => {
  const { fake, environment } = await setUp(context);
  const proxy = await TestProxy.start(context, { credentials: "user:hush" });
  const through = { ...environment, HTTP_PROXY: proxy.url("user:hush") };
  // The doctor first: where there is no warehouse yet, it need not wait for dbt.
  const ended = [await loader(["doctor"], through), await loader(["sync", "--json"], through)];
  assert.match(ended[0]?.stdout ?? "", /ok +Intercom token: good for workspace/);
  assert.equal(ended[1]?.exitCode, 0, ended[1]?.stderr);
  assert.equal(proxy.urls.length, fake.requests.total);
  const wrong = { ...environment, HTTP_PROXY: proxy.url("user:hushed") };
  ended.push(await loader(["sync"], wrong));
  assert.equal(ended[2]?.exitCode, 2);
  assert.match(ended[2]?.stderr ?? "", /wants other credentials \(407\): set HTTP_PROXY/);
  ended.push(await loader(["sync"], { ...environment, HTTP_PROXY: "http://user:hush@" }));
  assert.equal(ended[3]?.exitCode, 2);
  for (const { stdout, stderr } of ended) assert.doesNotMatch(stdout + stderr, /hush|dXNlcjpodXNo/);
});

test("answers with hexadecimal escapes, and in gzip, are stored the same, and the log says how threads were read", async (context) => {
  const plain = await setUp(context);
  const other = await setUp(context, { escapesHtml: true, compresses: true });
  const contents = [];
  for (const { environment } of [plain, other]) {
    const { exitCode, stderr } = await loader(["sync", "--streams", "conversations"], environment);
    assert.equal(exitCode, 0, stderr);
    const last = stderr.split("\n").findLast((line) => line.includes('"run_ended"')) ?? "";
    const { threads_read, slow_thread_share } = JSON.parse(last);
    assert.deepEqual({ threads_read, slow_thread_share }, { threads_read: 20, slow_thread_share: 0 });
    contents.push(await textsIn(environment.DUCKDB_PATH));
  }
  assert.deepEqual(contents[1], contents[0]);
});

test("without a token the sentence says where to get one", async (context) => {
  const { environment } = await setUp(context);
  assertSays(
    await loader(["sync"], { ...environment, INTERCOM_ACCESS_TOKEN: "" }),
    2,
    /INTERCOM_ACCESS_TOKEN is not set.*Developer hub/,
  );
});

test("a wrong token ends with 3 and leaves no file", async (context) => {
  const { environment } = await setUp(context);
  assertSays(
    await loader(["sync"], { ...environment, INTERCOM_ACCESS_TOKEN: "wrong" }),
    3,
    /401.*INTERCOM_ACCESS_TOKEN/,
  );
  assert.equal(existsSync(environment.DUCKDB_PATH), false);
});

test("a region that is not the workspace's ends with 2 and names the right one", async (context) => {
  const { environment } = await setUp(context);
  assertSays(await loader(["sync"], { ...environment, INTERCOM_REGION: "au" }), 2, /set INTERCOM_REGION=us/);
});

test("a missing scope of a stream that is asked for ends with 3, names it, and what was loaded stays", async (context) => {
  const { environment } = await setUp(context, { scopes: ["conversations", "admins"] });
  assertSays(await loader(["sync", "--streams", "conversations,contacts"], environment), 3, /403.*scope/);
  assert.ok((await countOf(environment.DUCKDB_PATH, "conversations")) > 0);
  assertSays(await loader(["sync", "--streams", "tickets"], environment), 3, /"Read tickets"/);
});

test("a default run skips streams whose scope is missing, and its summary names each with its scope", async (context) => {
  const { environment } = await setUp(context, { scopes: ["conversations", "admins"] });
  const { exitCode, stdout, stderr } = await loader(["sync"], environment);
  assert.equal(exitCode, 0, stderr);
  for (const stream of ["tickets", "ticket_types", "contacts", "companies", "articles"])
    assert.match(stdout, new RegExp(`^${stream}: skipped\\. .*scope "Read`, "m"));
  assert.match(stdout, /^tickets: .*hides every conversation that became a ticket/m);
  assert.ok((await countOf(environment.DUCKDB_PATH, "conversations")) > 0);
});

test("a default run without the scope of conversations ends with 3", async (context) => {
  const { environment } = await setUp(context, { scopes: ["contacts", "admins"] });
  assertSays(await loader(["sync"], environment), 3, /403.*"Read conversations"/);
});

for (const [args, pattern] of [
  [["sync", "--bogus"], /unknown option '--bogus'/],
  [["sync", "--since", "2026-02-01", "--until", "2026-01-01"], /--since is after --until/],
  [["sync", "--since", "2099-01-01"], /--since is in the future/],
  [["sync", "--streams", "ticket"], /--streams takes/],
  [["sync", "--streams", "tickets", "--tag", "billing"], /filters of conversations: leave tickets out/],
  [["export", "--format", "xlsx"], /--format must be one of/],
  [["harvest"], /unknown command 'harvest'/],
] as const) {
  test(`\`${args.join(" ")}\` is refused with 2`, async (context) => {
    const { environment } = await setUp(context);
    assertSays(await loader(args, environment), 2, pattern);
  });
}

test("a malformed record is in _rejected with its reason, and the run ends with 6 and a count", async (context) => {
  const broken = {
    type: "conversation",
    id: "7",
    created_at: "yesterday",
    updated_at: 1_700_000_000,
    state: "open",
    source: {},
    conversation_parts: { conversation_parts: [], total_count: 0 },
  };
  const good = { ...broken, id: "8", created_at: 1_700_000_000 };
  const { environment } = await setUp(context, {}, new FixtureWorld({ conversations: [broken, good] }));
  const ended = await loader(["sync"], environment);
  assert.equal(ended.exitCode, 6, ended.stderr);
  assert.match(ended.stdout, /1 record was rejected/);
  assert.equal(await countOf(environment.DUCKDB_PATH, "conversations"), 1);
  assert.equal(
    await countOf(environment.DUCKDB_PATH, "_rejected where record_id = '7' and reason like 'created_at%'"),
    1,
  );
});

test("an empty workspace syncs, and an export before the build says what to run", async (context) => {
  const { environment } = await setUp(context, {}, new FixtureWorld({ conversations: [] }));
  assert.equal((await loader(["sync"], environment)).exitCode, 0);
  assertSays(await loader(["export"], environment), 5, /no table intercom\.conversations yet: run `make build`/);
});

test("an export without a file says what to run", async (context) => {
  const { environment } = await setUp(context);
  assertSays(await loader(["export"], environment), 2, /does not exist: run `make sync build`/);
});

test("a file that another process holds ends with 2 and says which", async (context) => {
  const { environment, folder } = await setUp(context);
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(environment.DUCKDB_PATH);
  context.after(() => instance.closeSync());
  assertSays(await loader(["sync"], environment), 2, new RegExp(`held by process ${process.pid}`));
});

test("a state folder that can't be made ends with 5 and names STATE_DIR", async (context) => {
  const { environment, folder } = await setUp(context);
  writeFileSync(join(folder, "file"), "");
  assertSays(await loader(["sync"], { ...environment, STATE_DIR: join(folder, "file", "state") }), 5, /STATE_DIR/);
});

test("a folder without write permission ends with 5 and names DUCKDB_PATH", {
  skip: process.getuid?.() === 0 ? "root may write anywhere" : false,
}, async (context) => {
  const { environment, folder } = await setUp(context);
  const locked = join(folder, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  assertSays(await loader(["sync"], { ...environment, DUCKDB_PATH: join(locked, "w.duckdb") }), 5, /DUCKDB_PATH/);
});

test("every command's help has its flags and the environment", async (context) => {
  const { environment } = await setUp(context);
  for (const command of ["sync", "export", "report", "status"]) {
    const { exitCode, stdout } = await loader([command, "--help"], environment);
    assert.equal(exitCode, 0);
    assert.match(stdout, /DUCKDB_PATH/);
    assert.match(stdout, /Exit codes/);
  }
});

test("--version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const args of [["--version"], ["sync", "--version"]]) {
    const { exitCode, stdout, stderr } = await loader(args, {});
    assert.deepEqual([exitCode, stdout, stderr], [0, `${version}\n`, ""]);
  }
});

test("the help of the loader itself lists each command and says what each exit code means", async () => {
  const { exitCode, stdout } = await loader(["--help"], {});
  assert.equal(exitCode, 0);
  for (const command of ["sync", "replay", "export", "report", "status", "doctor", "activate", "purge"])
    assert.match(stdout, new RegExp(`^ {2}${command}\\b`, "m"));
  for (const code of [0, 2, 3, 4, 5, 6, 130]) assert.match(stdout, new RegExp(`^ {2}${code} +\\w`, "m"));
});

test("logs have neither bodies, nor tokens, nor e-mail addresses", async (context) => {
  const { environment } = await setUp(context);
  const { stderr } = await loader(["sync"], environment);
  assert.match(stderr, /"event":"load_committed"/);
  assert.doesNotMatch(stderr, /@[a-z0-9-]+\.[a-z]/);
  assert.doesNotMatch(stderr, new RegExp(environment.INTERCOM_ACCESS_TOKEN));
});
