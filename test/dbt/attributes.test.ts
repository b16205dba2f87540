import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repository } from "../tools/repository.ts";
import { attributeWorkspace, names } from "./attribute-workspace.ts";
import { runDbt } from "./command.ts";
import { type Json, mutationsOf } from "./mutations.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";

const ofFirst = {
  "Areas 7 list": { text: "Billing, Exports, 7", list: ["Billing", "Exports", "7"] },
  "CX Score explanation null string": { text: "Quick." },
  "CX Score rating null number": { text: "4", number: 4 },
  "Files 11 files": { text: "log.txt", list: ["log.txt"] },
  "Is VIP? 4 boolean": { text: "true", boolean: true },
  "Objects 10 relationship": { text: "order-1, 82", list: ["order-1", "82"] },
  "Old reason 8 string archived": { text: "moved" },
  "Order value, € 6 decimal": { text: "1250.5", number: 1250.5 },
  "Plan 1 list": { text: "Pro", list: ["Pro"] },
  "Renewal on 5 datetime": { text: "1767225600", at: "2026-01-01 00:00:00" },
  "Seats 3 integer": { text: "12", number: 12 },
  "Tomorrow 9 type_of_tomorrow": { text: "kept" },
  "Unknown list null list": { text: "x", list: ["x"] },
  "Unknown object null object": { text: '{"inner":"Plan"}', list: ['{"inner":"Plan"}'] },
};

const ofWrongTypes = {
  "CX Score rating null number": { text: "9", number: 9 },
  "Is VIP? 4 boolean": { text: "perhaps" },
  "Objects 10 relationship": { text: "81", list: ["81"] },
  "Old reason 8 string archived": { text: "5" },
  "Order value, € 6 decimal": { text: '{"amount":7}' },
  "Plan 1 list": { text: "3", list: ["3"] },
  "Renewal on 5 datetime": { text: "next spring" },
  "Seats 3 integer": { text: "twelve" },
};

const asText = {
  "Is VIP? 4 boolean": { text: "TRUE", boolean: true },
  "Plan 1 list": { text: "Pro", list: ["Pro"] },
  "Renewal on 5 datetime": { text: "2026-01-01T01:00:00.5+01:00", at: "2026-01-01 00:00:00.5" },
  "Seats 3 integer": { text: "12", number: 12 },
};

describe("attributes of conversations", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "attributes-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, attributeWorkspace);
    const selection = [
      "--select",
      "+conversation_attributes",
      "+attribute_definitions",
      "+conversation_metrics",
      "+conversations",
    ];
    const built = await runDbt(
      ["build", ...selection, "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"],
      workFolder,
      {
        WAREHOUSE: "duckdb",
        DUCKDB_PATH: duckdbPath,
      },
    );
    assert.equal(built.exitCode, 0, built.output);
  });

  after(() => rm(workFolder, { recursive: true }));

  for (const [id, what, expected] of [
    ["1", "are rows in the types of their definitions, and what was emptied is none", ofFirst],
    ["wrong types", "keep their text, and nothing else, where they are of another type", ofWrongTypes],
    ["texts", "are read where they are text of their type", asText],
    ["none", "are no rows where there are none", {}],
  ] as const) {
    it(what, async () => {
      const rows = await readRows(
        duckdbPath,
        `select * from intercom.conversation_attributes where conversation_id = '${id}' order by attribute_name`,
      );
      assert.deepEqual(Object.fromEntries(rows.map((row) => described(Object(row)))), expected);
    });
  }

  it("keep names of every kind, letter by letter", async () => {
    const rows = await readRows(
      duckdbPath,
      `select attribute_name as name, value_text as value from intercom.conversation_attributes
       where conversation_id = 'names' order by try_cast(substr(value_text, 7) as integer)`,
    );
    assert.deepEqual(
      rows,
      names.map((name, index) => ({ name, value: `value ${index}` })),
    );
  });

  it("show Intercom's score of a conversation, if it is one", async () => {
    const rows = await readRows(
      duckdbPath,
      `select conversation_id as id, cx_score as score, cx_score_explanation as explanation
       from intercom.conversation_metrics order by 1`,
    );
    assert.deepEqual(rows, [
      { id: "1", score: "4", explanation: "Quick." },
      ...["names", "none", "texts", "wrong types"].map((id) => ({ id, score: null, explanation: null })),
    ]);
  });

  it("are defined once for each model and name, with their choices", async () => {
    const rows = await readRows(
      duckdbPath,
      `select attribute_definition_id as id, attribute_id, attribute_name as name, label, options, is_custom as custom, is_archived as archived
       from intercom.attribute_definitions
       where model in ('contact', 'company') or (model = 'conversation' and attribute_name in ('Plan', 'Areas')) order by 1`,
    );
    assert.deepEqual(rows, [
      definition("company.name", null, "name", "Company name", [], false, false),
      definition(
        "contact.custom_attributes.job_role",
        "31",
        "job_role",
        "Job role",
        ["Owner", "Bookkeeper"],
        true,
        false,
      ),
      definition("conversation.1", "1", "Plan", "Plan", ["Pro", "Starter"], true, false),
      definition("conversation.2", "2", "Plan", "Plan", [], true, true),
      definition("conversation.7", "7", "Areas", "Areas", ["Billing", ""], true, false),
    ]);
  });

  it("of tickets are defined once for each type, also archived and gone ones", async () => {
    const rows = await readRows(
      duckdbPath,
      `select attribute_definition_id as id, attribute_id, ticket_type_id as type_id, ticket_type_name as type, attribute_name as name, label,
         description, data_type, options, is_custom, is_required, is_archived, is_deleted, updated_at
       from intercom.attribute_definitions where model = 'ticket' order by 1`,
    );
    assert.deepEqual(rows, [
      ofTicket("bug", "50", "_default_title_", { label: null, data_type: "string", is_custom: false }),
      ofTicket("bug", "51", "Severity", { ...ofSeverity, is_archived: true, updated_at: "2027-01-15 08:00:00" }),
      ofTicket("bug", "52", "Old", { data_type: "integer", is_deleted: true }),
      ofTicket("refund", "51", "Severity", { ...ofSeverity, updated_at: "2024-06-03 08:46:40" }),
    ]);
  });

  it("are found on BigQuery by an expression that sees each name of an object, and no text of a value", async () => {
    const macro = await readFile(join(repository, "macros/json/unnest_json_object.sql"), "utf8");
    const expression = /regexp_extract_all\([^\n]*, r'(.*)'\)/.exec(macro)?.[1];
    assert.ok(expression !== undefined);
    const tricky = ['":', '\\":', '{"a":1}', '"', "\\", ",", 'x":"y', "\n", "", "é🔥", ...names];
    const object: Json = Object.fromEntries(
      tricky.map((name, index) => [name, [tricky.at(-index - 1) ?? null, { [`${name}!`]: index }]]),
    );
    for (const payload of [object, ...[...mutationsOf(object)].map((mutation) => mutation.payload)]) {
      const tokens: readonly string[] = JSON.stringify(payload).match(new RegExp(expression, "g")) ?? [];
      const found = tokens.filter((token) => token.endsWith('":')).map((token) => JSON.parse(token.replace(/:+$/, "")));
      assert.deepEqual(new Set(found), new Set(namesIn(payload)));
    }
  });
});

function definition(
  id: string,
  attribute_id: string | null,
  name: string,
  label: string,
  options: readonly string[],
  custom: boolean,
  archived: boolean,
): unknown {
  return { id, attribute_id, name, label, options, custom, archived };
}

const ofSeverity = {
  description: "How bad it is",
  data_type: "list",
  options: ["Low", "High 🔥"],
  is_required: true,
};

function ofTicket(type: string, id: string, name: string, some: Readonly<Record<string, unknown>>): unknown {
  return {
    id: `ticket.${type}.${id}`,
    attribute_id: id,
    type_id: type,
    type: `Type ${type}`,
    name,
    label: name,
    description: null,
    options: [],
    is_custom: true,
    is_required: null,
    is_archived: false,
    is_deleted: false,
    updated_at: null,
    ...some,
  };
}

/** A row as its name, definition and type, and what it holds. */
function described(row: Readonly<Record<string, unknown>>): [string, Readonly<Record<string, unknown>>] {
  const list = row["value_list"];
  const values = {
    text: row["value_text"],
    number: row["value_number"],
    boolean: row["value_boolean"],
    at: row["value_at"],
    list: Array.isArray(list) && list.length === 0 ? null : list,
  };
  const key = `${row["attribute_name"]} ${row["attribute_id"]} ${row["data_type"]}${row["is_archived"] === true ? " archived" : ""}`;
  return [key, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))];
}

/** The names of all fields in a value of JSON. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}
