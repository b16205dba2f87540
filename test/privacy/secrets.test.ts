import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { readAttioSettings, readConfig, readPostHogSettings } from "../../loader/config.ts";
import { setUpWarehouse } from "../activate/setting.ts";
import { ticket } from "../activate/tickets.ts";
import { FixtureWorld } from "../fake/desk/fixture-world.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { TestProxy } from "../tools/http-proxy.ts";
import type { LoaderOptions } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { canaries, canariesIn, canariesInFiles, watched } from "./canaries.ts";
import { failures, startEcho } from "./echo.ts";

const keys = {
  INTERCOM_ACCESS_TOKEN: canaries.token,
  POSTHOG_API_KEY: canaries.postHog,
  ATTIO_API_KEY: canaries.attio,
  PII_MODE: "pseudonymous",
  PII_KEY: canaries.pseudonyms,
};
const noService = "http://127.0.0.1:9";
const noName = "http://nobody.invalid";

/** Every command that reads a secret or starts something, and the plainest form of every other one. */
const commands: readonly (readonly string[])[] = [
  ["sync", "--archive", "ARCHIVE"],
  ["doctor"],
  ["doctor", "--json"],
  ["activate", "posthog"],
  ["activate", "attio"],
  ["activate", "attio", "--setup"],
  ["status"],
  ["export"],
  ["report", "--output", "PAGE"],
  ["snapshot", "--parquet", "PARQUET"],
  ["purge", "--archive", "ARCHIVE"],
  ["replay", "ARCHIVE"],
];
/** One of each service. */
const [sync = [], doctor = [], , toPostHog = [], toAttio = []] = commands;

/** A warehouse that has something to send, and a look at all that a command says and writes. */
async function setUp(context: TestContext) {
  const { folder, path } = await setUpWarehouse(context, [ticket(0)]);
  const secretFolder = temporaryFolder(context);
  const fileOf = (name: string, content: string): string => {
    const file = join(secretFolder, name);
    writeFileSync(file, `${content}\n`, { mode: 0o600 });
    return file;
  };
  const environment = {
    ...keys,
    INTERCOM_BASE_URL: noService,
    POSTHOG_HOST: noService,
    ATTIO_BASE_URL: noService,
    DUCKDB_PATH: path,
    STATE_DIR: join(folder, "state"),
    DBT: "echo Connection test: OK #",
  };
  const places: Readonly<Record<string, string>> = { ARCHIVE: "archive", PAGE: "page.html", PARQUET: "parquet" };
  /** Runs a command with `--debug`. It is interrupted when it begins to wait for another attempt. */
  const run = async (args: readonly string[], more: NodeJS.ProcessEnv, options: LoaderOptions = {}) => {
    const given = args.map((word) => (places[word] === undefined ? word : join(folder, places[word])));
    const ended = await watched(
      [...given, "--debug"],
      { ...environment, ...more },
      { onStart: options.onStart ?? stopAtRetry },
    );
    assert.deepEqual(ended.leaks, [], args.join(" "));
    return ended;
  };
  const assertNothingWritten = async (): Promise<void> => assert.deepEqual(await canariesInFiles(folder), []);
  return { folder, environment, run, fileOf, assertNothingWritten };
}

const stopAtRetry: NonNullable<LoaderOptions["onStart"]> = (child) => {
  child.stderr?.on("data", (text: string) => {
    if (text.includes('"request_retried"')) child.kill("SIGTERM");
  });
};

/** The same base URL for all services. */
const servers = (url: string): NodeJS.ProcessEnv => ({
  INTERCOM_BASE_URL: url,
  POSTHOG_HOST: url,
  ATTIO_BASE_URL: url,
});

for (const failure of failures)
  test(`no secret is told when a server answers with ${failure} and repeats what it got`, async (context) => {
    const { run, assertNothingWritten } = await setUp(context);
    const url = await startEcho(context, failure);
    // The doctor waits for its own time-out where another attempt may help.
    const isWaiting = ["500", "cut", "no JSON", "redirect"].includes(failure);
    for (const args of isWaiting ? [sync, toPostHog, toAttio] : [sync, doctor, toPostHog, toAttio])
      await run(args, servers(url));
    await assertNothingWritten();
  });

test("no secret is stored when a record's refusal repeats the token", async (context) => {
  const { folder, environment, run, assertNothingWritten } = await setUp(context);
  const fake = await startedFor(context, { conversations: 3, token: canaries.token });
  const url = await startEcho(context, "400", (path) => (/^\/conversations\/\d/.test(path) ? undefined : fake.url));
  const { exitCode, stderr } = await run(["sync", "--json"], { INTERCOM_BASE_URL: url });
  assert.equal(exitCode, 6, stderr);
  const reasons = await readDuckDb(environment.DUCKDB_PATH, async (connection) =>
    (await connection.runAndReadAll("select reason from intercom_raw._rejected")).getRows().flat().map(String),
  );
  assert.match(reasons[0] ?? "", /answered 400 \[secret\]/);
  assert.ok(existsSync(join(folder, "state", "last-run.json")));
  await assertNothingWritten();
});

test("no secret is told when nobody listens, when a name does not resolve, or without anything to ask", async (context) => {
  const { run, assertNothingWritten } = await setUp(context);
  for (const args of commands) if (args[0] !== "doctor") await run(args, servers(noService));
  for (const args of [sync, toPostHog, toAttio]) await run(args, servers(noName));
  await assertNothingWritten();
});

test("no secret is told that comes from a file, or from a file that has something else, too", async (context) => {
  const { run, fileOf, assertNothingWritten } = await setUp(context);
  const url = await startEcho(context, "401");
  const files = Object.entries(keys).map(([name, key]) => [name, fileOf(name, key)] as const);
  const fromFiles = Object.fromEntries(
    files.flatMap(([name, path]) => [
      [name, ""],
      [`${name}_FILE`, path],
    ]),
  );
  const both = Object.fromEntries(files.map(([name, path]) => [`${name}_FILE`, path]));
  const odd = Object.fromEntries(
    files.map(([name]) => [`${name}_FILE`, fileOf("odd", `two words ${keys.INTERCOM_ACCESS_TOKEN}`)]),
  );
  const empty = Object.fromEntries(files.map(([name]) => [name, ""]));
  // A secret that was set under the name for its file.
  const swapped = Object.fromEntries(Object.entries(keys).map(([name, key]) => [`${name}_FILE`, key]));
  for (const args of [sync, toPostHog, toAttio])
    for (const more of [fromFiles, both, { ...empty, ...odd }, { ...empty, ...swapped }])
      await run(args, { ...servers(url), ...more });
  await assertNothingWritten();
});

test("no secret is told that was set where none belongs: it is refused by the variable's name", async (context) => {
  const { run, assertNothingWritten } = await setUp(context);
  const { token, password } = canaries;
  for (const url of [
    `http://user:${password}@127.0.0.1:9`,
    `http://${password}@127.0.0.1:9`,
    `http://127.0.0.1:9/?key=${password}`,
    `http://127.0.0.1:9/#${password}`,
    password,
  ])
    for (const [name, read] of [
      ["INTERCOM_BASE_URL", readConfig],
      ["BIGQUERY_EMULATOR_HOST", readConfig],
      ["POSTHOG_HOST", readPostHogSettings],
      ["ATTIO_BASE_URL", readAttioSettings],
    ] as const)
      assert.throws(
        () => read({ ...keys, [name]: url }),
        ({ message }: Error) => message.startsWith(`${name} must be`) && canariesIn(message).length === 0,
      );
  for (const name of [
    "INTERCOM_REGION",
    "WAREHOUSE",
    "RAW_DATASET",
    "MARTS_DATASET",
    "BIGQUERY_LOCATION",
    "BIGQUERY_IMPERSONATE",
    "DUCKDB_MARTS_PATH",
    "DUCKDB_MARTS_READERS",
  ])
    assert.equal((await run(["sync"], { [name]: `${token} ${token}` })).exitCode, 2, name);
  await assertNothingWritten();
});

test("no password of a proxy is told, whatever the proxy does, also when the URL is in a file", async (context) => {
  const { run, fileOf, assertNothingWritten } = await setUp(context);
  const credentials = `user:${canaries.password}`;
  const [good, refusing, broken] = [
    await TestProxy.start(context, { credentials }),
    await TestProxy.start(context, { credentials: "user:another" }),
    await TestProxy.start(context, { status: 502 }),
  ];
  const fake = await startedFor(context, { world: new FixtureWorld({ conversations: [] }) });
  const known = { INTERCOM_BASE_URL: fake.url, INTERCOM_ACCESS_TOKEN: fake.token };
  for (const name of ["HTTP_PROXY", "HTTP_PROXY_FILE"] as const) {
    const given = (url: string): NodeJS.ProcessEnv => ({ [name]: name === "HTTP_PROXY" ? url : fileOf("proxy", url) });
    const ended = await run(sync, { ...known, ...given(good.url(credentials)) });
    assert.ok(good.urls.length > 0, ended.stderr);
    await run(sync, { ...known, ...given(refusing.url(credentials)) });
    good.urls.length = 0;
  }
  for (const url of [broken.url(credentials), `http://${credentials}@127.0.0.1:9`, `http://${credentials}@`])
    for (const args of [sync, toPostHog, toAttio]) await run(args, { ...known, HTTP_PROXY: url });
  await assertNothingWritten();
});

test("no key of Google's is told from a file that is no key, for BigQuery's commands", async (context) => {
  const { run, fileOf, assertNothingWritten } = await setUp(context);
  const { google } = canaries;
  for (const content of [
    google,
    `"${google}`,
    `{"type": "service_account", "private_key": "${google}"`,
    `{"type": "service_account", "client_email": "a@b.example", "client_id": "1", "private_key": "${google}"}`,
    `{"type": "${google}"}`,
  ])
    for (const args of [["status"], ["sync"], ["export"]])
      await run(args, {
        WAREHOUSE: "bigquery",
        BIGQUERY_PROJECT: "test",
        GOOGLE_APPLICATION_CREDENTIALS: fileOf("google.json", content),
        // Nothing of this leaves the machine.
        HTTPS_PROXY: noService,
      });
  await assertNothingWritten();
});

test("neither a crash nor a report of Node.js writes a secret to disk", async (context) => {
  const { folder, environment } = await setUp(context);
  const reports = join(folder, "reports");
  mkdirSync(reports);
  const limits = `import { readFileSync } from "node:fs"; console.log(readFileSync("/proc/self/limits", "utf8"), process.pid);`;
  const node = `--import=data:text/javascript,${encodeURIComponent(limits)}`;
  const { stdout } = await promisify(execFile)(
    "/bin/bash",
    ["-c", "ulimit -S -c unlimited || true; exec npm run --silent loader -- --version"],
    { cwd: repository, env: { PATH: process.env["PATH"], NODE_OPTIONS: node } },
  );
  if (process.platform === "linux") assert.match(stdout, /Max core file size +0 +0 /);
  const url = await startEcho(context, "500");
  const { stderr } = await watched(
    ["sync"],
    { ...environment, ...servers(url), NODE_OPTIONS: `--report-on-signal --report-directory=${reports}` },
    {
      onStart: (child) => {
        child.stderr?.on("data", (text: string) => {
          if (text.includes('"attempt":1')) child.kill("SIGUSR2");
          if (text.includes("Node.js report completed")) child.kill("SIGTERM");
        });
      },
    },
  );
  assert.match(stderr, /Node\.js report completed/);
  assert.deepEqual(await canariesInFiles(folder), []);
});

test("a secret's file that others may read is a warning of the doctor, by the variable's name", async (context) => {
  const { run, fileOf } = await setUp(context);
  const url = await startEcho(context, "401");
  const file = fileOf("token", canaries.token);
  const given = { ...servers(url), INTERCOM_ACCESS_TOKEN: "", INTERCOM_ACCESS_TOKEN_FILE: file };
  const said = /may read .*the file that INTERCOM_ACCESS_TOKEN_FILE names\..* Run `chmod 600`/;
  assert.doesNotMatch((await run(["doctor"], given)).stdout, said);
  await promisify(execFile)("chmod", ["644", file]);
  assert.match((await run(["doctor"], given)).stdout, said);
});
