import assert from "node:assert/strict";
import { test } from "node:test";
import { attioFaults, noteFaults, postHogFaults } from "./checker.ts";
import { restless } from "./restless.ts";
import { populate, run, setUpWarehouse, startAttio, startPostHog, toAttio, toPostHog } from "./setting.ts";
import { manyTickets } from "./tickets.ts";

/** A run ends early when everything fails: the next run goes on. */
const runsMax = 20;

test("5,000 tickets through a restless PostHog arrive once each", async (context) => {
  const tickets = manyTickets(5000, 1);
  const { config } = await setUpWarehouse(context, tickets);
  const tally = new Map<string, number>();
  const fake = await startPostHog(context, { faults: restless(1, { share: 0.4, isSilent: true, tally }) });
  let code: number | undefined = 4;
  for (let runs = 0; runs < runsMax && code === 4; runs += 1) ({ exitCode: code } = await run(config, toPostHog(fake)));
  assert.equal(code, 6);
  assert.ok(fake.taken.length > fake.events.length, "nothing was sent twice, so nothing was proved");
  assert.ok(["cut after", "cut before", "429"].every((kind) => tally.has(kind)));
  assert.deepEqual(postHogFaults(fake, tickets), []);
});

for (const [mode, count] of [
  ["record", 5000],
  ["activity", 1500],
  ["note", 1500],
] as const) {
  test(`${count} tickets through a restless Attio are each there once, as ${mode}`, async (context) => {
    const tickets = manyTickets(count, 2);
    const { config } = await setUpWarehouse(context, tickets);
    const fake = await startAttio(context);
    await populate(fake, config, tickets, mode);
    const tally = new Map<string, number>();
    fake.faults = restless(2, { share: 0.03, isSilent: true, isLate: mode === "note", tally });
    let code: number | undefined = 4;
    for (let runs = 0; runs < runsMax && code === 4; runs += 1)
      ({ exitCode: code } = await run(config, toAttio(fake, { mode })));
    assert.equal(code, 6);
    for (const kind of ["429", "409", "cut before", "cut after", "silence before", "silence after"])
      assert.ok(tally.has(kind), `no ${kind} came, so nothing was proved`);
    fake.faults = undefined;
    // The next run removes notes that are there twice.
    await run(config, toAttio(fake, { mode }));
    if (mode === "note") assert.deepEqual(noteFaults(fake, tickets), []);
    else if (mode === "record") assert.deepEqual(attioFaults(fake, tickets, "objects", "support_tickets"), []);
    else assert.deepEqual(attioFaults(fake, tickets, "activities", "intercom_support_tickets"), []);
    const writes = fake.requests.writes;
    assert.equal((await run(config, toAttio(fake, { mode }))).exitCode, 0);
    assert.equal(fake.requests.writes, writes, "a run without changes wrote something");
  });
}
