import { listAt, textAt, valueAt } from "../../json-path.ts";
import type { ClosedTicket } from "../outbox.ts";

/** The attribute types that set-up makes. */
type FieldType = "text" | "number" | "timestamp" | "record-reference";

export type Field = {
  /** Also the attribute's slug, where set-up made the attribute. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly type: FieldType;
  readonly isUnique?: boolean;
  /** The object that the attribute links to. */
  readonly links?: "people" | "companies";
  /** Null where the ticket has no value; undefined for links, which `recordValues` makes. */
  readonly value?: (ticket: ClosedTicket) => string | number | null;
};

export const keyField = "ticket_key";
const titleLengthMax = 80;

/** The fields of a ticket. Lists are texts: a select attribute accepts only options that were made before. */
export const fields: readonly Field[] = [
  {
    name: keyField,
    title: "Ticket key",
    description: "Names the close of the Intercom conversation; the same close is the same record.",
    type: "text",
    isUnique: true,
    value: (ticket) => ticket.event_uuid,
  },
  text("title", "Title", "The first line of the customer's message.", ticketTitle),
  text("conversation_id", "Conversation", "Intercom's id of the conversation.", (ticket) => ticket.conversation_id),
  text("state", "State", "What this close left the conversation in.", (ticket) => ticket.state),
  time("opened_at", "Opened at", "When the conversation was created.", (ticket) => ticket.created_at),
  time("closed_at", "Closed at", "When it was closed.", (ticket) => ticket.closed_at),
  text("channel", "Channel", "Where the conversation began.", (ticket) => ticket.channel),
  text("closed_by", "Closed by", "customer, teammate or bot.", (ticket) => ticket.closed_by_kind),
  text("team", "Team", "The team that has it, or had it last.", (ticket) => ticket.team_name),
  text("tags", "Tags", "Names of its tags.", (ticket) => ticket.tags.join(", ") || null),
  text("topics", "Topics", "Topics of product feedback in it.", (ticket) => ticket.topics.join(", ") || null),
  number("rating", "Rating", "The customer's rating, 1 to 5.", (ticket) => ticket.rating),
  text("rating_remark", "Remark", "The customer's remark on it.", (ticket) => ticket.rating_remark),
  number("message_count", "Messages", "Messages by anyone.", (ticket) => ticket.message_count),
  number("reopen_count", "Reopenings", "How often it was reopened.", (ticket) => ticket.count_reopens),
  number(
    "time_to_first_reply_seconds",
    "Seconds to first reply",
    "From the opening to the first human reply.",
    (ticket) => ticket.time_to_first_reply_seconds,
  ),
  number(
    "time_to_resolution_seconds",
    "Seconds to resolution",
    "From the opening to this close.",
    (ticket) => ticket.time_to_resolution_seconds,
  ),
  text("first_message", "First message", "The opening message.", (ticket) => ticket.first_message_body),
  { name: "contact", title: "Contact", description: "Who asked.", type: "record-reference", links: "people" },
  {
    name: "company",
    title: "Company",
    description: "Whose ticket it is.",
    type: "record-reference",
    links: "companies",
  },
];

type Value = Exclude<Field["value"], undefined>;

function text(name: string, title: string, description: string, value: Value): Field {
  return { name, title, description, type: "text", value };
}

function number(name: string, title: string, description: string, value: Value): Field {
  return { name, title, description, type: "number", value };
}

function time(name: string, title: string, description: string, seconds: (ticket: ClosedTicket) => number): Field {
  return {
    name,
    title,
    description,
    type: "timestamp",
    value: (ticket) => new Date(seconds(ticket) * 1000).toISOString(),
  };
}

export function ticketTitle(ticket: ClosedTicket): string {
  const line = ticket.first_message_body?.split("\n").find((each) => each.trim() !== "") ?? "";
  const cut = line.length > titleLengthMax ? `${line.slice(0, titleLengthMax - 1)}…` : line;
  return cut === "" ? "Support ticket closed" : `Support ticket closed: ${cut}`;
}

/** The attribute of each field. */
export type Mapping = ReadonlyMap<string, { readonly slug: string }>;

export type Mapped = {
  readonly mapping: Mapping;
  readonly missing: readonly Field[];
  /** Attributes that exist and are something else, in words. */
  readonly conflicts: readonly string[];
};

/**
 * Finds each field among the attributes of an object or activity, by slug. The slugs that an activity inherits are not
 * published: there the time is found by its type, and links by the objects that they allow.
 * @param objectIds ids of the objects `people` and `companies`
 */
export function mapFields(
  attributes: readonly unknown[],
  isInheriting: boolean,
  objectIds: Readonly<Record<"people" | "companies", string>>,
): Mapped {
  const mapping = new Map<string, { slug: string }>();
  const missing: Field[] = [];
  const conflicts: string[] = [];
  for (const field of fields) {
    const own = attributes.find((attribute) => textAt(attribute, "api_slug") === field.name);
    const inherited = isInheriting ? attributes.find((attribute) => isStandIn(attribute, field, objectIds)) : undefined;
    if (own !== undefined) {
      const conflict = conflictOf(own, field, objectIds);
      if (conflict === undefined) mapping.set(field.name, { slug: field.name });
      else conflicts.push(`${field.name} ${conflict}`);
    } else if (inherited !== undefined) {
      mapping.set(field.name, { slug: textAt(inherited, "api_slug") ?? "" });
    } else missing.push(field);
  }
  return { mapping, missing, conflicts };
}

function conflictOf(
  attribute: unknown,
  field: Field,
  objectIds: Readonly<Record<"people" | "companies", string>>,
): string | undefined {
  const type = textAt(attribute, "type");
  if (type !== field.type) return `is of type ${type} instead of ${field.type}`;
  if (valueAt(attribute, "is_archived") === true) return "is archived";
  if (field.isUnique === true && valueAt(attribute, "is_unique") !== true) return "is not unique";
  if (field.links !== undefined && !allows(attribute, objectIds[field.links])) return `does not link to ${field.links}`;
  return undefined;
}

function isStandIn(
  attribute: unknown,
  field: Field,
  objectIds: Readonly<Record<"people" | "companies", string>>,
): boolean {
  const slug = textAt(attribute, "api_slug") ?? "";
  if (valueAt(attribute, "is_archived") === true || valueAt(attribute, "is_writable") === false) return false;
  if (textAt(attribute, "type") !== field.type || fields.some(({ name }) => name === slug)) return false;
  if (field.name === "closed_at") return slug !== "created_at";
  return field.links !== undefined && allows(attribute, objectIds[field.links]);
}

function allows(attribute: unknown, objectId: string): boolean {
  const allowed = listAt(attribute, "config", "record_reference", "allowed_object_ids");
  return allowed.length === 0 || allowed.includes(objectId);
}

/** The records that a ticket links to. */
export type Links = { readonly personId: string; readonly companyId: string | undefined };

/**
 * The values of a record, by attribute slug.
 * @param links undefined to leave the record's links as they are
 * @param isUpdate whether to empty attributes that the ticket has no value for
 */
export function recordValues(
  ticket: ClosedTicket,
  links: Links | undefined,
  mapping: Mapping,
  isUpdate: boolean,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const slug = mapping.get(field.name)?.slug;
    if (slug === undefined) continue;
    if (field.links !== undefined) {
      if (links === undefined) continue;
      const recordId = field.links === "people" ? links.personId : links.companyId;
      const before = Array.isArray(values[slug]) ? values[slug] : [];
      // One attribute may take both links.
      if (recordId !== undefined)
        values[slug] = [...before, { target_object: field.links, target_record_id: recordId }];
      else if (isUpdate && before.length === 0) values[slug] = [];
      continue;
    }
    const value = field.value?.(ticket) ?? null;
    if (value !== null) values[slug] = value;
    else if (isUpdate) values[slug] = [];
  }
  return values;
}
