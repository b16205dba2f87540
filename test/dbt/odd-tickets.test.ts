import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt } from "./command.ts";
import { type Json, mutationsOf } from "./mutations.ts";
import { differencesFromOtherNullOrder } from "./null-order.ts";
import { makeRawWarehouse, type RawRows, readRows } from "./raw-warehouse.ts";
import { asObject, fetchedAt, listed, provenance } from "./rows-of-payloads.ts";
import { wholeTickets } from "./whole-tickets.ts";

// Two workspaces with the same records in them; in one of them also a copy of each record for each way in which it can be odd.
const odd = "odd";
const clean = "clean";
const models = [
  "--select",
  "+trackers",
  "+ticket_parts",
  "+sync_health",
  "+conversation_metrics",
  "+conversations",
  "+teammates",
  "+attribute_definitions",
];
const day = "2026-01-01";

/** What the loader may have stored beside a payload. */
const oddColumns: readonly RawRow[] = [
  { created_at: "1970-01-01 00:00:00" },
  { created_at: "9999-12-31 23:59:59", updated_at: "9999-12-31 23:59:59" },
  { updated_at: null },
  { state_category: "state_of_tomorrow" },
  { state_category: null },
  { body_text: " \u202e\u05d0 \n \u0000" },
  { is_deleted: null },
];

const mutations = {
  conversation: [...mutationsOf(wholeTickets.conversation)],
  ticket: [...mutationsOf(wholeTickets.ticket)],
  part: [...mutationsOf(wholeTickets.part)],
  type: [...mutationsOf(wholeTickets.type)],
  state: [...mutationsOf(wholeTickets.state)],
};

describe("a ticket's payload in which one thing is odd", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "odd-tickets-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, rawRows());
    const scope = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", ...models];
    const built = await runDbt(["build", ...scope], workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: duckdbPath });
    assert.equal(built.exitCode, 0, built.output);
  });

  after(() => rm(workFolder, { recursive: true }));

  for (const [mart, kind, idColumn] of [
    ["tickets", "ticket", "ticket_id"],
    ["ticket_parts", "part", "ticket_part_id"],
    ["conversation_metrics", "conversation", "conversation_id"],
  ] as const) {
    it(`is a row of ${mart} all the same`, async () => {
      const rows = await readRows(
        duckdbPath,
        `select ${idColumn} as id from intercom.${mart} where workspace_id = '${odd}' and starts_with(${idColumn}, '${kind} ')`,
      );
      const ids = new Set(rows.map((row) => Object(row).id));
      const missing = mutations[kind].filter((_, index) => !ids.has(`${kind} ${index}`));
      assert.deepEqual(
        missing.map(({ name }) => name),
        [],
      );
    });
  }

  it("defines the attributes of its type, where it names them", async () => {
    const rows = await readRows(
      duckdbPath,
      `select ticket_type_id as type, attribute_definition_id as id from intercom.attribute_definitions where workspace_id = '${odd}'`,
    );
    const types = new Set(rows.map((row) => Object(row).type));
    const without = mutations.type.filter((_, index) => !types.has(`type ${index}`)).map(({ name }) => name);
    assert.ok(
      without.every((name) => name.includes("ticket_type_attributes")),
      without.join(", "),
    );
    assert.ok(types.size > mutations.type.length / 2, `attributes of ${types.size} types`);
    assert.ok(rows.every((row) => typeof Object(row).id === "string"));
  });

  it("beside odd columns, is a row of tickets too", async () => {
    const [row] = await readRows(
      duckdbPath,
      `select count(*)::integer as rows from intercom.tickets where starts_with(ticket_id, 'columns ')`,
    );
    assert.deepEqual(row, { rows: oddColumns.length });
  });

  it("leaves the rows of other records as they are", async () => {
    // Odd conversations name the tracker: they are linked to it. An address in Intercom names the workspace, which is another.
    const links = "replace (linked_conversation_ids[1] as linked_conversation_ids)";
    const url = "replace (replace(url, workspace_id, 'w') as url)";
    for (const [mart, key, replaced] of [
      ["tickets", "ticket_id = '31'", links],
      ["tickets", "ticket_id = 'tracker'", links],
      ["conversation_metrics", "conversation_id = 'c'", url],
      ["attribute_definitions", "ticket_type_id = '3101'", ""],
    ] as const) {
      const [oddRow, cleanRow] = await readRows(
        duckdbPath,
        `select * exclude (workspace_id) ${replaced} from intercom.${mart} where ${key} order by workspace_id desc`,
      );
      assert.ok(cleanRow !== undefined, `${mart}: ${key}`);
      assert.deepEqual(oddRow, cleanRow, mart);
    }
  });

  it("has no duration below nothing, and no text of a state that is none", async () => {
    const [row] = await readRows(
      duckdbPath,
      `select count(*) filter (where least(time_to_first_reply_seconds, time_to_resolution_seconds, submitted_seconds,
           in_progress_seconds, waiting_on_customer_seconds, resolved_seconds) < 0)::integer as negative,
         count(*) filter (where list_contains(linked_conversation_ids, null))::integer as nameless
       from intercom.tickets`,
    );
    assert.deepEqual(row, { negative: 0, nameless: 0 });
  });

  it("gives the same rows when nulls come first", async () => {
    assert.deepEqual(await differencesFromOtherNullOrder(duckdbPath, workFolder, models), []);
  });
});

function ticket(workspace: string, id: string, payload: Json): RawRow {
  return {
    id,
    created_at: `${day} 00:00:00`,
    updated_at: `${day} 00:10:00`,
    state_category: "resolved",
    body_text: "The export hangs",
    is_deleted: false,
    payload: asObject(payload),
    ...provenance(workspace),
  };
}

function conversation(workspace: string, id: string, payload: Json, createdAt = `${day} 01:00:00`): RawRow {
  return {
    id,
    state: "open",
    created_at: createdAt,
    updated_at: createdAt,
    payload: asObject(payload),
    ...provenance(workspace),
  };
}

function parts(workspace: string, ticketId: string): RawRow[] {
  const author = { type: "admin", id: "7", name: "Grace", email: "grace@example.org" };
  const changes = (from: string, to: string): Json => ({ author, previous_ticket_state: from, ticket_state: to });
  const type = "ticket_state_updated_by_admin";
  return [
    part(workspace, ticketId, `${ticketId}/1`, "00:01:00", type, changes("submitted", "submitted")),
    part(workspace, ticketId, `${ticketId}/2`, "00:02:00", "comment", { author }),
    part(workspace, ticketId, `${ticketId}/3`, "00:03:00", type, changes("submitted", "in_progress")),
    part(workspace, ticketId, `${ticketId}/4`, "00:04:00", type, changes("in_progress", "resolved")),
  ];
}

function part(workspace: string, ticketId: string, id: string, at: string, type: string, payload: Json): RawRow {
  return {
    id,
    ticket_id: ticketId,
    part_type: type,
    created_at: `${day} ${at}`,
    updated_at: `${day} ${at}`,
    body_text: type === "comment" ? "We are looking" : null,
    payload: asObject(payload),
    ...provenance(workspace),
  };
}

function rawRows(): RawRows {
  const both = [odd, clean];
  const { conversation: wholeConversation, ticket: wholeTicket, part: wholePart, type, state } = wholeTickets;
  const tracker = {
    ...wholeTicket,
    category: "Tracker",
    linked_objects: { data: [{ type: "conversation", id: "c" }], total_count: 1 },
  };
  const streams = ["conversations", "tickets", "ticket_parts"];
  // One of the two was never loaded.
  const twoTickets = { data: ["12", "32"].map((id) => ({ type: "ticket", id, category: "Customer" })), total_count: 2 };
  return {
    _loads: both.flatMap((workspace) =>
      streams.map((stream) => ({
        _workspace_id: workspace,
        _load_id: "load",
        stream,
        status: "complete",
        _loaded_at: fetchedAt,
      })),
    ),
    conversations: [
      // The oldest: where several conversations name one ticket, the oldest is its source.
      ...both.map((workspace) => conversation(workspace, "c", wholeConversation, `${day} 00:00:00`)),
      ...mutations.conversation.map(({ payload }, index) => conversation(odd, `conversation ${index}`, payload)),
      ...both.map((workspace) => conversation(workspace, "of two tickets", { linked_objects: twoTickets })),
    ],
    tickets: [
      ...both.flatMap((workspace) => [
        ticket(workspace, "31", wholeTicket),
        ticket(workspace, "tracker", tracker),
        { ...ticket(workspace, "32", { ...wholeTicket, linked_objects: null }), created_at: `${day} 02:00:00` },
      ]),
      ...mutations.ticket.map(({ payload }, index) => ticket(odd, `ticket ${index}`, payload)),
      ...oddColumns.map((columns, index) => ({ ...ticket(odd, `columns ${index}`, wholeTicket), ...columns })),
    ],
    ticket_parts: [
      ...both.flatMap((workspace) => parts(workspace, "31")),
      ...mutations.ticket.flatMap((_, index) => parts(odd, `ticket ${index}`)),
      ...oddColumns.flatMap((_, index) => parts(odd, `columns ${index}`)),
      part(odd, "ticket 0", "whole part", "00:05:00", "ticket_state_updated_by_admin", wholePart),
      ...mutations.part.map(({ payload }, index) =>
        part(odd, "ticket 1", `part ${index}`, "00:05:00", "ticket_state_updated_by_admin", payload),
      ),
    ],
    ticket_types: [
      ...both.map((workspace) => listed(workspace, "3101", type)),
      ...mutations.type.map(({ payload }, index) => listed(odd, `type ${index}`, payload)),
    ],
    ticket_states: [
      ...both.map((workspace) => listed(workspace, "4401", state)),
      ...mutations.state.map(({ payload }, index) => listed(odd, `state ${index}`, payload)),
    ],
  };
}
