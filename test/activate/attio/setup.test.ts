import assert from "node:assert/strict";
import { test } from "node:test";
import { attioFaults } from "../checker.ts";
import { populate, run, setUpWarehouse, startAttio, toAttio } from "../setting.ts";
import { ticket } from "../tickets.ts";

const tickets = [ticket(0), ticket(1), ticket(2)];

test("set-up shows what is missing, makes it, and the second time finds nothing to do", async (context) => {
  const { config } = await setUpWarehouse(context, []);
  const fake = await startAttio(context, { isCheckingAnswers: true });
  for (const mode of ["activity", "record"] as const) {
    const setUp = toAttio(fake, { mode, isSettingUp: true });
    const writes = fake.requests.writes;
    const planned = await run(config, setUp, { isDryRun: true });
    assert.match(planned.lines.join("\n"), /To be made: the (activity|object)/);
    assert.equal(fake.requests.writes, writes, "a dry run made something");
    assert.equal((await run(config, setUp)).exitCode, 0);
    const made = fake.requests.writes;
    const again = await run(config, setUp);
    assert.match(again.lines.at(-1) ?? "", /support_tickets is complete/);
    assert.equal(fake.requests.writes, made);
  }
  assert.deepEqual(fake.unplanned, []);
});

test("an activity's own time and links are found by their type and used; what it lacks is made", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const inheriting = await startAttio(context);
  await populate(inheriting, config, tickets, "activity");
  const slugs = ({ workspace }: typeof inheriting): readonly string[] =>
    workspace.collection("activities", "intercom_support_tickets").attributes.map(({ api_slug }) => api_slug);
  assert.ok(!["closed_at", "contact", "company"].some((slug) => slugs(inheriting).includes(slug)));
  await run(config, toAttio(inheriting, { mode: "activity" }));
  assert.deepEqual(attioFaults(inheriting, tickets, "activities", "intercom_support_tickets"), []);
  const bare = await startAttio(context, { inherited: [] });
  await populate(bare, config, tickets, "activity");
  assert.ok(["closed_at", "contact", "company"].every((slug) => slugs(bare).includes(slug)));
});

test("where activities are not to be had, set-up says so and names the mode that is", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  for (const options of [{ hasActivities: false }, { isPaid: false }]) {
    const fake = await startAttio(context, options);
    const ended = await run(config, toAttio(fake, { mode: "activity", isSettingUp: true }));
    assert.equal(ended.exitCode, 2);
    assert.match(ended.error ?? "", /--as record/);
    assert.match(ended.lines.join("\n"), /--as record +yes/);
  }
});

test("an attribute that has our slug and another type is named, and nothing is sent", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets);
  const attributes = fake.workspace.collection("objects", "support_tickets").attributes;
  const index = attributes.findIndex(({ api_slug }) => api_slug === "rating");
  const [rating] = attributes.splice(index, 1);
  assert.ok(rating);
  attributes.push({ ...rating, type: "text" });
  for (const isSettingUp of [false, true]) {
    const ended = await run(config, toAttio(fake, { isSettingUp }));
    assert.equal(ended.exitCode, 2);
    assert.match(ended.error ?? "", /rating is of type text instead of number/);
  }
});

test("before set-up a run says which command sets up", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const ended = await run(config, toAttio(await startAttio(context)));
  assert.equal(ended.exitCode, 2);
  assert.match(ended.error ?? "", /--as record --setup/);
});
