import assert from "node:assert/strict";
import { test } from "node:test";
import { Dice } from "./dice.ts";
import { drawHappenings, faultsOnceSettled, restlessRun } from "./restless-run.ts";
import { Workshop, type WorkshopOptions } from "./workshop.ts";

const workspace = { conversations: 200, accounts: 30, lonelyCompanies: 110, tickets: 80, isWhole: true };
const happeningsPerRun = 16;

const searches: Readonly<Record<string, WorkshopOptions>> = {
  "newest first and with inclusive bounds": {},
  "with strict bounds": { searchIsStrict: true },
  "in no order": { searchOrder: "shuffled" },
  "behind the truth": { searchLagSeconds: 900, contactSearchLagSeconds: 7200 },
  "strictly, in no order and late, with HTML for 404s": {
    searchIsStrict: true,
    searchOrder: "shuffled",
    searchLagSeconds: 300,
    contactSearchLagSeconds: 3000,
    notFoundIsHtml: true,
  },
};

for (const [index, [words, options]] of Object.entries(searches).entries()) {
  test(`nothing that changes while a search answers ${words} is lost`, async (context) => {
    const seed = index + 1;
    const workshop = await Workshop.open({ ...workspace, ...options, seed });
    context.after(() => workshop.close());
    const dice = new Dice(seed);
    for (const isFirst of [true, false]) {
      const happenings = drawHappenings(dice, happeningsPerRun, isFirst ? workspace.conversations : 30);
      assert.equal((await restlessRun(workshop, happenings, dice, { threadsPerLoad: 50 })).exitCode, 0);
      assert.deepEqual(await faultsOnceSettled(workshop), [], JSON.stringify(happenings));
    }
    assert.deepEqual(workshop.fake.unplanned, []);
  });
}

test("nothing that changes while the list is read is lost", async (context) => {
  const workshop = await Workshop.open({ ...workspace, conversations: 320, seed: 6 });
  context.after(() => workshop.close());
  const dice = new Dice(6);
  const options = { flags: { list: true }, threadsPerLoad: 50 };
  assert.equal((await restlessRun(workshop, drawHappenings(dice, happeningsPerRun, 320), dice, options)).exitCode, 0);
  assert.deepEqual(await faultsOnceSettled(workshop, options), []);
});

test("a conversation deleted, restored and deleted again is gone, and alive when it is restored again", async (context) => {
  const workshop = await Workshop.open({ ...workspace, conversations: 30, seed: 7 });
  context.after(() => workshop.close());
  const { change } = workshop.fake.world;
  const [id = ""] = workshop.fake.world.conversationIds();
  await workshop.run();
  for (const happen of ["delete", "restore", "delete", "restore"] as const) {
    workshop.fake.advance(60);
    change[happen](id);
    workshop.fake.advance(60);
    assert.equal((await workshop.run()).exitCode, 0);
    assert.deepEqual(await workshop.faults("loose"), [], happen);
  }
});

test("a deletion is noticed although another conversation was restored", async (context) => {
  const workshop = await Workshop.open({ ...workspace, seed: 8 });
  context.after(() => workshop.close());
  const { change } = workshop.fake.world;
  const ids = [...workshop.fake.world.conversationIds()];
  for (const id of ids.slice(0, 40)) change.delete(id);
  workshop.fake.advance(60);
  await workshop.run();
  change.restore(ids[3] ?? "");
  for (const id of ids.slice(40, 101)) change.delete(id);
  workshop.fake.advance(60);
  await workshop.run();
  assert.deepEqual(await faultsOnceSettled(workshop), []);
});

test("a contact that goes while its companies are asked for is left out, and the run goes on", async (context) => {
  const workshop = await Workshop.open({ ...workspace, conversations: 30, seed: 9 });
  context.after(() => workshop.close());
  const { world } = workshop.fake;
  const contactId = [...world.conversationIds()].flatMap((id) => world.contactsOf(id))[0]?.contactId ?? "";
  world.change.setCompanies(
    contactId,
    world
      .accounts()
      .slice(0, 13)
      .map((account) => account.company_id),
  );
  let isGone = false;
  workshop.fake.onRequest(({ path }) => {
    if (path !== `/contacts/${contactId}/companies` || isGone) return;
    world.change.deleteContact(contactId);
    isGone = true;
  });
  assert.deepEqual([(await workshop.run()).exitCode, isGone], [0, true]);
  assert.deepEqual(await faultsOnceSettled(workshop), []);
});
