import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WarehouseError } from "../../loader/errors.ts";
import { JsonMembers } from "../../loader/json.ts";
import { runOfProcess, Spool } from "../../loader/load/spool.ts";
import { temporaryFolder } from "../folder.ts";

const provenance = { workspaceId: "w1", runId: "run-1", loadedAt: "2026-01-05T09:00:00.000Z" };

test("rows written by many at once are whole lines with their provenance", async (context) => {
  const spool = await Spool.open(temporaryFolder(context), provenance);
  const load = spool.begin(Date.parse("2026-01-05T09:01:00Z"));
  const bodies = Array.from({ length: 400 }, (_, index) => `${index}: ${"é😀\n".repeat(400)}`);
  await Promise.all(
    bodies.map((body, index) => load.add("tags", { id: String(index), payload: { body } }, 1_767_603_600)),
  );
  const finished = load.finish([{ stream: "tags", row_count: load.rowsOf("tags"), rejected_count: 0 }]);
  assert.ok(finished.files.length > 1);
  const text = finished.files.map((file) => readFileSync(file.path, "utf8")).join("");
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(
    finished.files.map((file) => file.rows).reduce((sum, count) => sum + count),
    400,
  );
  assert.deepEqual(
    rows.map((row) => row.payload.body),
    bodies,
  );
  assert.deepEqual(
    [rows[0]._workspace_id, rows[0]._load_id, rows[0]._fetched_at, rows[0]._loaded_at],
    ["w1", "run-1-000001", "2026-01-05T09:00:00Z", "2026-01-05T09:01:00.000Z"],
  );
  for (const { path, rows, lineBytesMax } of finished.files) {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    assert.equal(lines.length, rows);
    assert.equal(Math.max(...lines.map((line) => Buffer.byteLength(line) + 1)), lineBytesMax);
  }
});

test("what a run that is no more has left is removed, what a living one has is not", async (context) => {
  const folder = temporaryFolder(context);
  const remains = (name: string, pid: unknown): string => {
    const directory = join(folder, "spool", name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "run.json"), JSON.stringify({ pid, runId: name, startedAt: "" }));
    return directory;
  };
  const dead = remains("dead", 2 ** 30);
  const broken = remains("broken", "?");
  // As in a container, where each run has the process id of the one before.
  const samePid = remains("same-pid", process.pid);
  const living = remains("living", process.ppid);
  await Spool.open(folder, provenance);
  assert.deepEqual([dead, broken, samePid, living].map(existsSync), [false, false, false, true]);
});

test("a run can be told from its process, and leaves nothing", async (context) => {
  const folder = temporaryFolder(context);
  const spool = await Spool.open(folder, provenance);
  assert.equal((await runOfProcess(folder, process.pid))?.runId, "run-1");
  await spool.remove();
  assert.equal(await runOfProcess(folder, process.pid), undefined);
});

test("a folder that can't be made is named with the next step", async (context) => {
  const file = join(temporaryFolder(context), "file");
  writeFileSync(file, "");
  await assert.rejects(
    Spool.open(file, provenance),
    (error) => error instanceof WarehouseError && /STATE_DIR/.test(error.message),
  );
});

test("a discarded load leaves no file", async (context) => {
  const folder = temporaryFolder(context);
  const spool = await Spool.open(folder, provenance);
  const load = spool.begin(0);
  load.add("tags", { id: "1", payload: "x".repeat(300_000) }, 0);
  load.add("tags", { id: "2", payload: "x".repeat(300_000) }, 0);
  const path = join(folder, "spool", "run-1", `${load.id}.tags.1.ndjson`);
  assert.equal(existsSync(path), true);
  load.discard();
  assert.equal(existsSync(path), false);
});

test("a load that could not be written once takes nothing more and can only be discarded, also when there is space again", async (context) => {
  const folder = temporaryFolder(context);
  const spool = await Spool.open(folder, provenance);
  const load = spool.begin(0);
  const blocked = join(folder, "spool", "run-1", `${load.id}.tags.1.ndjson`);
  mkdirSync(blocked);
  const large = { id: "1", payload: "x".repeat(400_000) };
  load.add("tags", large, 0);
  assert.throws(() => load.add("tags", large, 0), WarehouseError);
  rmdirSync(blocked);
  assert.throws(() => load.add("tags", { id: "2" }, 0), WarehouseError);
  assert.throws(() => load.add("teams", { id: "3" }, 0), WarehouseError);
  assert.throws(() => load.finish([]), WarehouseError);
  load.discard();
  assert.throws(() => load.add("tags", { id: "2" }, 0), /is discarded/);
  assert.deepEqual(readdirSync(join(folder, "spool", "run-1")), ["run.json"]);
});

test("a row that takes more room than it had asked for is refused, not cut", async (context) => {
  class Liar extends JsonMembers {
    readonly bytesMax = 4;
    writeTo(target: Buffer, at: number): number {
      return at + target.write('"id":"1"', at);
    }
  }
  const spool = await Spool.open(temporaryFolder(context), provenance);
  const load = spool.begin(0);
  assert.throws(() => load.add("tags", new Liar(), 0), /more room/);
});
