import assert from "node:assert/strict";
import { test } from "node:test";
import { type Check, checkLine, checksJson, exitCodeOfChecks, look } from "../../loader/doctor/check.ts";
import { WarehouseError } from "../../loader/errors.ts";

async function checkOf(work: Parameters<typeof look>[1]): Promise<Check> {
  for await (const check of look("disk", work)) return check;
  return assert.fail("no check");
}

test("a finding with a fix is a warning, which a run can live with and which says what to do", async () => {
  const fine = await checkOf(async () => "9 GB are free");
  const warning = await checkOf(async () => ({ found: "1 GB is free", fix: "Free some space." }));
  const failed = await checkOf(async () => {
    throw new WarehouseError("/data is not writable: point STATE_DIR at another folder.");
  });
  assert.deepEqual([fine, warning, failed].map(checkLine), [
    "ok      disk: 9 GB are free",
    "warning disk: 1 GB is free. Free some space.",
    "FAILED  disk: /data is not writable: point STATE_DIR at another folder.",
  ]);
  assert.deepEqual([exitCodeOfChecks([fine, warning]), exitCodeOfChecks([fine, warning, failed])], [0, 5]);
  const [first, second] = JSON.parse(checksJson([fine, warning]));
  assert.deepEqual([first.fix, second.fix, second.found], [undefined, "Free some space.", "1 GB is free"]);
});

test("a finding that is a sentence is no sentence twice", async () => {
  const check = await checkOf(async () => ({ found: "A sync skips the stream.", fix: "Grant the scope." }));
  assert.equal(checkLine(check), "warning disk: A sync skips the stream. Grant the scope.");
});
