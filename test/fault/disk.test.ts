import assert from "node:assert/strict";
import { closeSync, cpSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk } from "../tools/small-disk.ts";
import { ChildRun } from "./child-run.ts";
import { Workshop } from "./workshop.ts";

const workspace = { conversations: 300, accounts: 30, lonelyCompanies: 110, seed: 5 };

/** One sentence of the loader's own, and no more. */
function assertOneSentence(words: readonly string[]): void {
  assert.equal(words.length, 1, words.join("\n"));
  assert.match(words[0] ?? "", /^loader: (?!unexpected).+\.$/);
}

// The file of the warehouse while it is made, spool files, the write-ahead log: each meets the limit at another size.
for (const kilobytes of [1, 8, 100, 700]) {
  test(`when no file may pass ${kilobytes} kB the run ends with 5, and the next one with everything`, async (context) => {
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const run = await new ChildRun({ environment: workshop.environment, fileKilobytesMax: kilobytes }).ended;
    assert.equal(run.exitCode, 5);
    assertOneSentence(run.words);
    assert.deepEqual(workshop.spoolLeft(), []);
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  });
}

for (const kilobytes of [8, 400, 1500]) {
  test(`a disk of ${kilobytes} kB that is full ends the run with 5, and the next one has everything`, async (context) => {
    const disk = smallDisk(context, kilobytes);
    if (disk === undefined) return;
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const DUCKDB_PATH = join(disk, "warehouse.duckdb");
    const run = await new ChildRun({ environment: { ...workshop.environment, DUCKDB_PATH } }).ended;
    assert.equal(run.exitCode, 5);
    assertOneSentence(run.words);
    cpSync(disk, workshop.folder, { recursive: true });
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  });
}

for (const request of [110, 160]) {
  test(`when the disk of the spool files is full from request ${request} on and has space again later, no part is missing`, async (context) => {
    const STATE_DIR = smallDisk(context, 4000);
    if (STATE_DIR === undefined) return;
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const ballast = join(STATE_DIR, "ballast");
    let requests = 0;
    workshop.fake.onRequest(() => {
      requests += 1;
      if (requests === request) fillDisk(ballast);
      if (requests === request + 60) rmSync(ballast, { force: true });
    });
    const run = await new ChildRun({ environment: { ...workshop.environment, STATE_DIR } }).ended;
    rmSync(ballast, { force: true });
    assert.ok(run.exitCode === 0 || run.exitCode === 5, run.words.join("\n"));
    if (run.exitCode === 5) assertOneSentence(run.words);
    const faults = run.exitCode === 5 ? await workshop.faultsOfNextRun() : await workshop.faults();
    assert.deepEqual(faults, []);
  });
}

/** Writes a file until there is no space left. */
function fillDisk(path: string): void {
  const file = openSync(path, "w");
  const zeros = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, zeros);
  } catch {
    closeSync(file);
  }
}
