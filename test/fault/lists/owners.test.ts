import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { withDuckDb } from "../../tools/duckdb-file.ts";
import { countOf, openWorkshop, rowsOf } from "../odd-workshop.ts";
import { type RunResult, rawSchema, type Workshop, type WorkshopOptions } from "../workshop.ts";
import { listFaults } from "./on-demand.ts";

// Which conversations' lists a run reads: those that were stored since the last one, however old their last change is.

const workspace: WorkshopOptions = {
  conversations: 120,
  tickets: 40,
  isWhole: true,
  accounts: 10,
  lonelyCompanies: 2,
  seed: 8,
};
const handling = { flags: { streams: "handling_events" } };

/** The conversations whose handling events are asked for from now on. */
function askedIn(workshop: Workshop): Set<string> {
  const asked = new Set<string>();
  workshop.fake.onRequest(({ route, path }) => {
    if (route === "GET /conversations/{id}/handling_events") asked.add(path.split("/")[2] ?? "");
  });
  return asked;
}

function letDaysPass(workshop: Workshop, days: number): void {
  workshop.clock.skip(days * 86_400_000);
  workshop.fake.world.time.touch();
}

async function done(run: Promise<RunResult>): Promise<RunResult> {
  const result = await run;
  assert.equal(result.exitCode, 0, String(result.error));
  return result;
}

/** A workshop whose conversations are stored, and have their handling events. */
async function openRead(context: TestContext, options: Partial<WorkshopOptions> = {}): Promise<Workshop> {
  const workshop = await openWorkshop(context, { ...workspace, ...options });
  await done(workshop.run());
  letDaysPass(workshop, 1);
  await done(workshop.run(handling));
  return workshop;
}

test("conversations that Intercom hid, and that come with old times, have their lists read", async (context) => {
  const scopes = ["conversations", "contacts", "companies", "admins", "teams", "tags", "segments"] as const;
  const workshop = await openRead(context, { scopes });
  const before = await workshop.storedIds();
  workshop.fake.permit("tickets");
  letDaysPass(workshop, 10);
  await done(workshop.run());
  const late = [...(await workshop.storedIds())].filter((id) => !before.has(id));
  assert.ok(late.length > 5, `${late.length} came late`);
  const asked = askedIn(workshop);
  await done(workshop.run(handling));
  assert.deepEqual(asked, new Set(late));
  assert.deepEqual(await listFaults(workshop, "handling_events"), []);
});

test("conversations of a back-fill, and one that was rejected at first, have their lists read", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const [rejected = ""] = workshop.fake.world.conversationIds();
  const bad = { kind: "status", code: 422, path: new RegExp(`^/conversations/${rejected}$`) } as const;
  workshop.fake.faults.add(bad);
  const recent = new Date((workshop.fake.world.time.now() - 200 * 86_400) * 1000).toISOString();
  await workshop.run({ flags: { since: recent } });
  const first = await workshop.storedIds();
  assert.ok(first.size > 10 && first.size < 90, `${first.size} at first`);
  workshop.fake.faults.clear();
  await done(workshop.run(handling));
  letDaysPass(workshop, 1);
  await done(workshop.run({ flags: { since: "2015-01-01" } }));
  assert.ok((await workshop.storedIds()).has(rejected));
  await done(workshop.run(handling));
  assert.deepEqual(await listFaults(workshop, "handling_events"), []);
});

test("in the same run as their conversations, lists are read once", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const both = { flags: { streams: "conversations,handling_events" } };
  const asked = askedIn(workshop);
  await done(workshop.run(both));
  assert.deepEqual(asked, await workshop.storedIds());
  letDaysPass(workshop, 1);
  const again = askedIn(workshop);
  await done(workshop.run(both));
  assert.equal(again.size, 0);
});

test("a cursor of another meaning, from an earlier version, leaves nothing out", async (context) => {
  const workshop = await openRead(context);
  await withDuckDb(workshop.duckdbPath, async (connection) => {
    await connection.run(`delete from ${rawSchema}.handling_events`);
    await connection.run(
      `update ${rawSchema}._loads set range_from = null, window_from = null, settled_to = null where stream = 'handling_events'`,
    );
  });
  letDaysPass(workshop, 1);
  await done(workshop.run(handling));
  assert.deepEqual(await listFaults(workshop, "handling_events"), []);
});

test("nothing new is no reason to say that the warehouse has no conversations, and the cursor goes on", async (context) => {
  const workshop = await openRead(context);
  letDaysPass(workshop, 5);
  await done(workshop.run());
  const asked = askedIn(workshop);
  const { notes } = await done(workshop.run(handling));
  assert.deepEqual([notes, asked.size], [[], 0]);
  const [[cursor] = []] = await rowsOf(
    workshop,
    "select epoch(max(window_to)) from raw._loads where stream = 'handling_events'",
  );
  const lag = workshop.fake.world.time.now() - Number(cursor);
  assert.ok(Math.abs(lag) < 60, `the cursor is ${lag} s behind`);
});

test("a run with --since reads what changed since then, also what was read before", async (context) => {
  const workshop = await openRead(context);
  const [[since] = []] = await rowsOf(workshop, "select epoch(quantile_disc(updated_at, 0.5)) from raw.conversations");
  const changed = await rowsOf(
    workshop,
    `select distinct id from raw.conversations where epoch(updated_at) >= ${Number(since)}`,
  );
  const asked = askedIn(workshop);
  await done(workshop.run({ flags: { ...handling.flags, since: new Date(Number(since) * 1000).toISOString() } }));
  assert.deepEqual(asked, new Set(changed.flat().map(String)));
});

test("a first run with --since stays the start, and the next one reads only what is new", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await done(workshop.run());
  letDaysPass(workshop, 1);
  const [[since] = []] = await rowsOf(workshop, "select epoch(quantile_disc(updated_at, 0.5)) from raw.conversations");
  await done(workshop.run({ flags: { ...handling.flags, since: new Date(Number(since) * 1000).toISOString() } }));
  letDaysPass(workshop, 1);
  const asked = askedIn(workshop);
  await done(workshop.run(handling));
  assert.equal(asked.size, 0);
  await done(workshop.run({ flags: { ...handling.flags, since: "2015-01-01" } }));
  assert.deepEqual(asked, await workshop.storedIds());
});

test("a start in the future is refused", async (context) => {
  const workshop = await openRead(context);
  const run = await workshop.run({ flags: { ...handling.flags, since: "2199-01-01" } });
  assert.equal(run.exitCode, 2);
  assert.match(String(run.error), /--since is in the future/);
});

test("a list that failed is asked for again by the runs of two days, and then stored", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await done(workshop.run());
  letDaysPass(workshop, 1);
  const [[id] = []] = await rowsOf(workshop, "select min(id) from raw.conversations");
  const path = new RegExp(`^/conversations/${id}/handling_events$`);
  workshop.fake.faults.add({ kind: "status", code: 500, path });
  assert.equal((await workshop.run(handling)).exitCode, 6);
  assert.equal(await countOf(workshop, `_rejected where record_id = '${id}'`), 1);
  letDaysPass(workshop, 1);
  workshop.fake.faults.clear();
  const asked = askedIn(workshop);
  await done(workshop.run(handling));
  assert.deepEqual(asked, new Set([String(id)]));
  assert.deepEqual(await listFaults(workshop, "handling_events"), []);
});
