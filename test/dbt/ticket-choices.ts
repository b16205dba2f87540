import type { RawRow } from "../../loader/load/raw-tables.ts";
import { provenance, ticket, ticketType } from "./attribute-workspace.ts";
import type { RawRows } from "./raw-warehouse.ts";

/** A type of tickets whose attribute Severity has these choices. */
function typeOf(id: string, options: unknown): RawRow {
  const attributes = [
    {
      id: 1,
      name: "Severity",
      data_type: "list",
      input_options: { list_options: [{ id: "opt-high", label: "Old" }] },
      archived: true,
    },
    { id: 2, name: "Severity", data_type: "list", input_options: options },
    {
      id: 3,
      name: 'it\'s a "rank"',
      data_type: "list",
      input_options: { list_options: [{ id: "first", label: "1" }, { id: "opt-high" }] },
    },
    null,
  ];
  return ticketType(id, 2, { type: "list", data: attributes });
}

function ticketOf(typeId: string | null, id: string, severity: unknown, rank?: unknown): RawRow {
  return ticket(id, { Severity: severity, 'it\'s a "rank"': rank }, typeId);
}

const files = [
  { type: "upload", name: "a.png", url: "https://example.com/a.png" },
  { type: "upload", name: "b.pdf", url: "https://example.com/b.pdf" },
];
const choices = [{ id: "opt-high", label: "High" }, { id: 7, label: "Low" }, { id: "opt-bare", label: "" }, null];

/** Types of tickets with choices of the same ids, and tickets with these choices, as Intercom may send them. */
export const ticketChoices = {
  ticket_types: [
    typeOf("A", { list_options: choices }),
    typeOf("B", { list_options: [{ id: "opt-high", label: "Sev 1" }] }),
    typeOf("C", null),
    typeOf("D", { list_options: "none" }),
    { id: "E", payload: { id: "E", ticket_type_attributes: null }, _payload_hash: "hash of E", ...provenance },
    typeOf("F", { list_options: choices }),
    // The attributes are gone since. Tickets that have their values keep the labels.
    ticketType("F", 3, { type: "list", data: [] }),
  ],
  tickets: [
    ticketOf("A", "choice", "opt-high", "first"),
    ticketOf("B", "choice of another type", "opt-high", 12),
    ticketOf("A", "choices", ["opt-high", 7, null, "Medium", "opt-bare"], ["first"]),
    ticketOf("F", "choices that are gone", ["opt-high", 7], "first"),
    ticketOf("A", "emptied", [], []),
    ticketOf("A", "files", files, { id: "first" }),
    ticketOf("A", "label", "High", "opt-high"),
    ticketOf("D", "odd choices", ["opt-high"]),
    ticketOf("99", "of an unknown type", "opt-high"),
    ticketOf("C", "one file", files[0]),
    ticketOf(null, "without a type", true),
    ticketOf("E", "without attributes of the type", "opt-high"),
    ticketOf("C", "without choices", "opt-high"),
  ],
} satisfies RawRows;

/** The columns that these tickets have by `attributeVars`. */
export const valuesOfChoices = [
  { id: "choice", choice: "High", rank: 1 },
  { id: "choice of another type", choice: "Sev 1", rank: 12 },
  { id: "choices", choice: "High, Low, Medium, opt-bare", rank: 1 },
  { id: "choices that are gone", choice: "High, Low", rank: 1 },
  { id: "emptied", choice: null, rank: null },
  { id: "files", choice: "a.png, b.pdf", rank: 1 },
  { id: "label", choice: "High", rank: null },
  { id: "odd choices", choice: "opt-high", rank: null },
  { id: "of an unknown type", choice: "opt-high", rank: null },
  { id: "one file", choice: "a.png", rank: null },
  { id: "without a type", choice: "true", rank: null },
  { id: "without attributes of the type", choice: "opt-high", rank: null },
  { id: "without choices", choice: "opt-high", rank: null },
];
