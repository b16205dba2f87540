import assert from "node:assert/strict";
import { test } from "node:test";
import { attioFaults } from "../checker.ts";
import { populate, run, setUpWarehouse, startAttio, toAttio } from "../setting.ts";
import { rowsOf, ticket } from "../tickets.ts";

const tickets = [ticket(0), ticket(1), ticket(2)];

test("a key that Attio does not know, or that lacks a scope, ends the run with the scope's name", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets);
  const destination = toAttio(fake);
  const wrong = { ...destination, settings: { baseUrl: fake.url, apiKey: "wrong-key" } } as typeof destination;
  const refused = await run(config, wrong);
  assert.equal(refused.exitCode, 3);
  assert.match(refused.error ?? "", /ATTIO_API_KEY/);
  assert.doesNotMatch(refused.error ?? "", /wrong-key/);
  const poor = await startAttio(context, { scopes: new Set(["note:read", "record_permission:read"]) });
  poor.addPerson(ticket(0).contact_email ?? "");
  const ended = await run(config, toAttio(poor, { mode: "note" }));
  assert.equal(ended.exitCode, 3);
  assert.match(ended.error ?? "", /note:read-write/);
  assert.deepEqual(
    await rowsOf(path, "select count(*)::int as n from intercom_raw._activations where state = 'confirmed'"),
    [{ n: 0 }],
  );
});

test("tickets that wait do not take the turn of others from them", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets.slice(1));
  const confirmed: (number | undefined)[] = [];
  for (let runs = 0; runs < 3; runs += 1)
    confirmed.push((await run(config, toAttio(fake), { limit: 1 })).summary?.counts["confirmed"]);
  assert.deepEqual(confirmed, [0, 1, 2]);
});

test("a value that Attio cannot search for keeps only its own ticket waiting", async (context) => {
  const some = [...tickets, ticket(3, { contact_email: "not an address" })];
  const { config } = await setUpWarehouse(context, some);
  const fake = await startAttio(context);
  await populate(fake, config, tickets);
  fake.faults = ({ body }) =>
    JSON.stringify(body ?? "").includes("not an address")
      ? { kind: "status", status: 400, body: { code: "filter_error" } }
      : undefined;
  const ended = await run(config, toAttio(fake));
  assert.deepEqual([ended.exitCode, ended.summary?.confirmed, ended.summary?.waiting], [0, 3, 1]);
});

test("when Attio refuses every ticket the run ends instead of trying each", async (context) => {
  const many = Array.from({ length: 200 }, (_, number) => ticket(number));
  const { config } = await setUpWarehouse(context, many);
  const fake = await startAttio(context);
  await populate(fake, config, many);
  fake.requests.total = 0;
  fake.faults = ({ method }) =>
    method === "PUT" ? { kind: "status", status: 400, body: { code: "missing_value" } } : undefined;
  const ended = await run(config, toAttio(fake));
  assert.equal(ended.exitCode, 4);
  assert.match(ended.error ?? "", /refused \d+ tickets in a row/);
  assert.ok(fake.requests.total < 100, `${fake.requests.total} requests`);
  fake.faults = undefined;
  assert.equal((await run(config, toAttio(fake), { isRetrying: true })).exitCode, 0);
  assert.deepEqual(attioFaults(fake, many, "objects", "support_tickets"), []);
});

test("a plan that was not paid for ends the run, and a budget that others use up does too", async (context) => {
  for (const [status, exitCode, pattern] of [
    [402, 2, /the plan no longer includes it/],
    [429, 4, /refused 61 times in a row for its rate/],
  ] as const) {
    const { config } = await setUpWarehouse(context, [ticket(0)]);
    const fake = await startAttio(context);
    await populate(fake, config, [ticket(0)]);
    fake.faults = ({ method }) => (method === "PUT" ? { kind: "status", status } : undefined);
    const ended = await run(config, toAttio(fake));
    assert.equal(ended.exitCode, exitCode);
    assert.match(ended.error ?? "", pattern);
  }
});
