// Two containers with one STATE_DIR: each has a process 1, and neither sees the other's.

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";

/** The machine's own command. When it is missing or refuses, the test says that it was skipped. */
const [unshare = ""] = ["unshare"];
const apart = ["--pid", "--fork", "--mount-proc", "--kill-child"];
const canBeApart = spawnSync(unshare, [...apart, "true"]).status === 0;
const skip = canBeApart ? false : "this machine lets nobody make a process 1";

/** A run with a load of its own. It waits until it is told to end. */
const script = (path: string, stateDirectory: string, runId: string): string => `
  import { DuckDbWarehouse } from "./loader/load/duckdb/warehouse.ts";
  import { fileIdentity } from "./loader/run-owner.ts";
  import { Spool } from "./loader/load/spool.ts";
  const [path, stateDirectory, runId] = ${JSON.stringify([path, stateDirectory, runId])};
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "raw", stateDirectory });
  const provenance = { workspaceId: "w", runId, loadedAt: new Date().toISOString() };
  const spool = await Spool.open(stateDirectory, provenance, await fileIdentity(path));
  await warehouse.prepare(runId);
  await spool.removeEnded();
  const load = spool.begin(0);
  load.add("tags", { id: "t", payload: "x".repeat(600_000) }, 0);
  load.add("tags", { id: "u", payload: "x".repeat(600_000) }, 0);
  console.log("process " + process.pid);
  await new Promise((resolve) => process.stdin.once("data", resolve));
  await warehouse.commit(load.finish([{ stream: "tags", row_count: 2, rejected_count: 0 }]));
  await spool.remove();
  await warehouse.close();
  console.log("stored");
  process.exit(0);
`;

class Container {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(context: TestContext, path: string, stateDirectory: string, runId: string) {
    const words = ["node", "--input-type=module", "--eval", script(path, stateDirectory, runId)];
    const child = spawn(unshare, [...apart, ...words], { cwd: repository, stdio: ["pipe", "pipe", "inherit"] });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    context.after(() => child.kill("SIGKILL"));
  }

  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done === true ? undefined : next.value;
  }

  async end(): Promise<string | undefined> {
    this.#process.stdin?.write("end\n");
    return this.line();
  }

  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.kill("SIGKILL");
    await closed;
  }
}

test("a run in another container with the same process id keeps its files while other runs begin; the next run at its file removes what a killed run left", {
  skip,
}, async (context) => {
  const folder = temporaryFolder(context);
  const state = join(folder, "state");
  const open = (file: string, runId: string): Container => new Container(context, join(folder, file), state, runId);
  const first = open("a.duckdb", "run-a");
  assert.equal(await first.line(), "process 1");
  const second = open("b.duckdb", "run-b");
  assert.equal(await second.line(), "process 1");
  assert.deepEqual(readdirSync(join(state, "spool")).toSorted(), ["run-a", "run-b"]);
  assert.equal(await first.end(), "stored");
  await second.kill();
  const third = open("a.duckdb", "run-c");
  assert.equal(await third.line(), "process 1");
  assert.deepEqual(readdirSync(join(state, "spool")).toSorted(), ["run-b", "run-c"], "nobody knows of run-b");
  const fourth = open("b.duckdb", "run-d");
  assert.equal(await fourth.line(), "process 1");
  assert.deepEqual(readdirSync(join(state, "spool")).toSorted(), ["run-c", "run-d"]);
  assert.equal(await third.end(), "stored");
  assert.equal(await fourth.end(), "stored");
});
