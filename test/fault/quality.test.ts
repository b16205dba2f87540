import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { rawSchema, Workshop } from "./workshop.ts";

// What QA found comes with the search alone, and goes into the row of its conversation.

const workspace = { conversations: 300, accounts: 10, lonelyCompanies: 2, seed: 5, isWhole: true };

type Found = { readonly monitor_evaluations: unknown; readonly scorecards: unknown };

async function setUp(context: TestContext): Promise<Workshop> {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  return workshop;
}

/** What the newest row of each conversation has, by id. */
function stored(workshop: Workshop): Promise<Map<string, Found>> {
  return readDuckDb(workshop.duckdbPath, async (connection) => {
    const read = await connection.runAndReadAll(`
      select id, monitor_evaluations, scorecards from ${rawSchema}.conversations
      qualify row_number() over (partition by id order by updated_at desc, _fetched_at desc) = 1`);
    const parsed = (value: unknown): unknown => (value === null ? null : JSON.parse(String(value)));
    return new Map(
      read
        .getRows()
        .map(([id, monitors, scorecards]) => [
          String(id),
          { monitor_evaluations: parsed(monitors), scorecards: parsed(scorecards) },
        ]),
    );
  });
}

/** What the search says of every conversation, by id. */
async function searched(workshop: Workshop): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  let cursor: string | undefined;
  do {
    const pagination = cursor === undefined ? { per_page: 150 } : { per_page: 150, starting_after: cursor };
    const answer = await fetch(
      `${workshop.fake.url}/conversations/search?include_monitors=true&include_scorecards=true`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${workshop.fake.token}`, "intercom-version": "2.16" },
        body: JSON.stringify({ query: { field: "updated_at", operator: ">", value: 0 }, pagination }),
      },
    );
    const page = (await answer.json()) as {
      readonly conversations: readonly (Found & { readonly id: string })[];
      readonly pages: { readonly next?: { readonly starting_after: string } | null };
    };
    for (const { id, monitor_evaluations, scorecards } of page.conversations)
      found.set(id, { monitor_evaluations, scorecards });
    cursor = page.pages.next?.starting_after;
  } while (cursor !== undefined);
  return found;
}

test("each conversation has what the search says of it, by no further request", async (context) => {
  const workshop = await setUp(context);
  const run = await workshop.run({ flags: { streams: "conversations" } });
  const truth = await searched(workshop);
  assert.deepEqual(await stored(workshop), truth);
  assert.ok([...truth.values()].some(({ scorecards }) => Array.isArray(scorecards) && scorecards.length > 0));
  assert.ok(run.requests <= 1.03 * truth.size + 10, `${run.requests} requests`);
  assert.deepEqual(run.notes, []);
});

test("an evaluation that leaves updated_at alone comes with the next search that shows it", async (context) => {
  const workshop = await setUp(context);
  await workshop.run({ flags: { streams: "conversations" } });
  const before = await stored(workshop);
  workshop.fake.advance(30 * 86_400);
  workshop.threadRequests.clear();
  await workshop.run({ flags: { streams: "conversations", searchAgain: true } });
  const truth = await searched(workshop);
  const evaluated = [...truth].filter(([id, found]) => JSON.stringify(found) !== JSON.stringify(before.get(id)));
  assert.ok(evaluated.length > 0, "the world has new evaluations");
  assert.deepEqual(await stored(workshop), truth);
  const changed = [...workshop.threadRequests.keys()].length;
  assert.ok(changed < truth.size / 2, `${changed} of ${truth.size} were retrieved again`);
});

/** Lets the search refuse the flags of QA, this often in a row. */
function refuseFlags(workshop: Workshop, code: number, times: number): void {
  const body = { type: "error.list", errors: [{ code: "parameter_invalid", message: "include_monitors" }] };
  workshop.fake.faults.add({ kind: "status", code, body, route: "POST /conversations/search", times });
}

for (const code of [400, 403, 422]) {
  test(`a search that refuses the flags of QA with ${code} is asked without them, and the summary says so`, async (context) => {
    const workshop = await setUp(context);
    refuseFlags(workshop, code, 2);
    const run = await workshop.run({ flags: { streams: "conversations" } });
    assert.equal(run.exitCode, 0);
    assert.match(run.notes.join(" "), /no results of QA monitors and scorecards/);
    const rows = [...(await stored(workshop)).values()];
    assert.ok(rows.length > 200);
    assert.ok(rows.every(({ scorecards }) => scorecards === null));
  });

  test(`a search that is refused once with ${code} keeps the flags of QA`, async (context) => {
    const workshop = await setUp(context);
    refuseFlags(workshop, code, 1);
    const run = await workshop.run({ flags: { streams: "conversations" } });
    assert.deepEqual([run.exitCode, run.notes], [0, []]);
    assert.deepEqual(await stored(workshop), await searched(workshop));
  });
}

test("findings that a run could not get come with the next search of their conversations", async (context) => {
  const workshop = await setUp(context);
  refuseFlags(workshop, 400, 2);
  await workshop.run({ flags: { streams: "conversations" } });
  workshop.fake.advance(60);
  workshop.threadRequests.clear();
  await workshop.run({ flags: { streams: "conversations", searchAgain: true } });
  const truth = await searched(workshop);
  const withFindings = [...truth].filter(([, found]) => findingsOf(found) > 0).map(([id]) => id);
  const newest = await stored(workshop);
  for (const id of withFindings) assert.deepEqual(newest.get(id), truth.get(id));
  const requested = [...workshop.threadRequests.keys()];
  assert.ok(withFindings.length > 0);
  assert.deepEqual(
    requested.toSorted(),
    withFindings.toSorted(),
    "only conversations with findings are retrieved again",
  );
  workshop.threadRequests.clear();
  await workshop.run({ flags: { streams: "conversations", searchAgain: true } });
  assert.deepEqual([...workshop.threadRequests.keys()], []);
});

test("conversations of a list get their findings with the next search", async (context) => {
  const workshop = await setUp(context);
  await workshop.run({ flags: { streams: "conversations", list: true } });
  workshop.fake.advance(60);
  await workshop.run({ flags: { streams: "conversations", searchAgain: true } });
  const newest = await stored(workshop);
  for (const [id, found] of await searched(workshop))
    if (findingsOf(found) > 0) assert.deepEqual(newest.get(id), found);
});

test("a conversation that is requested again after a failure has its findings", async (context) => {
  const workshop = await setUp(context);
  const truth = await searched(workshop);
  const withFindings = [...truth].filter(([, found]) => findingsOf(found) > 0).map(([id]) => id);
  const failing = withFindings.slice(0, 3);
  for (const id of failing)
    workshop.fake.faults.add({ kind: "status", code: 500, path: new RegExp(`^/conversations/${id}$`) });
  await workshop.run({ flags: { streams: "conversations" } });
  for (const id of failing) assert.ok(!(await stored(workshop)).has(id));
  workshop.fake.faults.clear();
  await workshop.run({ flags: { streams: "conversations" } });
  const newest = await stored(workshop);
  for (const id of failing) assert.deepEqual(newest.get(id), truth.get(id));
});

test("a conversation is retrieved again although the search for its findings fails", async (context) => {
  const workshop = await setUp(context);
  const [failing] = [...(await searched(workshop)).keys()];
  workshop.fake.faults.add({ kind: "status", code: 500, path: new RegExp(`^/conversations/${failing}$`) });
  await workshop.run({ flags: { streams: "conversations" } });
  workshop.fake.faults.clear();
  // The first search is of what changed, the second of findings.
  const body = { type: "error.list", errors: [{ code: "parameter_invalid", message: "id" }] };
  workshop.fake.faults.add({ kind: "status", code: 400, body, route: "POST /conversations/search", nth: 2, times: 9 });
  const run = await workshop.run({ flags: { streams: "conversations" } });
  assert.equal(run.exitCode, 0);
  assert.ok((await stored(workshop)).has(String(failing)));
});

test("a workspace without the search retrieves a conversation again by its list", async (context) => {
  const workshop = await setUp(context);
  const [failing] = [...(await searched(workshop)).keys()];
  const body = { type: "error.list", errors: [{ code: "api_plan_restricted", message: "Active subscription needed" }] };
  const noSearch = { kind: "status", code: 403, body, route: "POST /conversations/search" } as const;
  workshop.fake.faults.add(noSearch);
  workshop.fake.faults.add({ kind: "status", code: 500, path: new RegExp(`^/conversations/${failing}$`) });
  await workshop.run({ flags: { streams: "conversations", list: true } });
  assert.ok(!(await stored(workshop)).has(String(failing)));
  workshop.fake.faults.clear();
  workshop.fake.faults.add(noSearch);
  workshop.fake.advance(60);
  const run = await workshop.run({ flags: { streams: "conversations", list: true } });
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok((await stored(workshop)).has(String(failing)));
});

/** How many findings there are. */
function findingsOf({ monitor_evaluations, scorecards }: Found): number {
  return [monitor_evaluations, scorecards].flatMap((list) => (Array.isArray(list) ? list : [])).length;
}
