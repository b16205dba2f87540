// Which fields can be searched, of which type, and where their values lie in a record: the tables of the OpenAPI 2.16.
import { at, type JsonObject, type JsonValue, objectsIn, textOf } from "../json.ts";

export type FieldType = "string" | "integer" | "boolean" | "date" | "tag" | "words";

export interface SearchField {
  readonly type: FieldType;
  /** All values of the field that a record has; none when it is null or absent. */
  readonly values: (record: JsonObject) => readonly JsonValue[];
  /** A date that `>=` and `<=` may be asked of as well. */
  readonly isInclusive?: boolean;
}

export interface SearchFields {
  readonly find: (name: string) => SearchField | null;
  /** Dates are compared by calendar day, without `!=`, `>=`, `<=`, `IN` and `NIN`. */
  readonly hasDayDates: boolean;
}

const CONVERSATION_STRINGS = [
  "id",
  "source.type",
  "source.id",
  "source.delivered_as",
  "source.subject",
  "source.author.id",
  "source.author.type",
  "source.author.name",
  "source.author.email",
  "source.url",
  "state",
  "priority",
  "statistics.last_closed_by_id",
  "conversation_rating.remark",
  "ai_agent.resolution_state",
  "ai_agent.last_answer_type",
  "ai_agent.rating_remark",
  "ai_agent.source_type",
  "ai_agent.source_title",
];
const CONVERSATION_INTEGERS = [
  "admin_assignee_id",
  "team_assignee_id",
  "statistics.time_to_assignment",
  "statistics.time_to_admin_reply",
  "statistics.time_to_first_close",
  "statistics.time_to_last_close",
  "statistics.median_time_to_reply",
  "statistics.count_reopens",
  "statistics.count_assignments",
  "statistics.count_conversation_parts",
  "ai_agent.rating",
];
const CONVERSATION_DATES = [
  "created_at",
  "updated_at",
  "waiting_since",
  "snoozed_until",
  "statistics.first_contact_reply_at",
  "statistics.first_assignment_at",
  "statistics.first_admin_reply_at",
  "statistics.first_close_at",
  "statistics.last_assignment_at",
  "statistics.last_assignment_admin_reply_at",
  "statistics.last_contact_reply_at",
  "statistics.last_admin_reply_at",
  "statistics.last_close_at",
];

const CONVERSATION_FIELDS: ReadonlyMap<string, SearchField> = new Map([
  ...plain("string", CONVERSATION_STRINGS),
  ...plain("integer", CONVERSATION_INTEGERS),
  ...plain("date", CONVERSATION_DATES),
  ...plain("boolean", ["open", "read", "ai_agent_participated"]),
  // Names that are not where the value lies.
  named("source.body", "words", (record) => wordsOf(at(record, "source.body"))),
  named("contact_ids", "string", (record) => idsIn(at(record, "contacts.contacts"))),
  named("teammate_ids", "string", (record) => idsIn(at(record, "teammates.teammates"))),
  named("tag_ids", "string", (record) => idsIn(at(record, "tags.tags"))),
  named("channel_initiated", "string", (record) => one(at(record, "channel.initial"))),
  named("conversation_rating.requested_at", "date", (record) => one(at(record, "conversation_rating.created_at"))),
  named("conversation_rating.replied_at", "date", (record) =>
    one(at(record, "conversation_rating.rating")).length === 0 ? [] : one(at(record, "conversation_rating.updated_at")),
  ),
  named("conversation_rating.score", "integer", (record) => one(at(record, "conversation_rating.rating"))),
  named("conversation_rating.contact_id", "string", (record) => one(at(record, "conversation_rating.contact.id"))),
  // As the documentation spells it, and as it must have been meant.
  named("conversation_rating.admin_d", "string", (record) => one(at(record, "conversation_rating.teammate.id"))),
  named("conversation_rating.admin_id", "string", (record) => one(at(record, "conversation_rating.teammate.id"))),
]);

const CONTACT_STRINGS = [
  "id",
  "role",
  "name",
  "owner_id",
  "email",
  "email_domain",
  "phone",
  "external_id",
  "language_override",
  "browser",
  "browser_language",
  "os",
  "location.country",
  "location.region",
  "location.city",
  "ios_app_version",
  "ios_device",
  "ios_os_version",
  "ios_app_name",
  "ios_sdk_version",
  "android_app_version",
  "android_device",
  "android_app_name",
];
const CONTACT_DATES = [
  "created_at",
  "signed_up_at",
  "updated_at",
  "last_seen_at",
  "last_contacted_at",
  "last_replied_at",
  "last_email_opened_at",
  "last_email_clicked_at",
  "ios_last_seen_at",
  "android_last_seen_at",
];

const CONTACT_FIELDS: ReadonlyMap<string, SearchField> = new Map([
  ...plain("string", CONTACT_STRINGS),
  ...plain("date", CONTACT_DATES),
  ...plain("boolean", ["unsubscribed_from_emails", "marked_email_as_spam", "has_hard_bounced"]),
  named("avatar", "string", (record) => one(at(record, "avatar.image_url"))),
  named("formatted_phone", "string", (record) => one(at(record, "phone"))),
  named("ios_app_device", "string", (record) => one(at(record, "ios_device"))),
  // As the documentation spells it.
  named("andoid_sdk_version", "string", (record) => one(at(record, "android_sdk_version"))),
  named("tag_id", "tag", (record) => idsIn(at(record, "tags.data"))),
]);

export const CONVERSATION_SEARCH: SearchFields = {
  find: (name) => CONVERSATION_FIELDS.get(name) ?? null,
  hasDayDates: false,
};

/** What the search calls the categories. */
const TICKET_CATEGORIES: Readonly<Record<string, string>> = {
  Customer: "request",
  "Back-office": "task",
  Tracker: "tracker",
};

const TICKET_FIELDS: ReadonlyMap<string, SearchField> = new Map([
  ...plain("string", ["id", "admin_assignee_id", "team_assignee_id"]),
  ...plain("date", ["updated_at", "snoozed_until"]),
  ...plain("boolean", ["open"]),
  ["created_at", { ...named("created_at", "date", (record) => one(at(record, "created_at")))[1], isInclusive: true }],
  named("title", "string", (record) => one(objectAt(record, "ticket_attributes")["_default_title_"])),
  named("description", "string", (record) => one(objectAt(record, "ticket_attributes")["_default_description_"])),
  named("category", "string", (record) => one(TICKET_CATEGORIES[String(at(record, "category"))])),
  named("ticket_type_id", "string", (record) => one(at(record, "ticket_type.id"))),
  named("contact_ids", "string", (record) => idsIn(at(record, "contacts.contacts"))),
  named("teammate_ids", "string", teammateIdsOf),
  named("state", "string", (record) => one(at(record, "ticket_state.category"))),
]);

/** Teammates who wrote or did something in the ticket. */
function teammateIdsOf(ticket: JsonObject): readonly JsonValue[] {
  return objectsIn(at(ticket, "ticket_parts.ticket_parts"))
    .filter((part) => at(part, "author.type") === "admin")
    .flatMap((part) => one(at(part, "author.id")));
}

function ticketAttribute(ticket: JsonObject, id: string): readonly JsonValue[] {
  const attributes = objectsIn(at(ticket, "ticket_type.ticket_type_attributes.data"));
  const name = attributes.find((attribute) => textOf(attribute["id"]) === id)?.["name"];
  return typeof name === "string" ? one(objectAt(ticket, "ticket_attributes")[name]) : [];
}

export const TICKET_SEARCH: SearchFields = {
  find: (name) => {
    const id = /^ticket_attribute\.(.+)$/.exec(name)?.[1];
    if (id === undefined) return TICKET_FIELDS.get(name) ?? null;
    return { type: "string", values: (ticket) => ticketAttribute(ticket, id) };
  },
  hasDayDates: false,
};

export const CONTACT_SEARCH: SearchFields = {
  find: (name) => {
    const attribute = /^custom_attributes\.(.+)$/.exec(name)?.[1];
    if (attribute === undefined) return CONTACT_FIELDS.get(name) ?? null;
    return { type: "string", values: (record) => one(objectAt(record, "custom_attributes")[attribute]) };
  },
  hasDayDates: true,
};

function plain(type: FieldType, names: readonly string[]): [string, SearchField][] {
  return names.map((name) => named(name, type, (record) => one(at(record, name))));
}

function named(name: string, type: FieldType, values: SearchField["values"]): [string, SearchField] {
  return [name, { type, values }];
}

function one(value: JsonValue): readonly JsonValue[] {
  return value === null || value === undefined
    ? []
    : [textOf(value) !== null && typeof value === "object" ? textOf(value) : value];
}

function idsIn(list: JsonValue): readonly JsonValue[] {
  return objectsIn(list).flatMap((each) => one(textOf(each["id"])));
}

function objectAt(record: JsonObject, name: string): JsonObject {
  const value = record[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A body is searched word by word. */
function wordsOf(html: JsonValue): readonly string[] {
  return typeof html === "string"
    ? html
        .replace(/<[^>]*>/g, " ")
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word !== "")
    : [];
}
