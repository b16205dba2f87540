// What a workspace sets up for its tickets: types with their attributes, and states with labels of its own.
import type { Random } from "../random.ts";

export type TicketCategory = "Customer" | "Back-office" | "Tracker";
export type StateCategory = "submitted" | "in_progress" | "waiting_on_customer" | "resolved";
export type AttributeType = "string" | "list" | "integer" | "decimal" | "boolean" | "datetime" | "files";

export interface TicketAttribute {
  readonly id: string;
  readonly name: string;
  readonly type: AttributeType;
  /** Of a list: id and label. */
  readonly options: readonly (readonly [id: string, label: string])[];
}

export interface TicketType {
  readonly id: string;
  readonly category: TicketCategory;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly isArchived: boolean;
  readonly attributes: readonly TicketAttribute[];
}

export interface TicketState {
  readonly id: string;
  readonly category: StateCategory;
  readonly internalLabel: string;
  readonly externalLabel: string;
  readonly isArchived: boolean;
  /** Categories of ticket types that have the state. */
  readonly of: readonly TicketCategory[];
}

export const TITLE = "_default_title_";
export const DESCRIPTION = "_default_description_";

const ALL: readonly TicketCategory[] = ["Customer", "Back-office", "Tracker"];

export const TICKET_TYPES: readonly [TicketType, ...TicketType[]] = [
  {
    ...type("3101", "Customer", "Bug report", "🐞"),
    attributes: attributes(5100, [
      [TITLE, "string"],
      [DESCRIPTION, "string"],
      ["Severity", "list", ["Low", "Medium", "High", "Blocker 🔥"]],
      // Another one, in lower case.
      ["severity", "string"],
      ["Affected seats", "integer"],
      ["Is a regression?", "boolean"],
      ["Steps. To reproduce", "string"],
      ["First seen on", "datetime"],
      ["Screenshots 📎", "files"],
    ]),
  },
  {
    ...type("3102", "Customer", "Refund request", "💸"),
    attributes: attributes(5200, [
      [TITLE, "string"],
      [DESCRIPTION, "string"],
      ["Refund amount", "decimal"],
      ["Approved", "boolean"],
      ["The reason that the customer gave for wanting the money back, word for word", "string"],
    ]),
  },
  { ...type("3103", "Customer", "Old contact form", "🗄️"), isArchived: true },
  {
    ...type("3201", "Back-office", "Engineering task", "🛠️"),
    attributes: attributes(5300, [
      [TITLE, "string"],
      [DESCRIPTION, "string"],
      ["Component", "list", ["Ledger", "Bank sync", "API", "Mobile"]],
      ["Estimate, hours", "decimal"],
      ["Due", "datetime"],
    ]),
  },
  { ...type("3202", "Back-office", "Billing check", "🧾") },
  {
    ...type("3301", "Tracker", "Known bug", "🎯"),
    attributes: attributes(5400, [
      [TITLE, "string"],
      [DESCRIPTION, "string"],
      ["Issue key", "string"],
      ["Fix version", "string"],
    ]),
  },
  { ...type("3302", "Tracker", "Feature demand", "💡") },
];

export const TICKET_STATES: readonly TicketState[] = [
  state("4101", "submitted", "Submitted", "Submitted", ALL),
  state("4102", "submitted", "Triage 🔎", "Received", ["Back-office", "Tracker"]),
  state("4201", "in_progress", "In progress", "In progress", ALL),
  state("4202", "in_progress", "With engineering", "We are on it", ALL),
  { ...state("4203", "in_progress", "Parked", "In progress", ["Back-office"]), isArchived: true },
  state("4301", "waiting_on_customer", "Waiting on customer", "Waiting on you", ALL),
  state("4302", "waiting_on_customer", "Needs logs", "Waiting on you", ["Customer"]),
  state("4401", "resolved", "Resolved", "Resolved", ALL),
  state("4402", "resolved", "Won't fix", "Closed", ["Back-office", "Tracker"]),
];

const TYPE_BY_ID = new Map(TICKET_TYPES.map((each) => [each.id, each]));
const STATE_BY_ID = new Map(TICKET_STATES.map((each) => [each.id, each]));

/** Throws RangeError when there is none. */
export function ticketTypeOf(id: string): TicketType {
  const found = TYPE_BY_ID.get(id);
  if (found === undefined) throw new RangeError(`no ticket type ${id}`);
  return found;
}

/** Throws RangeError when there is none. */
export function ticketStateOf(id: string): TicketState {
  const found = STATE_BY_ID.get(id);
  if (found === undefined) throw new RangeError(`no ticket state ${id}`);
  return found;
}

/** One of the types of a category that are in use. */
export function pickType(random: Random, category: TicketCategory): TicketType {
  const [first = TICKET_TYPES[0], ...rest] = TICKET_TYPES.filter(
    (each) => each.category === category && !each.isArchived,
  );
  return random.pick([first, ...rest]);
}

/** One of the states that mean it, most often the first. Returns its id. */
export function pickState(random: Random, category: TicketCategory, state: StateCategory): string {
  const all = TICKET_STATES.filter((each) => each.category === state && each.of.includes(category) && !each.isArchived);
  const chosen = random.chance(0.7) ? all[0] : all[random.below(all.length)];
  if (chosen === undefined) throw new RangeError(`a ${category} ticket is never ${state}`);
  return chosen.id;
}

function type(id: string, category: TicketCategory, name: string, icon: string): TicketType {
  const plain = attributes(Number(id) * 10, [
    [TITLE, "string"],
    [DESCRIPTION, "string"],
  ]);
  return {
    id,
    category,
    name,
    icon,
    description: `${name}, as the team keeps it`,
    isArchived: false,
    attributes: plain,
  };
}

function attributes(
  from: number,
  all: readonly (readonly [name: string, type: AttributeType, labels?: readonly string[]])[],
): readonly TicketAttribute[] {
  return all.map(([name, kind, labels = []], index) => ({
    id: String(from + index),
    name,
    type: kind,
    options: labels.map((label, option) => [`${from + index}-${option + 1}`, label]),
  }));
}

function state(
  id: string,
  category: StateCategory,
  internalLabel: string,
  externalLabel: string,
  of: readonly TicketCategory[],
): TicketState {
  return { id, category, internalLabel, externalLabel, isArchived: false, of };
}
