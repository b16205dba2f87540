import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { readAttioSettings, readPostHogSettings } from "../../loader/config.ts";
import { repository } from "../tools/repository.ts";
import { setUpWarehouse, startPostHog } from "./setting.ts";
import { ticket } from "./tickets.ts";

async function loader(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  onStart: (child: ChildProcess) => void = () => undefined,
) {
  const child = spawn(process.execPath, ["loader/cli.ts", "activate", ...args], {
    cwd: repository,
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onStart(child);
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, ...said };
}

test("the command sends, sums up, and ends with the code that says how it went", async (context) => {
  const { path, folder } = await setUpWarehouse(context, [ticket(0), ticket(1, { distinct_id: null })]);
  const fake = await startPostHog(context);
  const environment = {
    DUCKDB_PATH: path,
    STATE_DIR: join(folder, "state"),
    POSTHOG_HOST: `${fake.url}/`,
    POSTHOG_API_KEY: fake.apiKey,
  };
  const first = await loader(["posthog", "--json"], environment);
  assert.equal(first.exitCode, 6, first.stderr);
  const summary = JSON.parse(first.stdout);
  assert.deepEqual([summary.exit_code, summary.confirmed, summary.rejected], [6, 1, 1]);
  const second = await loader(["posthog"], environment);
  assert.equal(second.exitCode, 0, second.stderr);
  assert.match(second.stdout, /0 sent, 0 confirmed; 0 requests/);
  for (const output of [first.stderr, second.stderr, first.stdout])
    assert.ok(!output.includes(fake.apiKey) && !output.includes("example.com"), "a key or an address was printed");
});

test("an interrupted run ends with 130 at once, also while it waits to ask again", async (context) => {
  const { path, folder } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context);
  const environment = { DUCKDB_PATH: path, STATE_DIR: join(folder, "state"), POSTHOG_HOST: fake.url };
  const ended = await loader(["posthog", "--json"], { ...environment, POSTHOG_API_KEY: fake.apiKey }, (child) => {
    fake.faults = () => ({ kind: "status", status: 503, headers: { "retry-after": "100" } });
    // The line says that it waits.
    child.stderr?.on("data", (text: Buffer) => {
      if (text.includes("request_retried")) child.kill("SIGINT");
    });
  });
  assert.equal(ended.exitCode, 130, ended.stderr);
  assert.match(ended.stderr, /Interrupted by SIGINT/);
  assert.deepEqual([JSON.parse(ended.stdout).exit_code, JSON.parse(ended.stdout).counts.planned], [130, 1]);
});

test("a wrong flag or a missing key is one sentence, and 2", async () => {
  for (const [args, environment, pattern] of [
    [["attio", "--as", "task"], { ATTIO_API_KEY: "k" }, /--as must be/],
    [["posthog", "--limit", "0"], { POSTHOG_API_KEY: "phc_x" }, /--limit must be/],
    [["posthog", "--since", "2999-01-01"], { POSTHOG_API_KEY: "phc_x" }, /--since is in the future/],
    [["attio"], {}, /ATTIO_API_KEY is not set/],
  ] as const) {
    const ended = await loader(args, environment);
    assert.equal(ended.exitCode, 2);
    assert.match(ended.stderr, pattern);
    assert.equal(ended.stderr.trim().split("\n").length, 1);
  }
});

test("every wrong variable is named at once, and a personal key is told from a project's", () => {
  assert.throws(
    () => readPostHogSettings({ POSTHOG_HOST: "ftp://x", POSTHOG_API_KEY: "phx_secret" }),
    (error: Error) =>
      /POSTHOG_HOST must be/.test(error.message) &&
      /POSTHOG_API_KEY is a personal API key/.test(error.message) &&
      !error.message.includes("secret"),
  );
  assert.throws(() => readAttioSettings({ ATTIO_API_KEY: "two words" }), /ATTIO_API_KEY must be one word/);
  assert.deepEqual(readAttioSettings({ ATTIO_API_KEY: "k" }), { baseUrl: "https://api.attio.com", apiKey: "k" });
});
