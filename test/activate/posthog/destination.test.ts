import assert from "node:assert/strict";
import { test } from "node:test";
import { uuidV5 } from "../../../loader/activate/posthog/event.ts";
import { realEffects } from "../../../loader/effects.ts";
import { postHogFaults } from "../checker.ts";
import { run, setUpWarehouse, startPostHog, toPostHog } from "../setting.ts";
import { replaceTickets, rowsOf, ticket, withDuckDb } from "../tickets.ts";

const day = 86_400;
const now = Math.floor(Date.now() / 1000);

test("an event has the normalized schema, the company as a group, and the close as its time", async (context) => {
  const tickets = [ticket(0)];
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, tickets), []);
  const event = fake.events.find((each) => each.event === "support_ticket_closed");
  assert.deepEqual(event?.properties["$groups"], { company: "acme-0" });
  assert.equal(event?.properties["$process_person_profile"], undefined);
  assert.deepEqual(fake.companies.get("acme-0"), {
    name: "Acme 0",
    plan: "pro",
    domain: "customer-0.example.com",
    intercom_company_id: "co0",
  });
});

test("without person profiles no event makes one, and there are no groups, which PostHog would drop", async (context) => {
  const { config } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context);
  await run(config, { name: "posthog", settings: { host: fake.url, apiKey: fake.apiKey }, hasPersonProfiles: false });
  assert.deepEqual(
    fake.events.map(({ event, properties }) => [event, properties["$process_person_profile"], properties["$groups"]]),
    [["support_ticket_closed", false, undefined]],
  );
});

test("what is older than 48 hours goes as a historical migration, by itself", async (context) => {
  const times = [now - 3 * day, now - day, now - 47 * 3600, now - 49 * 3600];
  const tickets = times.map((closed_at, number) => ticket(number, { created_at: closed_at - 60, closed_at }));
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  await run(config, toPostHog(fake));
  assert.deepEqual(fake.unplanned, []);
  assert.equal(fake.events.filter(({ event }) => event === "support_ticket_closed").length, 4);
});

test("what PostHog would drop without a word is not sent, and says why; the rest is", async (context) => {
  const tickets = [
    ticket(0),
    ticket(1, { distinct_id: null }),
    ticket(2, { distinct_id: "Anonymous" }),
    ticket(3, { distinct_id: "x".repeat(201) }),
    ticket(4, { event_uuid: "not-a-uuid" }),
    ticket(5, { distinct_id: "'NaN'" }),
    ticket(6, { first_message_body: '"'.repeat(700_000) }),
    ticket(7, { company_id: null, company_external_id: null }),
  ];
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context, { isRefusingBatches: true });
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 6);
  assert.deepEqual(fake.dropped, []);
  const sent = fake.events.filter(({ event }) => event === "support_ticket_closed");
  assert.deepEqual(sent.map(({ properties }) => properties["conversation_id"]).toSorted(), ["1000", "1007"]);
  const reasons = await rowsOf(
    path,
    "select reason from intercom_raw._activations where state = 'rejected' order by conversation_id",
  );
  assert.deepEqual(
    reasons.map(({ reason }) => reason),
    [
      "the contact has none of the keys of activation_distinct_id",
      "PostHog accepts this distinct_id for no person",
      "the distinct_id has more than 200 characters",
      "event_uuid is not a UUID",
      "PostHog accepts this distinct_id for no person",
      "the event is larger than the 1 MB that PostHog accepts",
    ],
  );
  const requests = fake.requests.total;
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.equal(fake.requests.total, requests, "what is rejected was sent again although nothing has changed");
});

test("a close that is in the future waits until it is not, and keeps its time", async (context) => {
  const tickets = [ticket(0, { closed_at: now + 20 * 3600 }), ticket(1, { closed_at: now + 2 * day })];
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 0);
  assert.equal(ended.summary?.waiting, 1);
  assert.deepEqual(postHogFaults(fake, tickets.slice(0, 1)), []);
  const later = { ...realEffects(() => undefined), now: () => Date.now() + 2 * day * 1000 };
  fake.faults = () => ({ kind: "status", status: 200, body: { status: "Ok" } });
  assert.equal((await run(config, toPostHog(fake), { effects: later })).summary?.confirmed, 1);
});

test("an id that means nobody only as PostHog writes it is somebody's otherwise", async (context) => {
  const tickets = [
    ticket(0, { distinct_id: "nan" }),
    ticket(1, { distinct_id: "NULL" }),
    ticket(2, { distinct_id: "00" }),
  ];
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, tickets), []);
});

test("of what nobody was told yet the mart says who it is about, also after it was planned or rejected", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0, { distinct_id: "null" }), ticket(1)]);
  const fake = await startPostHog(context, { faults: () => ({ kind: "status", status: 503 }) });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 4);
  fake.faults = ({ url }) => (url.pathname.startsWith("/batch") ? { kind: "status", status: 503 } : undefined);
  assert.equal((await run(config, toPostHog(fake), { limit: 1 })).summary?.rejected, 1);
  fake.faults = undefined;
  const mended = [
    ticket(0, { contact_external_id: "user-9", distinct_id: "user-9" }),
    ticket(1, { distinct_id: "p1" }),
  ];
  await replaceTickets(path, mended);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, mended), []);
});

test("events that PostHog dropped without a word are sent again on request, each as it was, and kept once", async (context) => {
  const tickets = [ticket(0), ticket(1), ticket(2)];
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  await run(config, toPostHog(fake), { limit: 1 });
  fake.overQuota = "silent";
  assert.equal((await run(config, toPostHog(fake))).summary?.confirmed, 2);
  fake.overQuota = undefined;
  await replaceTickets(path, [ticket(0, { distinct_id: "merged" }), ...tickets.slice(1)]);
  const { closed_at: since } = ticket(0);
  const ended = await run(config, toPostHog(fake), { isSendingAgain: true, since });
  assert.equal(ended.summary?.confirmed, 3);
  assert.deepEqual(postHogFaults(fake, tickets), []);
  assert.equal((await run(config, toPostHog(fake))).summary?.sent, 0);
});

test("an event that PostHog refuses is found by halves, and the rest is sent", async (context) => {
  const tickets = Array.from({ length: 40 }, (_, number) => ticket(number));
  const { config } = await setUpWarehouse(context, tickets);
  const isPoison = (event: Readonly<Record<string, unknown>>): boolean => event["uuid"] === tickets[13]?.event_uuid;
  const fake = await startPostHog(context, { refuses: isPoison });
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 6);
  assert.deepEqual(ended.summary?.reasons, {
    "PostHog refused the event (400)": { events: 1, conversations: ["1013"] },
  });
  assert.deepEqual(postHogFaults(fake, tickets.toSpliced(13, 1)), []);
});

test("when PostHog refuses everything the run ends instead of asking for each event", async (context) => {
  const tickets = Array.from({ length: 200 }, (_, number) => ticket(number));
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context, { refuses: () => true });
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 4);
  assert.match(ended.error ?? "", /refused 20 events in a row/);
  assert.ok(fake.requests.total < 60);
});

test("an answer of 200 that says the quota is used up confirms nothing, and a later run sends it all", async (context) => {
  const tickets = [ticket(0), ticket(1)];
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context, { overQuota: "told" });
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 4);
  assert.match(ended.error ?? "", /quota is used up/);
  fake.overQuota = undefined;
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, tickets), []);
});

test("a key that PostHog does not know ends the run before anything is marked as sent", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context);
  const settings = { host: fake.url, apiKey: "phc_other" };
  const ended = await run(config, { name: "posthog", settings, hasPersonProfiles: true });
  assert.equal(ended.exitCode, 3);
  assert.match(ended.error ?? "", /POSTHOG_API_KEY.*POSTHOG_HOST/);
  assert.doesNotMatch(ended.error ?? "", /phc_other/);
  assert.deepEqual(await rowsOf(path, "select distinct state from intercom_raw._activations"), [{ state: "planned" }]);
});

test("an address that is not PostHog's is named as such", async (context) => {
  const { config } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context, {
    faults: () => ({ kind: "status", status: 200, body: "<html>Welcome</html>" }),
  });
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 2);
  assert.match(ended.error ?? "", /POSTHOG_HOST/);
});

test("a contact who was merged between two runs makes no second event, and keeps the id that was sent", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context, {
    faults: ({ number }) => (number > 1 ? { kind: "cut", isDone: true } : undefined),
  });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 4);
  fake.faults = undefined;
  const merged = { contact_id: "p9", contact_external_id: "user-9", distinct_id: "user-9" };
  await replaceTickets(path, [ticket(0, merged)]);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  const tickets = fake.events.filter(({ event }) => event === "support_ticket_closed");
  assert.deepEqual(
    tickets.map(({ distinctId }) => distinctId),
    ["user-0"],
  );
});

test("a company that is renamed, and renamed back, has the name that it has", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context);
  await run(config, toPostHog(fake));
  for (const [number, name] of [
    [7, "Other"],
    [14, "Acme 0"],
  ] as const) {
    await replaceTickets(path, [ticket(0), ticket(number, { company_name: name })]);
    await run(config, toPostHog(fake));
    assert.equal(JSON.parse(JSON.stringify(fake.companies.get("acme-0"))).name, name);
  }
});

test("all companies are told of by one sender, who is no customer: PostHog makes a person of each distinct_id", async (context) => {
  const tickets = Array.from({ length: 5 }, (_, number) => ticket(number));
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  await run(config, toPostHog(fake));
  await replaceTickets(path, [...tickets, ticket(7, { company_name: "Other" })]);
  await run(config, toPostHog(fake));
  const identified = fake.events.filter(({ event }) => event === "$groupidentify");
  assert.ok(identified.length > 5);
  assert.equal(new Set(identified.map(({ uuid }) => uuid)).size, identified.length);
  const [sender, ...others] = new Set(identified.map(({ distinctId }) => distinctId));
  assert.deepEqual(others, []);
  assert.ok(!tickets.some(({ distinct_id }) => distinct_id === sender));
});

test("what was told of a company under another distinct_id, and may have arrived, is sent again under that: PostHog keeps one", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context, {
    faults: ({ number }) => (number > 1 ? { kind: "cut", isDone: true } : undefined),
  });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 4);
  fake.faults = undefined;
  fake.taken.length = 0;
  await withDuckDb(path, async (connection) => {
    await connection.run(
      "update intercom_raw._activations set distinct_id = '$company_acme-0' where conversation_id is null",
    );
  });
  for (const isSendingAgain of [false, true]) {
    assert.equal((await run(config, toPostHog(fake), { isSendingAgain })).exitCode, 0);
    const identified = fake.events.filter(({ event }) => event === "$groupidentify");
    assert.deepEqual(
      identified.map(({ distinctId }) => distinctId),
      ["$company_acme-0"],
    );
  }
});

test("a company whose id is longer than a group's key may be is left out, and its tickets are sent", async (context) => {
  const tickets = [
    ticket(0, { company_external_id: "x".repeat(401) }),
    ticket(1, { company_external_id: "y".repeat(300) }),
  ];
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(fake.unplanned, []);
  assert.deepEqual([...fake.companies.keys()], ["y".repeat(300)]);
  const sent = fake.events.filter(({ event }) => event === "support_ticket_closed");
  assert.deepEqual(
    sent.map(({ properties }) => properties["$groups"]),
    [undefined, { company: "y".repeat(300) }],
  );
});

test("the name-based UUID is that of RFC 9562", () => {
  // By Python: uuid.uuid5(uuid.UUID("7d0c1c4e9f1b5c5f8a3e2b6d4f907a15"), "w1/1000/9000")
  assert.equal(uuidV5("w1/1000/9000"), "91b57ea2-2771-5a5c-9bb0-c3901c1fad5a");
});
