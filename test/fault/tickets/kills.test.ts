import assert from "node:assert/strict";
import { test } from "node:test";
import { openTickets, ticketFaults, ticketsAlone } from "./ticket-workshop.ts";

test("interrupted at any request, a run stores no ticket in part, and the next one has everything", async (context) => {
  const workshop = await openTickets(context, { tickets: 60, ticketSearchPartsMax: 3 });
  for (const last of [2, 3, 12, 25, 40]) {
    workshop.empty();
    const interruption = new AbortController();
    let requests = 0;
    const stop = workshop.fake.onRequest(() => {
      requests += 1;
      if (requests === last) interruption.abort(new Error("enough"));
    });
    const run = await workshop.run({ ...ticketsAlone, signal: interruption.signal, threadsPerLoad: 10 });
    stop();
    assert.equal(run.error, interruption.signal.reason);
    assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
    assert.deepEqual(await ticketFaults(workshop), [], `interrupted at request ${last}`);
  }
});
