// Where the OpenAPI contradicts its own examples, itself, or what is known of Intercom's answers: each with its reason.
import type { JsonObject } from "../fake/json.ts";

export interface Deviation {
  /** A schema that is good too. */
  readonly alsoAllowed: JsonObject;
  readonly reason: string;
}

export interface ExtraProperties {
  readonly properties: readonly string[];
  readonly reason: string;
}

const NULL: JsonObject = { type: "null" };

/** By "schema.property"; "*" stands for properties of any name. */
export const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  ...nullable(
    "conversation_statistics",
    "is absent or null until it has happened; the schema has no way to say 'not yet'",
    [
      "time_to_assignment",
      "time_to_admin_reply",
      "time_to_first_close",
      "time_to_last_close",
      "median_time_to_reply",
      "first_contact_reply_at",
      "first_assignment_at",
      "first_admin_reply_at",
      "first_close_at",
      "last_assignment_at",
      "last_assignment_admin_reply_at",
      "last_contact_reply_at",
      "last_admin_reply_at",
      "last_close_at",
      "last_closed_by_id",
      "handling_time",
    ],
  ),
  ...nullable("conversation_rating", "is null while a rating was asked for and not given", [
    "rating",
    "remark",
    "contact",
  ]),
  ...nullable("conversation", "is 0 or null when nobody is assigned", ["admin_assignee_id", "team_assignee_id"]),
  ...nullable("conversation_list_item", "is 0 or null when nobody is assigned", [
    "admin_assignee_id",
    "team_assignee_id",
  ]),
  ...nullable("conversation_part_author", "is null for a contact without an address", ["email"]),
  ...nullable("ticket_part_author", "is null for a contact without an address", ["email"]),
  ...nullable("ticket_type_attribute", "is null in the published examples", ["input_options"]),
  ...nullable("contact", "is null for a contact without an address", ["email", "email_domain"]),
  "custom_attributes.*": {
    alsoAllowed: { type: ["boolean", "number", "null"] },
    reason: "the published example has a boolean and a decimal; an attribute of a contact may be null",
  },
  "company.custom_attributes.*": {
    alsoAllowed: { type: ["boolean", "number", "null"] },
    reason: "attributes of companies may be integers, floats, dates and booleans",
  },
  "conversation_part.id": {
    alsoAllowed: { type: "integer" },
    reason: "the published example of a retrieved conversation has integers",
  },
};

/** By schema: properties that it does not know. */
export const EXTRA_PROPERTIES: Readonly<Record<string, ExtraProperties>> = {
  conversation: { properties: ["topics", "ticket"], reason: "the published examples have them" },
  conversation_list_item: { properties: ["topics", "ticket"], reason: "the published examples have them" },
  contact: {
    properties: [
      "enabled_push_messaging",
      "opted_in_subscription_types",
      "opted_out_subscription_types",
      "referrer",
      "utm_campaign",
      "utm_content",
      "utm_medium",
      "utm_source",
      "utm_term",
    ],
    reason: "the published example of a retrieved contact has them",
  },
  article_list_item: { properties: ["statistics"], reason: "the article that adds them is this schema and more" },
  call: {
    properties: ["transcript", "transcript_status"],
    reason: "the search's call that adds them is this schema and more",
  },
  ticket_type: { properties: ["is_internal"], reason: "the published examples have it" },
  ticket_type_attribute_list: { properties: ["data"], reason: "the published examples have the list under this name" },
  contact_tags: { properties: ["type"], reason: "the published example of a retrieved contact has it" },
  contact_notes: { properties: ["type"], reason: "the published example of a retrieved contact has it" },
  contact_companies: { properties: ["type"], reason: "the published example of a retrieved contact has it" },
  contact_social_profiles: { properties: ["type"], reason: "the published example of a retrieved contact has it" },
  contact_location: {
    properties: ["country_code", "continent_code"],
    reason: "the published example of a retrieved contact has them",
  },
  contact_attached_companies: { properties: ["data"], reason: "the published example has the list under this name" },
  app: { properties: ["secure"], reason: "the published example of the current admin has it" },
};

/** Schemas that are used inside an allOf beside further properties: closed, they would exclude those. */
export const OPEN_SCHEMAS: ReadonlySet<string> = new Set(["quick_reply_option", "conversation_attribute_base"]);

function nullable(schema: string, reason: string, properties: readonly string[]): Record<string, Deviation> {
  return Object.fromEntries(properties.map((property) => [`${schema}.${property}`, { alsoAllowed: NULL, reason }]));
}
