import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { FaultKind } from "../../fake/bigquery/faults.ts";
import { DoubleBackend } from "./backend.ts";
import { BigQueryWorkshop } from "./workshop.ts";

// The N-th request to BigQuery fails, for growing N until a run has fewer requests; an undisturbed run follows. The short form:
// BIGQUERY_FAULT_STEP=1 takes every N.

delete process.env["BIGQUERY_EMULATOR_HOST"];

const workspace = { conversations: 16, accounts: 4, lonelyCompanies: 5, tickets: 12, isWhole: true, seed: 3 };
const step = Number(process.env["BIGQUERY_FAULT_STEP"] ?? 23);
const requestsMax = 500;

type Sweep = { readonly runs: number; readonly exitCodes: ReadonlySet<number>; readonly faults: readonly string[] };

/** @param times how many requests fail, from the N-th on */
async function sweep(context: TestContext, kind: FaultKind, from: number, times = 1): Promise<Sweep> {
  const workshop = await BigQueryWorkshop.open(() => DoubleBackend.open(), workspace);
  context.after(() => workshop.close());
  const exitCodes = new Set<number>();
  const faults: string[] = [];
  for (let nth = from; nth <= requestsMax; nth += step) {
    const fault = { route: "any", times, after: nth - 1, kind } as const;
    const { double } = workshop.backend;
    double.faults.push({ ...fault });
    const run = await workshop.run();
    const hasStruck = (double.faults[0]?.times ?? 0) < times;
    double.faults.length = 0;
    exitCodes.add(run.exitCode);
    const found = run.exitCode === 0 ? await workshop.faults() : workshop.spoolLeft();
    found.push(...(await workshop.wrongClaims(run)), ...(await workshop.faultsOfNextRun()));
    faults.push(...found.map((told) => `request ${nth}, exit ${run.exitCode} (${String(run.error)}): ${told}`));
    if (!hasStruck) return { runs: (nth - from) / step + 1, exitCodes, faults };
    await workshop.empty();
  }
  throw new Error(`a run of more than ${requestsMax} requests to BigQuery`);
}

for (const [index, [name, kind]] of (
  [
    ["503", { status: 503, reason: "backendError" }],
    ["a connection cut before the request is read", { cut: "before" }],
    ["a connection cut after it was done", { cut: "after" }],
    ["403 rateLimitExceeded", { status: 403, reason: "rateLimitExceeded" }],
  ] as const
).entries()) {
  test(`a run that meets ${name} once ends well, with everything stored once`, async (context) => {
    const { runs, exitCodes, faults } = await sweep(context, kind, 1 + ((5 * index) % step));
    assert.deepEqual(faults, []);
    assert.deepEqual([...exitCodes], [0]);
    assert.ok(runs >= 3, `${runs} runs`);
  });
}

for (const [name, kind] of [
  ["a quota is used up", { status: 403, reason: "quotaExceeded" }],
  ["BigQuery goes down for good", { status: 503, reason: "backendError" }],
] as const) {
  test(`when ${name} in the middle of a run, it ends with 5 and the next one with everything`, async (context) => {
    const { exitCodes, faults } = await sweep(context, kind, 1 + (10 % step), requestsMax);
    assert.deepEqual(faults, []);
    // 0 when the fault struck nothing, or only the freeing of the lock.
    assert.deepEqual([...exitCodes].toSorted(), [0, 5]);
  });
}
