import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { FakeClient, objectOf } from "./intercom/client.ts";
import { objectsIn } from "./json.ts";

const MAIN = join(import.meta.dirname, "main.ts");

function run(t: TestContext, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

async function failure(t: TestContext, args: readonly string[]): Promise<{ code: unknown; lines: readonly string[] }> {
  const child = run(t, args);
  let text = "";
  child.stderr?.on("data", (chunk) => {
    text += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code, lines: text.trim().split("\n") };
}

describe("the fake as a program", () => {
  test("says where it is in one line of JSON, writes the accounts, serves, and ends when told", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "fake-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const csv = join(folder, "accounts.csv");
    const child = run(t, [
      "--conversations",
      "50",
      "--seed",
      "3",
      "--rate-per-minute",
      "600",
      "--advance",
      "86400",
      "--accounts-csv",
      csv,
    ]);
    assert.ok(child.stdout !== null);
    const [line] = await once(child.stdout, "data");
    const ready: unknown = JSON.parse(String(line));
    assert.ok(typeof ready === "object" && ready !== null && "url" in ready && "token" in ready && "pid" in ready);
    const reply = await new FakeClient({ url: String(ready.url), token: String(ready.token) }).get("/me");
    assert.deepEqual([reply.status, reply.headers.get("x-ratelimit-limit"), ready.pid], [200, "100", child.pid]);
    const [header, first] = readFileSync(csv, "utf8").split("\n");
    assert.equal(header, "account_id,company_id,started_on,churned_on,plan,mrr");
    assert.match(first ?? "", /^acct_0001,65c0de000000000000000000,\d{4}-\d\d-\d\d,,(starter|growth|scale),\d+$/);
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  test("has tickets, and a workspace in full use, when it is told to", async (t) => {
    const child = run(t, ["--conversations", "60", "--tickets", "40", "--whole"]);
    assert.ok(child.stdout !== null);
    const [line] = await once(child.stdout, "data");
    const { url, token } = JSON.parse(String(line));
    const client = new FakeClient({ url, token });
    const query = { field: "created_at", operator: ">", value: 0 };
    const found = objectOf(await client.post("/tickets/search", { query }));
    assert.ok(Number(found["total_count"]) > 20);
    const conversations = objectsIn((await client.object("/conversations?per_page=60"))["conversations"]);
    assert.ok(conversations.some((each) => Object.keys(each["custom_attributes"] ?? {}).length > 2));
  });

  test("an unknown flag, a wrong number, a file that can't be written: one sentence and exit 2", async (t) => {
    for (const [args, sentence] of [
      [["--frobnicate"], /Unknown option '--frobnicate'/],
      [["--port", "high"], /--port must be a whole number from 0 to 65535, not high/],
      [["--conversations", "0"], /--conversations must be a whole number from 1/],
      [["--conversations", "10", "--accounts-csv", "/nowhere/a.csv"], /can't be written to \/nowhere\/a.csv: ENOENT/],
    ] as const) {
      const { code, lines } = await failure(t, args);
      assert.equal(code, 2);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", sentence);
    }
  });

  test("a port in use: one sentence and exit 2", async (t) => {
    const taken = createServer().listen(0, "127.0.0.1");
    t.after(() => taken.close());
    await once(taken, "listening");
    const address = taken.address();
    assert.ok(address !== null && typeof address === "object");
    const { code, lines } = await failure(t, ["--conversations", "10", "--port", String(address.port)]);
    assert.equal(code, 2);
    assert.deepEqual(lines, [`port ${address.port} is in use: choose another --port, or 0 for any`]);
  });
});
