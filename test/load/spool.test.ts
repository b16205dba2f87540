import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WarehouseError } from "../../loader/errors.ts";
import { JsonMembers } from "../../loader/json.ts";
import { fileIdentity, type RunOwner, runThatHolds, silenceMsMax } from "../../loader/load/run-owner.ts";
import { Spool } from "../../loader/load/spool.ts";
import { placeOfProcesses, processStartOf } from "../../loader/process-place.ts";
import { temporaryFolder } from "../tools/folder.ts";

const provenance = { workspaceId: "w1", runId: "run-1", loadedAt: "2026-01-05T09:00:00.000Z" };

test("rows that many callers write at once are whole lines with their provenance", async (context) => {
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

/** Folders as other runs leave them, by name, with the content of the owner file. */
function leave(folder: string, owners: Readonly<Record<string, Partial<RunOwner> | undefined>>): void {
  for (const [name, owner] of Object.entries(owners)) {
    const directory = join(folder, "spool", name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${name}-000001.tags.1.ndjson`), "{}\n");
    if (owner !== undefined)
      writeFileSync(join(directory, "run.json"), JSON.stringify({ pid: 1, runId: name, startedAt: "", ...owner }));
  }
}

const foldersIn = (folder: string): string[] => readdirSync(join(folder, "spool")).toSorted();
const otherPlace = "another-host 4026531836";
// No process has this id: Linux ends at 2^22.
const noProcess = 2 ** 30;

test("a run that opens its folder touches no other run's folder", async (context) => {
  const folder = temporaryFolder(context);
  const place = await placeOfProcesses();
  leave(folder, {
    dead: { pid: noProcess, place, warehouse: "mine" },
    "same-process": { pid: process.pid, place, warehouse: "mine" },
    unknown: undefined,
  });
  await Spool.open(folder, provenance, "mine");
  assert.deepEqual(foldersIn(folder), ["dead", "run-1", "same-process", "unknown"]);
});

test("a run that holds its warehouse removes the folders of runs that are over for certain, and no others", async (context) => {
  const folder = temporaryFolder(context);
  const place = await placeOfProcesses();
  const processStart = await processStartOf(process.ppid);
  leave(folder, {
    "held-the-same": { pid: 1, place: otherPlace, warehouse: "mine" },
    "held-the-same.batch-1": { pid: 1, place: otherPlace, warehouse: "mine" },
    dead: { pid: noProcess, place, warehouse: "other" },
    "id-given-again": { pid: process.ppid, place, processStart: `${processStart}0`, warehouse: "other" },
    living: { pid: process.ppid, place, processStart, warehouse: "other" },
    "living-without-start": { pid: process.ppid, place, warehouse: "other" },
    // As in two containers: each has a process with this id.
    "same-number-elsewhere": { pid: process.pid, place: otherPlace, warehouse: "other" },
    "dead-number-elsewhere": { pid: noProcess, place: otherPlace, warehouse: "other" },
    "of-an-older-version": { pid: noProcess },
    "without-a-mark": undefined,
  });
  const spool = await Spool.open(folder, provenance, "mine");
  const removed = await spool.removeEnded();
  assert.deepEqual(removed.toSorted(), ["dead", "held-the-same", "held-the-same.batch-1", "id-given-again"]);
  assert.deepEqual(foldersIn(folder), [
    "dead-number-elsewhere",
    "living",
    "living-without-start",
    "of-an-older-version",
    "run-1",
    "same-number-elsewhere",
    "without-a-mark",
  ]);
});

test("a folder without a known owner is removed when nothing in it has changed for a day", async (context) => {
  const folder = temporaryFolder(context);
  leave(folder, {
    silent: { place: otherPlace, warehouse: "other" },
    writing: { place: otherPlace },
    "20260105T090000-bare": undefined,
  });
  const longAgo = (Date.now() - silenceMsMax - 60_000) / 1000;
  for (const name of ["silent", "writing", "20260105T090000-bare"]) {
    const directory = join(folder, "spool", name);
    for (const file of readdirSync(directory)) utimesSync(join(directory, file), longAgo, longAgo);
    utimesSync(directory, longAgo, longAgo);
  }
  // The run writes into a file that exists.
  writeFileSync(join(folder, "spool", "writing", "writing-000001.tags.1.ndjson"), "{}\n");
  const spool = await Spool.open(folder, provenance, "mine");
  await spool.removeEnded();
  assert.deepEqual(foldersIn(folder), ["run-1", "writing"]);
});

test("a run is found by its process or its warehouse, and leaves nothing behind", async (context) => {
  const folder = temporaryFolder(context);
  const spool = await Spool.open(folder, provenance, "mine");
  leave(folder, { elsewhere: { pid: process.pid, place: otherPlace, warehouse: "theirs" } });
  assert.equal((await runThatHolds(folder, undefined, process.pid))?.runId, "run-1");
  assert.equal((await runThatHolds(folder, "theirs", undefined))?.runId, "elsewhere");
  await spool.remove();
  assert.equal(await runThatHolds(folder, "mine", process.pid), undefined);
});

test("a file has the same identity by each of its paths, also when it is rewritten; another file has another identity", async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "a"));
  symlinkSync(join(folder, "a"), join(folder, "b"));
  writeFileSync(join(folder, "a", "w.duckdb"), "");
  const identity = await fileIdentity(join(folder, "a", "w.duckdb"));
  writeFileSync(join(folder, "a", "fresh"), "");
  renameSync(join(folder, "a", "fresh"), join(folder, "a", "w.duckdb"));
  assert.equal(await fileIdentity(join(folder, "b", "w.duckdb")), identity);
  assert.notEqual(await fileIdentity(join(folder, "a", "other.duckdb")), identity);
  assert.notEqual(await fileIdentity(join(folder, "w.duckdb")), identity);
});

test("the error of a folder that can't be made names the folder and the next step", async (context) => {
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

test("a load with a failed write takes no more rows and can only be discarded, also when the disk has space again", async (context) => {
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

test("a row that is longer than it said is refused, not cut", async (context) => {
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
