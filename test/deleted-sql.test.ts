import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type DeletionKind, deletedCtes } from "../loader/deleted-sql.ts";
import { isOfCompleteLoad } from "../loader/sql.ts";

/** Moments are the hours of a day. */
type Rows = {
  readonly deletions?: readonly (readonly [id: string, deletedAt: number | null, fetchedAt: number, load?: string])[];
  readonly conversations?: readonly (readonly [id: string, fetchedAt: number, load?: string])[];
};

const kinds: readonly DeletionKind[] = ["listed", "listed or not found", "not found"];
const complete = "complete";

async function setUp(context: TestContext): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  context.after(() => {
    connection.closeSync();
    instance.closeSync();
  });
  await connection.run(`
    create table _loads (_load_id varchar, status varchar);
    insert into _loads values ('${complete}', 'complete'), ('started', 'started');
    create table deleted_conversations (id varchar, deleted_at timestamp, _fetched_at timestamp, _load_id varchar, _workspace_id varchar);
    create table conversations (id varchar, _fetched_at timestamp, _load_id varchar, _workspace_id varchar)`);
  return connection;
}

/** The deleted conversations by each kind of rule, as `id`, with `*` behind the ids of stored ones. */
async function deletedBy(context: TestContext, rows: Rows, workspaces: readonly string[] = ["w1", "w1"]) {
  const connection = await setUp(context);
  const at = (hour: number | null): string =>
    hour === null ? "null" : `timestamp '2026-01-05' + interval ${hour} hour`;
  const [ofDeletions, ofConversations] = workspaces;
  for (const [id, deletedAt, fetchedAt, load = complete] of rows.deletions ?? [])
    await connection.run(
      `insert into deleted_conversations values ('${id}', ${at(deletedAt)}, ${at(fetchedAt)}, '${load}', '${ofDeletions}')`,
    );
  for (const [id, fetchedAt, load = complete] of rows.conversations ?? [])
    await connection.run(
      `insert into conversations values ('${id}', ${at(fetchedAt)}, '${load}', '${ofConversations}')`,
    );
  const counted = (table: string): string => `${table} where ${isOfCompleteLoad("_loads")}`;
  const found: Partial<Record<DeletionKind, readonly string[]>> = {};
  for (const kind of kinds) {
    const reader = await connection.runAndReadAll(
      `with ${deletedCtes(counted, kind)} select id || case when is_stored then '*' else '' end from deleted order by id`,
    );
    found[kind] = reader.getRows().map(([id]) => String(id));
  }
  return found;
}

test("a listed conversation is deleted, whether or not it is stored", async (context) => {
  const rows: Rows = {
    deletions: [
      ["a", 9, 10],
      ["b", 9, 10],
    ],
    conversations: [["b", 8]],
  };
  assert.deepEqual(await deletedBy(context, rows), {
    listed: ["a", "b*"],
    "listed or not found": ["a", "b*"],
    "not found": [],
  });
});

test("a conversation that answered 404 and is not listed is deleted for whoever must not tell of it", async (context) => {
  const rows: Rows = { deletions: [["a", null, 10]], conversations: [["a", 8]] };
  assert.deepEqual(await deletedBy(context, rows), {
    listed: [],
    "listed or not found": ["a*"],
    "not found": ["a*"],
  });
});

test("a conversation that was retrieved after its deletion is alive; in the very second of it, it is deleted", async (context) => {
  const rows: Rows = {
    deletions: [
      ["after", 9, 12],
      ["same second", 9, 12],
      ["404, seen since", null, 9],
      ["404, same second", null, 9],
    ],
    conversations: [
      ["after", 10],
      ["same second", 9],
      ["404, seen since", 10],
      ["404, same second", 9],
    ],
  };
  assert.deepEqual(await deletedBy(context, rows), {
    listed: ["same second*"],
    "listed or not found": ["404, same second*", "same second*"],
    "not found": ["404, same second*"],
  });
});

test("the newest deletion and the newest retrieval count, in whatever order their rows came", async (context) => {
  const rows: Rows = {
    deletions: [
      ["deleted again", 12, 13],
      ["deleted again", 9, 9],
      ["back again", 9, 9],
    ],
    conversations: [
      ["deleted again", 10],
      ["deleted again", 8],
      ["back again", 11],
      ["back again", 8],
    ],
  };
  assert.deepEqual(await deletedBy(context, rows), {
    listed: ["deleted again*"],
    "listed or not found": ["deleted again*"],
    "not found": [],
  });
});

test("a 404 after a listed deletion and a retrieval makes it deleted only for whoever must not tell of it", async (context) => {
  const rows: Rows = {
    deletions: [
      ["a", 9, 9],
      ["a", null, 12],
    ],
    conversations: [["a", 10]],
  };
  assert.deepEqual(await deletedBy(context, rows), {
    listed: [],
    "listed or not found": ["a*"],
    "not found": ["a*"],
  });
});

test("rows of loads that are not complete count neither as a deletion nor as a retrieval", async (context) => {
  const rows: Rows = {
    deletions: [
      ["only there", 9, 10, "started"],
      ["listed", 9, 10],
    ],
    conversations: [["listed", 11, "started"]],
  };
  assert.deepEqual(await deletedBy(context, rows), {
    listed: ["listed"],
    "listed or not found": ["listed"],
    "not found": [],
  });
});

test("a retrieval in one workspace does not bring back the same id of another", async (context) => {
  const rows: Rows = { deletions: [["a", 9, 10]], conversations: [["a", 11]] };
  assert.deepEqual((await deletedBy(context, rows, ["w1", "w2"])).listed, ["a"]);
});
