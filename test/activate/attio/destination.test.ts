import assert from "node:assert/strict";
import { test } from "node:test";
import { Pseudonyms } from "../../../loader/pseudonyms.ts";
import { attioFaults, noteFaults } from "../checker.ts";
import { populate, run, setUpWarehouse, startAttio, toAttio } from "../setting.ts";
import { replaceTickets, ticket } from "../tickets.ts";

const tickets = [ticket(0), ticket(1), ticket(2)];

test("contacts without email are named; those whom Attio does not know wait until it does", async (context) => {
  const some = [ticket(0), ticket(1, { contact_email: null }), ticket(2)];
  const { config } = await setUpWarehouse(context, some);
  const fake = await startAttio(context);
  await populate(fake, config, [ticket(0)]);
  const ended = await run(config, toAttio(fake));
  assert.equal(ended.exitCode, 6);
  assert.deepEqual(ended.summary?.reasons["the contact has no email"], { events: 1, conversations: ["1001"] });
  assert.deepEqual(ended.summary?.counts, { ...ended.summary?.counts, confirmed: 1, waiting: 1, rejected: 1 });
  assert.equal((await run(config, toAttio(fake))).exitCode, 0);
  fake.addPerson(ticket(2).contact_email ?? "");
  fake.addCompany("customer-2.example.com");
  assert.equal((await run(config, toAttio(fake))).summary?.confirmed, 1);
  assert.deepEqual(attioFaults(fake, some, "objects", "support_tickets"), []);
});

test("a pseudonym counts for no address: the ticket is rejected, and no person is made", async (context) => {
  const pseudonym = new Pseudonyms("a key of tests, which is longer than 32 bytes").of("email", "ann@mail.example");
  const { config } = await setUpWarehouse(context, [ticket(0, { contact_email: pseudonym })]);
  const fake = await startAttio(context);
  await populate(fake, config, []);
  const ended = await run(config, toAttio(fake, { isCreatingPeople: true }));
  assert.deepEqual(Object.keys(ended.summary?.reasons ?? {}), [
    "the warehouse has a pseudonym for the contact's email (PII_MODE)",
  ]);
  assert.equal(fake.workspace.collection("objects", "people").records.size, 0);
});

test("people are made only when that is asked for, and one for all of their tickets", async (context) => {
  const same = { contact_email: "Ada@Customer-0.example.com" };
  const some = [ticket(0, same), ticket(7, same), ticket(14, same)];
  const { config } = await setUpWarehouse(context, some);
  const fake = await startAttio(context);
  await populate(fake, config, []);
  const people = fake.workspace.collection("objects", "people").records;
  await run(config, toAttio(fake));
  assert.equal(people.size, 0);
  const writes = fake.requests.writes;
  assert.equal((await run(config, toAttio(fake, { isCreatingPeople: true }))).summary?.confirmed, 3);
  assert.equal(fake.requests.writes - writes, 4, "the person was written for each ticket");
  assert.deepEqual(
    [...people.values()].map(({ values }) => values.get("email_addresses")),
    [["ada@customer-0.example.com"]],
  );
  assert.deepEqual(fake.unplanned, []);
});

test("a company is found by its domain in either way to write another script; one that has none links nothing", async (context) => {
  const some = [
    ticket(0, { company_domain: "müller.de" }),
    ticket(1, { company_domain: "xn--caf-dma.example" }),
    ticket(2, { company_domain: null }),
    ticket(3, { company_domain: "twice.müller.de" }),
  ];
  const { config } = await setUpWarehouse(context, some);
  const fake = await startAttio(context);
  await populate(fake, config, []);
  for (const { contact_email } of some) fake.addPerson(contact_email ?? "");
  const companies = ["xn--mller-kva.de", "café.example", "facebook.com", "twice.müller.de", "twice.xn--mller-kva.de"];
  const ids = companies.map((domain) => fake.addCompany(domain));
  assert.equal((await run(config, toAttio(fake))).exitCode, 0);
  const records = [...fake.workspace.collection("objects", "support_tickets").records.values()];
  const linked = some.map(({ event_uuid }) => {
    const record = records.find(({ values }) => values.get("ticket_key")?.[0] === event_uuid);
    return JSON.stringify(record?.values.get("company") ?? []);
  });
  assert.match(linked[0] ?? "", new RegExp(ids[0] ?? ""));
  assert.match(linked[1] ?? "", new RegExp(ids[1] ?? ""));
  assert.deepEqual(linked.slice(2), ["[]", "[]"]);
});

test("a person matched twice makes the ticket wait, with the reason; the rest is sent", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets);
  const people = fake.workspace.collection("objects", "people");
  const double = fake.workspace.create(people, { email_addresses: ["other@example.com"] });
  double.values.set("email_addresses", [ticket(1).contact_email ?? ""]);
  const ended = await run(config, toAttio(fake));
  assert.deepEqual(ended.summary?.reasons["several people in Attio have this email: merge them there"]?.conversations, [
    "1001",
  ]);
  assert.equal(ended.summary?.confirmed, 2);
});

test("a changed ticket is sent again where it can be changed, alone, and with what it has no more emptied", async (context) => {
  const before = [ticket(0), ticket(5)];
  const after = [ticket(0), ticket(5, { message_count: 99, rating: null, rating_remark: null })];
  const { config, path } = await setUpWarehouse(context, before);
  const fake = await startAttio(context);
  await populate(fake, config, before);
  await run(config, toAttio(fake));
  await replaceTickets(path, after);
  const ended = await run(config, toAttio(fake));
  assert.equal(ended.summary?.sent, 1);
  assert.deepEqual(attioFaults(fake, after, "objects", "support_tickets"), []);
  const records = [...fake.workspace.collection("objects", "support_tickets").records.values()];
  assert.deepEqual(
    records.map(({ writes }) => writes),
    [1, 2],
  );
});

test("notes cannot be changed, and a changed ticket makes no second one", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets, "note");
  await run(config, toAttio(fake, { mode: "note" }));
  await replaceTickets(path, [ticket(0, { message_count: 99 }), ticket(1), ticket(2)]);
  assert.equal((await run(config, toAttio(fake, { mode: "note" }))).summary?.sent, 0);
  assert.deepEqual(noteFaults(fake, tickets), []);
});

test("a write whose answer was lost is looked up, and not done again: within a run, and by the next one", async (context) => {
  for (const mode of ["record", "note"] as const) {
    const { config } = await setUpWarehouse(context, tickets);
    const fake = await startAttio(context);
    await populate(fake, config, tickets, mode);
    const isWrite = (url: URL, method: string): boolean => method !== "GET" && !url.pathname.endsWith("/query");
    fake.faults = ({ url, method }) => (isWrite(url, method) ? { kind: "cut", isDone: true } : undefined);
    assert.equal((await run(config, toAttio(fake, { mode }), { limit: 1 })).exitCode, 0);
    fake.faults = ({ url, method }) => {
      if (isWrite(url, method)) return { kind: "cut", isDone: true };
      // After the write nothing answers any more: the run ends without knowing.
      return fake.requests.writes > 1 ? { kind: "status", status: 503 } : undefined;
    };
    fake.requests.writes = 0;
    const ended = await run(config, toAttio(fake, { mode }));
    assert.equal(ended.exitCode, 4, mode);
    fake.faults = undefined;
    assert.equal((await run(config, toAttio(fake, { mode }))).exitCode, 0);
    const faults =
      mode === "note" ? noteFaults(fake, tickets) : attioFaults(fake, tickets, "objects", "support_tickets");
    assert.deepEqual(faults, []);
    for (const { records } of fake.workspace.collections)
      assert.ok([...records.values()].every(({ writes }) => writes === 1));
  }
});

test("the fake answers as the OpenAPI says", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context, { isCheckingAnswers: true });
  for (const mode of ["record", "note"] as const) {
    await populate(fake, config, mode === "record" ? tickets : [], mode);
    await run(config, toAttio(fake, { mode, isCreatingPeople: true }));
  }
  assert.deepEqual(fake.unplanned, []);
});

test("a note on a person who was removed meanwhile waits, and the rest is sent", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets, "note");
  const people = fake.workspace.collection("objects", "people").records;
  const [removed] = people.keys();
  fake.faults = ({ method, url }) => {
    if (method === "POST" && url.pathname === "/v2/notes") people.delete(removed ?? "");
    return undefined;
  };
  const ended = await run(config, toAttio(fake, { mode: "note" }));
  assert.equal(ended.error, undefined);
  assert.equal(ended.summary?.confirmed, 2);
  assert.equal(ended.summary?.waiting, 1);
});

test("a changed ticket whose contact has lost the email is changed, and keeps its links", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startAttio(context);
  await populate(fake, config, [ticket(0)]);
  await run(config, toAttio(fake));
  await replaceTickets(path, [ticket(0, { contact_email: null, message_count: 99 })]);
  assert.equal((await run(config, toAttio(fake))).exitCode, 0);
  assert.deepEqual(attioFaults(fake, [ticket(0, { message_count: 99 })], "objects", "support_tickets"), []);
});
