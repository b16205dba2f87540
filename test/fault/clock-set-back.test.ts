import assert from "node:assert/strict";
import { test } from "node:test";
import { martFaults } from "./marts.ts";
import { rowsOf } from "./odd-workshop.ts";
import { Workshop } from "./workshop.ts";

const hourMs = 3_600_000;

test("after a machine's clock was set back by days, builds take in what is loaded then", async (context) => {
  const workshop = await Workshop.open({ conversations: 60, accounts: 10, lonelyCompanies: 2, seed: 4 });
  context.after(() => workshop.close());
  const { world } = workshop.fake;
  assert.equal((await workshop.run({ clockAheadMs: 26 * hourMs })).exitCode, 0);
  assert.deepEqual(await martFaults(workshop), []);
  for (const id of [...world.conversationIds()].slice(0, 10)) {
    world.change.customerReplies(id, "One more thing");
    world.change.close(id, "Glad to help");
  }
  workshop.fake.advance(600);
  const setBack = await workshop.run({ clockAheadMs: -23 * hourMs });
  assert.equal(setBack.exitCode, 0);
  assert.match(
    setBack.notes.join("\n"),
    /^This machine's clock is 2 d behind the newest load\. Loads are dated from that one on/m,
  );
  assert.deepEqual(await martFaults(workshop), []);

  const [disorder] = await rowsOf(
    workshop,
    `select count(*)::integer from (
       select min(_loaded_at) < lag(max(_loaded_at)) over (order by min(_fetched_at)) as is_earlier
       from raw.conversations group by _load_id
     ) where is_earlier`,
  );
  assert.deepEqual(disorder, [0]);
  const ahead = await workshop.run({ clockAheadMs: 27 * hourMs });
  assert.doesNotMatch(ahead.notes.join("\n"), /behind the newest load/);
});
