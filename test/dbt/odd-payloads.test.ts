import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt } from "./command.ts";
import { type Json, type Mutation, mutationsOf, oddValues } from "./mutations.ts";
import { makeRawWarehouse, type RawRows, readRows } from "./raw-warehouse.ts";
import { asObject, conversation, fetchedAt, listed, part, parts, provenance } from "./rows-of-payloads.ts";
import { wholePayloads } from "./whole-payloads.ts";

// Two workspaces with the same records in them; in one of them also a copy of each record for each way in which it can be odd.
const odd = "odd";
const clean = "clean";
/** A schedule costs each day since 2010: fewer kinds of odd. */
const oddValuesOfSchedules: readonly Json[] = [null, 1e18, "2024-02-30", [null, 7]];

/** What the loader may have stored beside a payload. */
const oddColumns: readonly RawRow[] = [
  { created_at: "1970-01-01 00:00:00" },
  { created_at: "2009-12-31 23:59:59" },
  { created_at: "9999-12-31 23:59:59", updated_at: "9999-12-31 23:59:59" },
  { updated_at: "9999-12-31 23:59:59" },
  { updated_at: "1970-01-01 00:00:00" },
  { state: "state_of_tomorrow" },
  { body_text: "" },
  { body_text: " \u202e\u05d0 \n \u0000" },
  { body_text: null },
];

const mutations = {
  conversation: [...mutationsOf(wholePayloads.conversation)],
  part: [...mutationsOf(wholePayloads.part)],
  contact: [...mutationsOf(wholePayloads.contact)],
  company: [...mutationsOf(wholePayloads.company)],
  admin: [...mutationsOf(wholePayloads.admin)],
  team: [...mutationsOf(wholePayloads.team)],
  tag: [...mutationsOf(wholePayloads.tag)],
  article: [...mutationsOf(wholePayloads.article)],
  collection: [...mutationsOf(wholePayloads.collection)],
  help_center: [...mutationsOf(wholePayloads.help_center)],
  segment: [...mutationsOf(wholePayloads.segment)],
  attribute: [...mutationsOf(wholePayloads.attribute)],
  dataAttribute: [...mutationsOf(wholePayloads.dataAttribute)],
  schedule: [...mutationsOf(wholePayloads.schedule, oddValuesOfSchedules)],
};

describe("a payload in which one thing is odd", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "odd-payloads-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, rawRows());
    const built = await runDbt(["build", "--exclude-resource-type", "unit_test"], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: duckdbPath,
    });
    assert.equal(built.exitCode, 0, built.output);
  });

  after(() => rm(workFolder, { recursive: true }));

  for (const [mart, kind, idColumn] of [
    ["conversations", "conversation", "conversation_id"],
    ["conversation_metrics", "conversation", "conversation_id"],
    ["conversation_parts", "part", "conversation_part_id"],
    ["contacts", "contact", "contact_id"],
    ["companies", "company", "company_id"],
    ["teammates", "admin", "teammate_id"],
    ["teams", "team", "team_id"],
    ["tags", "tag", "tag_id"],
    ["articles", "article", "article_id"],
  ] as const) {
    it(`is a row of ${mart} all the same`, async () => {
      const rows = await readRows(
        duckdbPath,
        `select ${idColumn} as id from intercom.${mart} where workspace_id = '${odd}' and starts_with(${idColumn}, '${kind} ')`,
      );
      const ids = new Set(rows.map((row) => Object(row).id));
      const missing = mutations[kind].filter((_, index) => !ids.has(idOf(kind, index)));
      assert.deepEqual(
        missing.map(({ name }) => name).filter((name) => !name.startsWith("deleted = ")),
        [],
      );
    });
  }

  it("is a definition of an attribute all the same", async () => {
    const rows = await readRows(
      duckdbPath,
      `select attribute_definition_id as id from intercom.attribute_definitions where workspace_id = '${odd}'`,
    );
    const ids = new Set(rows.map((row) => Object(row).id));
    const missing = [
      ...mutations.attribute.filter((_, index) => !ids.has(`conversation.${idOf("attribute", index)}`)),
      ...mutations.dataAttribute.filter((_, index) => !ids.has(idOf("dataAttribute", index))),
    ];
    assert.deepEqual(
      missing.map(({ name }) => name).filter((name) => !name.startsWith("deleted = ")),
      [],
    );
  });

  it("keeps every attribute that has a value, whatever the value is", async () => {
    const rows = await readRows(
      duckdbPath,
      `select conversation_id as id, list(attribute_name order by attribute_name) as names from intercom.conversation_attributes
       where workspace_id = '${odd}' and starts_with(conversation_id, 'conversation ') group by all`,
    );
    const names = new Map(rows.map((row) => [Object(row).id, Object(row).names]));
    mutations.conversation.forEach(({ name, payload }, index) => {
      const attributes: unknown = Object(payload).custom_attributes;
      const expected = Object.entries(isRecord(attributes) ? attributes : {}).flatMap(([key, value]) =>
        hasValue(value) ? [key] : [],
      );
      assert.deepEqual(names.get(idOf("conversation", index)) ?? [], expected.sort(), name);
    });
  });

  it("leaves the rows of other records as they are", async () => {
    // An address in Intercom names the workspace, which is another.
    const url = "replace (replace(url, workspace_id, 'w') as url)";
    for (const [mart, row, replaced] of [
      ["conversations", "conversation_id = 'c'", ""],
      ["conversation_metrics", "conversation_id = 'c'", url],
      ["articles", "article_id = '7001'", ""],
    ] as const) {
      const [oddRow, cleanRow] = await readRows(
        duckdbPath,
        `select * exclude (workspace_id) ${replaced} from intercom.${mart} where ${row} order by workspace_id desc`,
      );
      assert.ok(cleanRow !== undefined);
      assert.deepEqual(oddRow, cleanRow, mart);
    }
  });

  it("has no time that no clock shows, and no duration below nothing", async () => {
    const [row] = await readRows(
      duckdbPath,
      `select count(*) filter (where waiting_since_at > timestamp '2100-01-01')::integer as far,
         count(*) filter (where waiting_since_at = timestamp '2023-11-14 22:13:20')::integer as of_milliseconds,
         count(*) filter (where least(time_to_first_reply_seconds, waiting_for_team_seconds, open_wait_seconds) < 0)::integer as negative
       from intercom.conversation_metrics where workspace_id = '${odd}'`,
    );
    assert.deepEqual(row, { far: 0, of_milliseconds: 1, negative: 0 });
  });

  it("leaves Intercom's figures out where they are none", async () => {
    const rows = await readRows(
      duckdbPath,
      `select count(*)::integer as rows from intercom.statistics_reconciliation
       where workspace_id = '${odd}' and (intercom_value < 0 or intercom_value > 2147483647)`,
    );
    // An instant of Intercom's may lie before the conversation: that is a difference, and no duration.
    assert.ok(Number(Object(rows[0]).rows) <= mutations.conversation.length);
  });
});

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Null, an empty text and a list of nothing say that an attribute was emptied. */
function hasValue(value: unknown): boolean {
  const inner = isRecord(value) ? (value["instances"] ?? value) : value;
  if (Array.isArray(inner)) return inner.some((element) => element !== null && element !== "");
  return inner !== null && inner !== "";
}

function idOf(kind: string, index: number): string {
  return `${kind} ${index}`;
}

/** A part has its state in its payload. */
function omitState(columns: RawRow): RawRow {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => name !== "state"));
}

function mutated<T>(kind: keyof typeof mutations, row: (id: string, mutation: Mutation) => T): T[] {
  return mutations[kind].map((mutation, index) => row(idOf(kind, index), mutation));
}

function rawRows(): RawRows {
  const bothWorkspaces = [odd, clean];
  const { part: wholePart, conversation: wholeConversation, ...wholeLists } = wholePayloads;
  const both = (ids: readonly string[], payload: Json): RawRow[] =>
    bothWorkspaces.flatMap((workspace) => ids.map((id) => listed(workspace, id, payload)));
  const odds = (kind: Exclude<keyof typeof mutations, "conversation" | "part">): RawRow[] =>
    mutated(kind, (id, { payload }) => listed(odd, id, payload));
  return {
    _loads: bothWorkspaces.map((workspace) => ({
      _workspace_id: workspace,
      _load_id: "load",
      stream: "conversations",
      status: "complete",
      _loaded_at: fetchedAt,
    })),
    conversations: [
      ...bothWorkspaces.map((workspace) => conversation(workspace, "c", wholeConversation)),
      ...mutated("conversation", (id, { payload }) => conversation(odd, id, payload)),
      ...oddColumns.map((columns, index) => ({
        ...conversation(odd, `columns ${index}`, wholeConversation),
        ...columns,
      })),
    ],
    conversation_parts: [
      ...bothWorkspaces.flatMap((workspace) => parts(workspace, "c")),
      ...mutated("conversation", (id) => parts(odd, id)).flat(),
      ...oddColumns.flatMap((_, index) => parts(odd, `columns ${index}`)),
      ...oddColumns.map((columns, index) => ({
        ...part(odd, "conversation 2", `columns ${index}`, 60, "comment", wholePart, "Odd"),
        ...omitState(columns),
      })),
      part(odd, "conversation 0", "whole part", 60, "comment", wholePart, "Whole"),
      ...mutated("part", (id, { payload }) => part(odd, "conversation 1", id, 60, "comment", payload, "Odd")),
    ],
    contacts: [...both(["p1"], wholeLists.contact), ...odds("contact")],
    companies: [...both(["co1"], wholeLists.company), ...odds("company")],
    admins: [...both(["7"], wholeLists.admin), ...odds("admin")],
    teams: [...both(["22"], wholeLists.team), ...odds("team")],
    tags: [...both(["20"], wholeLists.tag), ...odds("tag")],
    conversation_attributes: [...both(["1"], wholeLists.attribute), ...odds("attribute")],
    data_attributes: [...both(["contact.custom_attributes.Plan"], wholeLists.dataAttribute), ...odds("dataAttribute")],
    articles: [...both(["7001"], wholeLists.article), ...odds("article")],
    collections: [...both(["402"], wholeLists.collection), ...odds("collection")],
    help_centers: [...both(["301"], wholeLists.help_center), ...odds("help_center")],
    segments: [...both(["1"], wholeLists.segment), ...odds("segment")],
    office_hours_schedules: [...both(["1"], wholeLists.schedule), ...odds("schedule")],
    deleted_conversations: oddValues.map((value, index) => ({
      id: `gone ${index}`,
      payload: { id: `gone ${index}`, metrics_retained: asObject(value) },
      ...provenance(odd),
    })),
  };
}
