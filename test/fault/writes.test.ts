import assert from "node:assert/strict";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { type TestContext, test } from "node:test";
import { Workshop } from "./workshop.ts";

// The N-th write of spool files meets a full disk, and there is space again at once: for N = 1, 2, … until a run has fewer.

const workspace = { conversations: 260, accounts: 10, lonelyCompanies: 5, tickets: 60, seed: 5 };
const writesMax = 60;
const threadsPerLoad = 200;

/** Fails one write as a full disk does. @param cut whether a part of the bytes gets there first. Returns the count of writes. */
function failWrite(context: TestContext, nth: number, cut: boolean): () => number {
  let writes = 0;
  const write = fs.writeSync;
  const mocked = context.mock.method(fs, "writeSync", (file: number, bytes: Buffer, offset: number): number => {
    writes += 1;
    if (writes !== nth) return write(file, bytes, offset);
    if (cut) write(file, bytes, offset, Math.floor((bytes.length - offset) / 2));
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
  syncBuiltinESMExports();
  return () => {
    mocked.mock.restore();
    syncBuiltinESMExports();
    return writes;
  };
}

test("whichever write meets a full disk, at its start or half-way, the run ends with 5 and the next one has every part", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  const faults: string[] = [];
  let runs = 0;
  for (let nth = 1; ; nth += 1) {
    assert.ok(nth <= writesMax, "a run has too many writes for this test");
    workshop.empty();
    const restore = failWrite(context, nth, nth % 2 === 0);
    const run = await workshop.run({ threadsPerLoad });
    if (restore() < nth) break;
    runs += 1;
    const found = [...workshop.spoolLeft(), ...(await workshop.faultsOfNextRun())];
    if (run.exitCode !== 5) found.push(`it ended with ${run.exitCode}`);
    faults.push(...found.map((fault) => `write ${nth}: ${fault}`));
  }
  assert.deepEqual(faults, []);
  assert.ok(runs >= 8, `${runs} writes`);
});
