import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { differencesOfCopy } from "./built-copy.ts";
import { runDbt } from "./command.ts";
import { insertRow, makeRawWarehouse, type RawRows, readRows } from "./raw-warehouse.ts";

type Listed = { readonly type: "ticket" | "conversation"; readonly id: string; readonly category?: string };

// The first load is older than `vars: late_load_minutes` when the second one comes, and the second when the third comes.
const first = "2026-01-02 00:00:00";
const second = "2026-01-04 00:00:00";
const third = "2026-01-06 00:00:00";
const selection = ["--select", "+conversation_metrics", "+tickets"];

/** Each of these names a ticket of its own number, and no other conversation does. Tests go on where the one before ended. */
describe("a conversation that names a back-office ticket", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "internal-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, firstRows());
    await build();
  });

  after(() => rm(workFolder, { recursive: true }));

  it("is that ticket while nothing else is known", async () => {
    assert.deepEqual(await conversations(), ["became-a-task", "plain", "unlinked"]);
  });

  it("comes back, and goes, as later loads tell", async () => {
    await load(second, {
      tickets: [
        // The ticket is linked to the conversation, so it is another record.
        ticket("777", "Back-office", second, [{ type: "conversation", id: "linked-later" }]),
        // Its list is complete and lacks the conversation now: the link ended, and the two stay two records.
        ticket("780", "Back-office", second, []),
        ticket("781", "Back-office", second, []),
      ],
      // The type that the conversation names is no longer known by this name.
      ticket_types: [type("3", "Chore", "Back-office", second)],
      // An older conversation is the ticket, and a ticket is one conversation.
      conversations: [conversation("older", "779", second, { created_at: "2025-12-31 00:00:00" })],
    });
    await build();
    const expected = ["linked-later", "of-a-renamed-type", "plain", "second-to-name-it", "unlinked"];
    assert.deepEqual(await conversations(), expected);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("stays a conversation when both no longer list each other", async () => {
    await load(third, {
      tickets: [ticket("777", "Back-office", third, [])],
      conversations: [conversation("unlinked", "780", third, {}, [])],
    });
    await build();
    const expected = ["linked-later", "of-a-renamed-type", "plain", "second-to-name-it", "unlinked"];
    assert.deepEqual(await conversations(), expected);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  async function load(at: string, rows: RawRows): Promise<void> {
    await withDuckDb(duckdbPath, async (connection) => {
      await insertRow(connection, "_loads", complete(at));
      for (const table of ["tickets", "ticket_types", "conversations"] as const)
        for (const row of rows[table] ?? []) await insertRow(connection, table, row);
    });
  }

  async function build(path = duckdbPath, flags: readonly string[] = []): Promise<void> {
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: path };
    const run = await runDbt(["run", ...selection, ...flags], workFolder, environment);
    assert.equal(run.exitCode, 0, run.output);
  }

  async function conversations(): Promise<unknown[]> {
    const rows = await readRows(
      duckdbPath,
      "select conversation_id as id from intercom.conversation_metrics order by 1",
    );
    return rows.map((row) => Object(row).id);
  }

  function differencesFromFullBuild(): Promise<string[]> {
    return differencesOfCopy(duckdbPath, join(workFolder, "full"), (path) => build(path, ["--full-refresh"]));
  }
});

function firstRows(): RawRows {
  const linked: Listed = { type: "ticket", id: "780", category: "Back-office" };
  return {
    _loads: [complete(first), complete("2026-01-03 00:00:00")],
    conversations: [
      conversation("linked-later", "777", first, { category: "Back-office" }),
      conversation("of-a-renamed-type", "778", first, { type: "Task" }),
      conversation("second-to-name-it", "779", first),
      conversation("unlinked", "780", first, {}, [linked]),
      conversation("became-a-task", "781", first),
      // The newest row that is built: whatever was loaded long before it has been built already.
      conversation("plain", null, "2026-01-03 00:00:00"),
    ],
    tickets: [
      ticket("779", "Back-office", first, []),
      ticket("780", "Back-office", first, [{ type: "conversation", id: "unlinked" }]),
    ],
    ticket_types: [type("3", "Task", "Back-office", first)],
  };
}

function complete(at: string): RawRow {
  return { _load_id: at, _workspace_id: "w", stream: "conversations", status: "complete", _loaded_at: at };
}

function provenance(at: string): RawRow {
  return { _workspace_id: "w", _load_id: at, _fetched_at: at, _loaded_at: at };
}

function conversation(
  id: string,
  named: string | null,
  at: string,
  given: { readonly category?: string; readonly type?: string; readonly created_at?: string } = {},
  links: readonly Listed[] | null = null,
): RawRow {
  const { category = null, type = null, created_at = "2026-01-01 00:00:00" } = given;
  return {
    id,
    state: "open",
    created_at,
    updated_at: at,
    payload: {
      source: { id: "s", delivered_as: "customer_initiated", author: { type: "user", id: "p1" } },
      ticket: named === null ? null : { type: "ticket", id: named, ticket_type: type },
      custom_attributes: category === null ? {} : { "Ticket category": category },
      linked_objects: links === null ? null : listOf(links),
      conversation_parts: { total_count: 0 },
    },
    ...provenance(at),
  };
}

function ticket(id: string, category: string, at: string, links: readonly Listed[]): RawRow {
  return {
    id,
    created_at: "2026-01-01 00:00:00",
    updated_at: at,
    state_category: "submitted",
    is_deleted: false,
    payload: {
      type: "ticket",
      id,
      category,
      open: true,
      ticket_parts: { total_count: 0 },
      linked_objects: listOf(links),
    },
    ...provenance(at),
  };
}

function type(id: string, name: string, category: string, at: string): RawRow {
  return { id, payload: { id, name, category }, _payload_hash: `${name} ${category}`, ...provenance(at) };
}

function listOf(links: readonly Listed[]): Exclude<RawRow[string], undefined> {
  return { type: "list", data: links, total_count: links.length, has_more: false };
}
