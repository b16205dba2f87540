import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { NotFoundError } from "../../../loader/errors.ts";
import type { SearchQuery } from "../../../loader/extract/routes.ts";
import { ticketTombstone } from "../../../loader/extract/rows.ts";
import { RunIssues } from "../../../loader/sync/issues.ts";
import { readSyncOptions } from "../../../loader/sync/options.ts";
import { Progress } from "../../../loader/sync/progress.ts";
import type { Run } from "../../../loader/sync/run.ts";
import { ServiceHealth } from "../../../loader/sync/service-health.ts";
import { reconcile } from "../../../loader/sync/threads/reconciliation.ts";
import type { ThreadStream } from "../../../loader/sync/threads/stream.ts";
import { TakenThreads } from "../../../loader/sync/threads/taken.ts";
import { scalars, setUp, workspaceId } from "../../load/duckdb/setting.ts";
import { readDuckDb } from "../../tools/duckdb-file.ts";

const now = Date.parse("2026-06-01T00:00:00Z") / 1000;
const start = now - 300 * 86_400;
const perPageMax = 150;

type Ticket = { readonly id: string; readonly createdAt: number };

/** So many tickets, `gap` seconds apart, that the warehouse has; Intercom lacks some. */
function tickets(count: number, gap: number): Ticket[] {
  return Array.from({ length: count }, (_, index) => ({ id: String(9e15 + index), createdAt: start + index * gap }));
}

type Desk = { readonly there: readonly Ticket[]; readonly isStrict?: boolean };

/** Reconciles what is stored with what Intercom has; the requests that it took, and the tickets that count as deleted. */
async function reconciled(context: TestContext, stored: readonly Ticket[], { there, isStrict = false }: Desk) {
  const { warehouse, spool, path } = await setUp(context);
  let requests = 0;
  const ids = new Set(there.map(({ id }) => id));
  const stream: ThreadStream = {
    name: "tickets",
    noun: "ticket",
    searchPath: "/tickets/search",
    pagesPerWindow: 20,
    search: async (_routes, query, place, _limit, perPage = perPageMax) => {
      requests += 1;
      const [from, to] = boundsOf(query, isStrict);
      const found = there.filter(({ createdAt }) => createdAt >= from && createdAt <= to);
      const offset = Number(place["starting_after"] ?? 0);
      const end = offset + perPage;
      const next = end < found.length ? { starting_after: String(end) } : undefined;
      return { items: found.slice(offset, end), total: found.length, next, requestedAtSeconds: now };
    },
    referenceOf: (record) => ({ id: (record as Ticket).id, updatedAt: now }), // as the search above makes them
    foundRows: () => undefined,
    retrieve: async (_routes, id) => {
      requests += 1;
      if (!ids.has(id)) throw new NotFoundError("not found", 404, "not_found", now);
    },
    withoutListed: async (_run, notFound) => notFound,
    deletion: { table: "tickets", row: ticketTombstone },
    recordsUnseen: false,
  };
  const { signal } = new AbortController();
  const effects = { now: () => now * 1000, sleep: async () => undefined, random: () => 0, log: () => undefined };
  const issues = new RunIssues();
  const run = {
    workspaceId,
    startedAtSeconds: now,
    serverSeconds: () => now,
    options: readSyncOptions({}),
    health: new ServiceHealth({ effects, signal, probe: async () => ({ hasWaited: false }) }),
    warehouse,
    spool,
    effects,
    progress: new Progress(),
    issues,
    fail: (error: unknown) => assert.fail(String(error)),
    signal,
  } as unknown as Run; // The stream above needs no routes.
  const byId = new Map(stored.map(({ id, createdAt }) => [id, createdAt]));
  await reconcile(run, stream, { stored: byId, taken: new TakenThreads(), rangeFrom: 0 });
  await warehouse.close();
  const deleted = await readDuckDb(path, (connection) =>
    scalars(connection, "select id from intercom_raw.tickets where is_deleted order by id"),
  );
  return { requests, deleted: deleted.flat(), notes: issues.notes };
}

function boundsOf(query: SearchQuery, isStrict: boolean): readonly [number, number] {
  const conditions = Array.isArray(query.value) ? (query.value as SearchQuery[]) : [];
  const boundOf = (operator: string): number =>
    Number(
      conditions.find((each) => "field" in each && each.field === "created_at" && each.operator === operator)?.value,
    );
  return [boundOf(">") + Number(isStrict), boundOf("<") - Number(isStrict)];
}

for (const isStrict of [false, true]) {
  for (const place of [0, 1, 9_999, 19_999]) {
    test(`one deletion among 20,000 tickets, the ${place}th, costs at most 12 requests (strict bounds: ${isStrict})`, async (context) => {
      const stored = tickets(20_000, 1200);
      const gone = stored[place];
      const { requests, deleted } = await reconciled(context, stored, {
        there: stored.filter((ticket) => ticket !== gone),
        isStrict,
      });
      assert.deepEqual(deleted, [gone?.id]);
      assert.ok(requests <= 12, `${requests} requests`);
    });
  }
}

test("equal counts cost one request", async (context) => {
  const stored = tickets(20_000, 1200);
  assert.deepEqual(await reconciled(context, stored, { there: stored }), { requests: 1, deleted: [], notes: [] });
});

test("tickets of one bulk import have no quiet second between them: they are read page by page", async (context) => {
  const stored = tickets(2000, 1);
  const { requests, deleted } = await reconciled(context, stored, { there: stored.slice(0, -1) });
  assert.deepEqual(deleted, [stored.at(-1)?.id]);
  assert.ok(requests <= 1 + Math.ceil(2000 / perPageMax) + 2, `${requests} requests`);
});

test("deletions in many places are all found", async (context) => {
  const stored = tickets(5000, 1200);
  const there = stored.filter((_, index) => index % 500 !== 7);
  const { deleted } = await reconciled(context, stored, { there });
  assert.equal(deleted.length, 10);
});

test("when the search has nothing at all, a few 404s are enough to doubt it", async (context) => {
  const { requests, deleted, notes } = await reconciled(context, tickets(5000, 1200), { there: [] });
  assert.deepEqual([deleted, notes], [[], []]);
  assert.ok(requests <= 1 + 2 * 20, `${requests} requests`);
});

test("two tickets that are all there were can be deleted", async (context) => {
  assert.equal((await reconciled(context, tickets(2, 1200), { there: [] })).deleted.length, 2);
});

test("tickets of the last hour are not compared: the search may show them late", async (context) => {
  const late = { id: "1", createdAt: now - 3000 };
  const { requests, deleted } = await reconciled(context, [...tickets(20, 1200), late], { there: tickets(20, 1200) });
  assert.deepEqual([requests, deleted], [1, []]);
});
