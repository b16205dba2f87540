// Writes of which nobody knows whether they were done, where that is hardest to find out.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DestinationRequest } from "../../fake/destination-faults.ts";
import { noteFaults } from "../checker.ts";
import { populate, run, setUpWarehouse, startAttio, toAttio } from "../setting.ts";
import { replaceTickets, ticket } from "../tickets.ts";

const tickets = [ticket(0), ticket(1), ticket(2)];

const isNoteWrite = ({ method, url }: DestinationRequest): boolean => method === "POST" && url.pathname === "/v2/notes";

test("a note whose first try is taken up only after it was looked up is there twice until the next run, and then once", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startAttio(context);
  await populate(fake, config, tickets, "note");
  let isFirst = true;
  fake.faults = (request) => {
    if (!isFirst || !isNoteWrite(request)) return undefined;
    isFirst = false;
    return { kind: "late" };
  };
  const first = await run(config, toAttio(fake, { mode: "note" }));
  assert.equal(fake.workspace.notes.length, 4, "nothing came late, so nothing was proved");
  assert.deepEqual([first.exitCode, first.summary?.counts["sent"], first.summary?.counts["confirmed"]], [0, 1, 2]);
  const second = await run(config, toAttio(fake, { mode: "note" }));
  assert.deepEqual(noteFaults(fake, tickets), []);
  assert.deepEqual([second.summary?.sent, second.summary?.counts["confirmed"]], [0, 3]);
});

test("of two notes the one that somebody has written into since is left, and so is the other", async (context) => {
  const { config } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startAttio(context);
  await populate(fake, config, [ticket(0)], "note");
  let isFirst = true;
  fake.faults = (request) => {
    const fault = isFirst && isNoteWrite(request) ? ({ kind: "late" } as const) : undefined;
    isFirst &&= fault === undefined;
    return fault;
  };
  await run(config, toAttio(fake, { mode: "note" }));
  const [note] = fake.workspace.notes;
  assert.ok(note);
  fake.workspace.notes[0] = { ...note, content: `Called them.\n${note.content}` };
  assert.equal((await run(config, toAttio(fake, { mode: "note" }))).summary?.counts["confirmed"], 1);
  assert.equal(fake.workspace.notes.length, 2);
});

test("a contact who is merged after a note that nobody knows of gets no second one", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startAttio(context);
  await populate(fake, config, [ticket(0), ticket(1)], "note");
  fake.faults = (request) => {
    if (isNoteWrite(request)) return { kind: "cut", isDone: true };
    return fake.workspace.notes.length > 0 ? { kind: "status", status: 503 } : undefined;
  };
  assert.equal((await run(config, toAttio(fake, { mode: "note" }))).exitCode, 4);
  fake.faults = undefined;
  await replaceTickets(path, [ticket(0, { contact_id: "p1", contact_email: ticket(1).contact_email })]);
  assert.equal((await run(config, toAttio(fake, { mode: "note" }))).exitCode, 0);
  assert.equal(fake.workspace.notes.length, 1);
});

test("what was perhaps sent is looked up also when the contact has lost the email, and no person is needed", async (context) => {
  for (const mode of ["record", "note"] as const) {
    const { config, path } = await setUpWarehouse(context, [ticket(0)]);
    const fake = await startAttio(context);
    await populate(fake, config, [ticket(0)], mode);
    const isSent = (): boolean => fake.requests.writes > 0;
    fake.requests.writes = 0;
    fake.faults = ({ method, url }) => {
      if (method !== "GET" && !url.pathname.endsWith("/query")) return { kind: "cut", isDone: true };
      return isSent() ? { kind: "status", status: 503 } : undefined;
    };
    assert.equal((await run(config, toAttio(fake, { mode }))).exitCode, 4);
    fake.faults = undefined;
    await replaceTickets(path, [ticket(0, { contact_email: null })]);
    const ended = await run(config, toAttio(fake, { mode }));
    assert.deepEqual([ended.exitCode, ended.summary?.counts["confirmed"]], [0, 1], mode);
  }
});

test("without a list of the notes that are there none is written again", async (context) => {
  const { config } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startAttio(context);
  await populate(fake, config, [ticket(0)], "note");
  fake.faults = (request) => {
    if (isNoteWrite(request)) return { kind: "cut", isDone: true };
    return request.url.pathname === "/v2/notes" ? { kind: "status", status: 400 } : undefined;
  };
  assert.equal((await run(config, toAttio(fake, { mode: "note" }))).exitCode, 4);
  assert.equal(fake.workspace.notes.length, 1);
});
