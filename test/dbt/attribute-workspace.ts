import type { RawRow } from "../../loader/load/raw-tables.ts";
import type { RawRows } from "./raw-warehouse.ts";

/** Columns of every kind, from attributes of the workspace below. */
export const attributeVars = {
  conversation_attribute_columns: [
    { attribute: "Plan", column: "plan", type: "text", group_support_daily: true },
    { attribute: "Seats", column: "seats", type: "number" },
    { attribute: "Is VIP?", column: "is_vip", type: "boolean" },
    { attribute: "Renewal on", column: "renewal_at", type: "timestamp" },
    { attribute: 'it\'s "odd"\\[0].a/b~c\n🔥', column: "odd_name", type: "text" },
  ],
  contact_attribute_columns: [
    { attribute: 'job/"role"~ it\'s', column: "job_role", type: "text" },
    { attribute: "trial_ends_at", column: "trial_ends_at", type: "timestamp" },
  ],
  company_attribute_columns: [{ attribute: "contract.value", column: "contract_value", type: "number" }],
  ticket_attribute_columns: [
    { attribute: 'Severity: "it\'s"/~[0]', column: "severity", type: "text" },
    { attribute: "Affected seats", column: "affected_seats", type: "number" },
    { attribute: "Is a regression?", column: "is_regression", type: "boolean" },
    { attribute: "First seen on", column: "first_seen_at", type: "timestamp" },
    { attribute: "Severity", column: "choice", type: "text" },
    { attribute: 'it\'s a "rank"', column: "rank_number", type: "number" },
  ],
} as const;

const fetchedAt = "2026-01-02 00:00:00";
export const provenance: RawRow = {
  _workspace_id: "w",
  _load_id: "load",
  _fetched_at: fetchedAt,
  _loaded_at: fetchedAt,
};

/** Names that a name can be; the third and the fourth are longer than 64 letters and differ at their end. */
export const names = [
  "Product area. Sub-area",
  "brackets [0] and $.path.*",
  "What the customer was trying to do when the problem first showed up",
  "What the customer was trying to do when the problem first showed up again",
  'it\'s "odd"\\[0].a/b~c\n🔥',
  "שלום עולם",
  "plan",
  "PLAN",
  "",
  " ",
  'a:b":',
  "\\",
] as const;

/** The values of conversation 1, as Intercom sends them. The empty ones, and the field in an object, are no values of their own. */
const valuesOfFirst = `{
  "Plan": "option-pro", "Seats": 12, "Is VIP?": true, "Renewal on": 1767225600, "Order value, €": 1250.5,
  "Areas": ["option-billing", "Exports", null, 7], "Old reason": "moved", "Tomorrow": "kept",
  "Objects": {"type": "order.list", "instances": [{"id": "81", "external_id": "order-1"}, {"id": "82", "external_id": null}]},
  "Files": [{"type": "upload", "name": "log.txt", "url": "https://example.com/log.txt"}],
  "CX Score rating": 4, "CX Score explanation": "Quick.", "Unknown list": ["x"], "Unknown object": {"inner": "Plan"},
  "Emptied": null, "Empty text": "", "Empty list": [], "Empty objects": {"type": "order.list", "instances": []},
  "Seats": 13
}`;

/** Each value is of another type than its definition says. */
const valuesOfWrongTypes = {
  Plan: 3,
  Seats: "twelve",
  "Is VIP?": "perhaps",
  "Renewal on": "next spring",
  "Order value, €": { amount: 7 },
  "Old reason": 5,
  Objects: "81",
  "CX Score rating": 9,
};

/** Each value is text that reads as its type. */
const valuesAsText = { Plan: "Pro", Seats: "12", "Is VIP?": "TRUE", "Renewal on": "2026-01-01T01:00:00.5+01:00" };

function conversation(id: string, attributes: string): RawRow {
  return {
    id,
    state: "open",
    created_at: "2026-01-01 00:00:00",
    updated_at: "2026-01-01 00:10:00",
    body_text: "Hello",
    payload: `{"id": "${id}", "source": {"type": "conversation", "author": {"type": "user", "id": "p"}}, "custom_attributes": ${attributes}}`,
    ...provenance,
  };
}

function definition(id: number, name: string, dataType: string, more: Readonly<Record<string, unknown>> = {}): RawRow {
  const payload = {
    id,
    name,
    data_type: dataType,
    archived: false,
    created_at: 1717404400,
    updated_at: 1717404400,
    ...more,
  };
  return { id: String(id), payload, _payload_hash: `hash of ${id}`, ...provenance };
}

function record(id: string, attributes: Readonly<Record<string, unknown>> | null): RawRow {
  return { id, payload: { id, custom_attributes: attributes }, _payload_hash: `hash of ${id}`, ...provenance };
}

export function ticket(
  id: string,
  attributes: Readonly<Record<string, unknown>> | null,
  typeId: string | null = null,
): RawRow {
  return {
    id,
    created_at: "2026-01-01 00:00:00",
    updated_at: "2026-01-01 00:10:00",
    state_category: "submitted",
    is_deleted: false,
    payload: {
      id,
      category: "Customer",
      ticket_type: typeId === null ? null : { id: typeId },
      ticket_attributes: attributes,
    },
    ...provenance,
  };
}

const severity = {
  type: "ticket_type_attribute",
  id: 51,
  name: "Severity",
  description: "How bad it is",
  data_type: "list",
  input_options: {
    list_options: [
      { id: "51-1", label: "Low" },
      { id: "51-2", label: "High 🔥" },
    ],
  },
  required_to_create: true,
  default: false,
  archived: false,
  created_at: 1717404400,
  updated_at: 1717404400,
};
const title = { id: "50", name: "_default_title_", description: "", data_type: "string", default: true };

/** A version of a ticket type that was stored on a day of January; `attributes` is what the type has under `ticket_type_attributes`. */
export function ticketType(id: string, day: number, attributes: unknown): RawRow {
  const at = `2026-01-0${day} 00:00:00`;
  const payload = { id, name: `Type ${id}`, category: "Customer", ticket_type_attributes: attributes };
  return { id, payload, _payload_hash: `${id} ${day}`, ...provenance, _fetched_at: at, _loaded_at: at };
}

/** A workspace with attributes of every type and name, as the loader would have stored it. */
export const attributeWorkspace: RawRows = {
  _loads: [
    { _load_id: "load", _workspace_id: "w", stream: "conversations", status: "complete", _loaded_at: fetchedAt },
  ],
  conversations: [
    conversation("1", valuesOfFirst),
    conversation("wrong types", JSON.stringify(valuesOfWrongTypes)),
    conversation("texts", JSON.stringify(valuesAsText)),
    conversation("names", JSON.stringify(Object.fromEntries(names.map((name, index) => [name, `value ${index}`])))),
    conversation("none", "null"),
  ],
  conversation_attributes: [
    definition(1, "Plan", "list", {
      options: [
        { id: "option-pro", label: "Pro", archived: false },
        { id: "option-starter", label: "Starter", archived: false },
      ],
    }),
    // The name was another attribute's before.
    definition(2, "Plan", "string", { archived: true, updated_at: 1800000000 }),
    definition(3, "Seats", "integer"),
    definition(4, "Is VIP?", "boolean"),
    definition(5, "Renewal on", "datetime"),
    definition(6, "Order value, €", "decimal"),
    definition(7, "Areas", "list", { options: [{ id: "option-billing", label: "Billing" }, { id: "7" }] }),
    definition(8, "Old reason", "string", { archived: true }),
    definition(9, "Tomorrow", "type_of_tomorrow"),
    definition(10, "Objects", "relationship", { reference: { type: "many", object_type_id: "Order" } }),
    definition(11, "Files", "files"),
  ],
  data_attributes: [
    {
      id: "contact.custom_attributes.job_role",
      payload: {
        id: 31,
        model: "contact",
        name: "job_role",
        full_name: "custom_attributes.job_role",
        label: "Job role",
        data_type: "string",
        options: ["Owner", "Bookkeeper"],
        custom: true,
        archived: false,
      },
      _payload_hash: "1",
      ...provenance,
    },
    {
      id: "company.name",
      payload: {
        model: "company",
        name: "name",
        full_name: "name",
        label: "Company name",
        data_type: "string",
        custom: false,
      },
      _payload_hash: "1",
      ...provenance,
    },
  ],
  contacts: [
    record("p", { 'job/"role"~ it\'s': "Owner", trial_ends_at: 1767225600 }),
    record("of wrong types", { 'job/"role"~ it\'s': ["a"], trial_ends_at: "soon" }),
    record("without", null),
    record("list", {
      'job/"role"~ it\'s': ["Owner", null, "", { name: "Buyer" }, 7, true],
      trial_ends_at: [1767225600],
    }),
    record("emptied", { 'job/"role"~ it\'s': [], trial_ends_at: "" }),
    record("object", { 'job/"role"~ it\'s': { label: "Chief" }, trial_ends_at: null }),
    record("references", {
      'job/"role"~ it\'s': { type: "role.list", instances: [{ id: "81", external_id: "role-1" }, { id: 82 }] },
      trial_ends_at: { type: "role.list", instances: [] },
    }),
  ],
  tickets: [
    ticket("1", {
      'Severity: "it\'s"/~[0]': "High 🔥",
      "Affected seats": "12",
      "Is a regression?": true,
      "First seen on": 1767225600,
    }),
    ticket("of wrong types", {
      'Severity: "it\'s"/~[0]': ["a"],
      "Affected seats": "twelve",
      "Is a regression?": "perhaps",
      "First seen on": { at: 1 },
    }),
    ticket("without", null),
  ],
  ticket_types: [
    ticketType("bug", 2, { type: "list", data: [title, severity, { id: 52, name: "Old", data_type: "integer" }] }),
    // Since then an attribute is gone, and another one is archived.
    ticketType("bug", 3, { type: "list", data: [title, { ...severity, archived: true, updated_at: 1800000000 }] }),
    // The shape that Intercom's schema has; its examples have the other.
    ticketType("refund", 2, { type: "ticket_type_attributes.list", ticket_type_attributes: [severity] }),
  ],
  companies: [
    record("co", { "contract.value": 10.5 }),
    record("text", { "contract.value": "20" }),
    record("no", {}),
    record("listed", { "contract.value": [7] }),
    record("two listed", { "contract.value": [7, 8] }),
  ],
};
