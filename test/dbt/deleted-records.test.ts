import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow, RawTableName } from "../../loader/load/raw-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { differencesOfCopy, withoutTests } from "./built-copy.ts";
import { runDbt } from "./command.ts";
import { insertRow, makeRawWarehouse, readRows } from "./raw-warehouse.ts";

const workspace = "w";
const selection = ["--select", "+conversation_metrics", "+conversations", "+tickets", "+trackers", "+sync_health"];
const streams = ["conversations", "tickets", "ticket_parts"];

type Entry = readonly [table: RawTableName, row: RawRow];

/** Tests go on where the one before ended: records are deleted on the third, and some are back on the fourth. */
describe("records that name others", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "deleted-records-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, {});
    await loadAndBuild(2, asFound(2));
  });

  after(() => rm(workFolder, { recursive: true }));

  it("name them while they are there, and none that was never loaded", async () => {
    assert.deepEqual(await conversations(), [
      { id: "became", ticket: "request", category: "Customer" },
      { id: "linked", ticket: null, category: null },
      { id: "linked too", ticket: null, category: null },
      { id: "linked twice", ticket: "older", category: "Customer" },
      { id: "listed", ticket: "listed", category: "Customer" },
      { id: "names a task", ticket: null, category: null },
      { id: "unknown", ticket: "unknown", category: null },
    ]);
    assert.deepEqual(await tickets(), [
      { id: "bug", source: null, links: ["became", "linked", "linked too"] },
      { id: "listed", source: "listed", links: [] },
      { id: "listed bug", source: null, links: [] },
      { id: "older", source: "linked twice", links: [] },
      { id: "request", source: "became", links: [] },
      { id: "task", source: null, links: ["names a task"] },
      { id: "younger", source: null, links: ["linked twice"] },
    ]);
    assert.deepEqual(await waiting(), [
      { conversation: "became", ticket: "request" },
      { conversation: "linked", ticket: null },
      { conversation: "linked too", ticket: null },
    ]);
    assert.equal(await leftOut(), "1");
  });

  it("name none that is deleted, and a deleted ticket is no conversation", async () => {
    await loadAndBuild(3, [
      ...["request", "listed", "listed bug", "unknown", "older", "task"].map((id) => tombstone(3, id)),
      ["deleted_conversations", { id: "linked too", deleted_at: at(3), payload: {}, ...provenance(3) }],
    ]);
    assert.deepEqual(await conversations(), [
      { id: "became", ticket: null, category: null },
      { id: "linked", ticket: null, category: null },
      { id: "linked twice", ticket: "younger", category: "Customer" },
      // The task is about the conversation, and another record: the conversation stays.
      { id: "names a task", ticket: null, category: null },
    ]);
    assert.deepEqual(await tickets(), [
      { id: "bug", source: null, links: ["became", "linked"] },
      { id: "younger", source: "linked twice", links: [] },
    ]);
    assert.deepEqual(await waiting(), [
      { conversation: "became", ticket: null },
      { conversation: "linked", ticket: null },
    ]);
    assert.equal(await leftOut(), "0");
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("name them again, when they are back", async () => {
    const isBack = (id: unknown): boolean => ["request", "listed", "listed bug", "older", "task"].includes(String(id));
    const found = asFound(4).filter(([table, { id }]) => table === "tickets" && isBack(id));
    await loadAndBuild(4, [
      ...found,
      conversation(4, "unknown", named("unknown")),
      conversation(4, "linked too", linkedTo()),
    ]);
    assert.deepEqual(await conversations(), [
      { id: "became", ticket: "request", category: "Customer" },
      { id: "linked", ticket: null, category: null },
      { id: "linked too", ticket: null, category: null },
      { id: "linked twice", ticket: "older", category: "Customer" },
      { id: "listed", ticket: "listed", category: "Customer" },
      { id: "names a task", ticket: null, category: null },
      // Intercom showed the conversation after its ticket answered 404: it exists, and the ticket is still not there.
      { id: "unknown", ticket: null, category: null },
    ]);
    const bug = (await tickets()).find((row) => Object(row).id === "bug");
    assert.deepEqual(bug, { id: "bug", source: null, links: ["became", "linked"] });
    assert.equal(await leftOut(), "1");
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  /** Stores the records of a day of January in one load, and builds by increments. */
  async function loadAndBuild(day: number, entries: readonly Entry[]): Promise<void> {
    await withDuckDb(duckdbPath, async (connection) => {
      for (const stream of streams) {
        const load = { _workspace_id: workspace, _load_id: `load ${day}`, stream, status: "complete" };
        await insertRow(connection, "_loads", { ...load, _loaded_at: at(day) });
      }
      for (const [table, row] of entries) await insertRow(connection, table, row);
    });
    await build();
  }

  async function build(path = duckdbPath, flags: readonly string[] = []): Promise<void> {
    const scope = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", ...selection];
    const built = await runDbt(["build", ...scope, ...flags], workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: path });
    assert.equal(built.exitCode, 0, built.output);
  }

  function differencesFromFullBuild(): Promise<string[]> {
    return differencesOfCopy(duckdbPath, join(workFolder, "full"), (path) => build(path, withoutTests));
  }

  function conversations(): Promise<unknown[]> {
    return rows("conversation_id as id, ticket_id as ticket, ticket_category as category", "conversation_metrics");
  }

  function tickets(): Promise<unknown[]> {
    return rows("ticket_id as id, source_conversation_id as source, linked_conversation_ids as links", "tickets");
  }

  function waiting(): Promise<unknown[]> {
    return rows("conversation_id as conversation, customer_ticket_id as ticket", "tracker_conversations");
  }

  async function leftOut(): Promise<unknown> {
    const [row] = await rows("tickets_left_out", "sync_health where stream = 'conversations'");
    return Object(row).tickets_left_out;
  }

  function rows(columns: string, from: string): Promise<unknown[]> {
    return readRows(duckdbPath, `select ${columns} from intercom.${from} order by 1`);
  }
});

/** Everything that there is before anything is deleted. */
function asFound(day: number): readonly Entry[] {
  return [
    conversation(day, "became", { ...named("request"), ...linkedTo(["bug", "Tracker"]) }),
    conversation(day, "linked", linkedTo(["bug", "Tracker"])),
    conversation(day, "linked too", linkedTo(["bug", "Tracker"])),
    conversation(day, "linked twice", linkedTo(["older", "Customer"], ["younger", "Customer"])),
    conversation(day, "names a task", { ...named("task"), ...linkedTo(["task", "Back-office"]) }),
    // Tickets that Intercom lists as conversations, under their own ids.
    conversation(day, "listed", named("listed")),
    conversation(day, "listed bug", named("listed bug")),
    conversation(day, "unknown", named("unknown")),
    ticket(day, "request", "Customer"),
    ticket(day, "bug", "Tracker", ["became", "linked", "linked too", "never loaded", "listed bug"]),
    ticket(day, "listed", "Customer"),
    ticket(day, "listed bug", "Tracker"),
    ticket(day, "older", "Customer", [], 1),
    ticket(day, "younger", "Customer", [], 2),
    ticket(day, "task", "Back-office"),
  ];
}

function conversation(day: number, id: string, payload: Readonly<Record<string, unknown>> = {}): Entry {
  const source = { type: "conversation", id: `s ${id}`, author: { type: "user", id: "p" } };
  const whole = { id, source, ...payload };
  return ["conversations", record(day, id, { state: "open", created_at: "2026-01-01 00:00:00", payload: whole })];
}

function ticket(day: number, id: string, category: string, links: readonly string[] = [], minute = 0): Entry {
  const data = links.map((each) => ({ type: "conversation", id: each }));
  // Conversations that name the ticket tell the rest: the list is not whole.
  const payload = { id, category, linked_objects: { data, total_count: data.length + 1, has_more: true } };
  const created_at = `2026-01-01 00:0${minute}:00`;
  return ["tickets", record(day, id, { created_at, state_category: "submitted", is_deleted: false, payload })];
}

function tombstone(day: number, id: string): Entry {
  return ["tickets", { id, is_deleted: true, payload: { type: "ticket", id, deleted: true }, ...provenance(day) }];
}

function named(ticketId: string): Readonly<Record<string, unknown>> {
  return { ticket: { type: "ticket", id: ticketId } };
}

function linkedTo(...links: readonly (readonly [id: string, category: string])[]): Readonly<Record<string, unknown>> {
  const data = links.map(([id, category]) => ({ type: "ticket", id, category }));
  return { linked_objects: { data, total_count: data.length, has_more: false } };
}

function record(day: number, id: string, columns: RawRow): RawRow {
  return { id, updated_at: "2026-01-01 00:10:00", ...columns, ...provenance(day) };
}

function provenance(day: number): RawRow {
  return { _workspace_id: workspace, _load_id: `load ${day}`, _fetched_at: at(day), _loaded_at: at(day) };
}

function at(day: number): string {
  return `2026-01-0${day} 00:00:00`;
}
