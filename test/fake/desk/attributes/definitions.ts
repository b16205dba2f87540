// Attributes that the team of a made-up workspace has defined: of conversations, contacts and companies. Their names are
// what names can be: with spaces, dots and emoji, longer than a column's, alike except their case.
import type { JsonObject } from "../../json.ts";

export type ConversationAttributeType = "string" | "list" | "integer" | "decimal" | "boolean" | "datetime";

export interface ConversationAttribute {
  readonly id: number;
  readonly name: string;
  readonly type: ConversationAttributeType;
  readonly options: readonly string[];
  readonly isArchived: boolean;
}

export interface RecordAttribute {
  readonly id: number;
  readonly model: "contact" | "company";
  readonly name: string;
  readonly type: "string" | "integer" | "float" | "boolean" | "date";
  readonly options: readonly string[];
  readonly isArchived: boolean;
}

const SET_UP_AT = Date.UTC(2024, 5, 3, 9) / 1000;
const ADMIN_ID = "7001005";

export const CONVERSATION_ATTRIBUTES: readonly [ConversationAttribute, ...ConversationAttribute[]] = [
  conversationAttribute(11, "Plan", "list", ["Starter", "Growth", "Scale"]),
  conversationAttribute(12, "plan", "string"),
  conversationAttribute(13, "Product area. Sub-area", "string"),
  conversationAttribute(14, "Urgency 🔥", "list", ["Can wait", "Soon", "Now"]),
  conversationAttribute(15, "Order value, €", "decimal"),
  conversationAttribute(16, "Seats", "integer"),
  conversationAttribute(17, "Is VIP?", "boolean"),
  conversationAttribute(18, "Renewal on", "datetime"),
  conversationAttribute(19, "What the customer was trying to do when the problem first showed up", "string"),
  conversationAttribute(20, "What the customer was trying to do when the problem first showed up again", "string"),
  conversationAttribute(21, "Language", "string"),
  conversationAttribute(22, "Copilot", "integer"),
  { ...conversationAttribute(23, "Old reason", "string"), isArchived: true },
];

/** Those that Intercom sets by itself: there are values, and no definitions. */
export const CX_RATING = "CX Score rating";
export const CX_EXPLANATION = "CX Score explanation";

export const RECORD_ATTRIBUTES: readonly RecordAttribute[] = [
  recordAttribute(31, "contact", "job_role", "string", ["Owner", "Bookkeeper"]),
  recordAttribute(32, "contact", "Job_Role", "string"),
  recordAttribute(33, "contact", "is.beta tester", "boolean"),
  recordAttribute(34, "contact", "Health score 💚", "float"),
  recordAttribute(35, "contact", "trial_ends_at", "date"),
  { ...recordAttribute(36, "contact", "old_crm_id", "string"), isArchived: true },
  recordAttribute(41, "company", "region", "string"),
  recordAttribute(42, "company", "Region", "string"),
  recordAttribute(43, "company", "seats used", "integer"),
  recordAttribute(44, "company", "contract.value", "float"),
  recordAttribute(45, "company", "renewal_on", "date"),
  recordAttribute(46, "company", "health as the customer success team sees it, looked at once a quarter", "string"),
];

const STANDARD: readonly JsonObject[] = [
  standard("contact", "email", "Email", "string"),
  standard("contact", "name", "Name", "string"),
  standard("contact", "signed_up_at", "Signed up", "date"),
  standard("company", "name", "Company name", "string"),
  standard("company", "monthly_spend", "Monthly Spend", "float"),
  { ...standard("company", "name", "Plan", "string"), full_name: "plan.name" },
];

export function renderConversationAttributes(withArchived: boolean): readonly JsonObject[] {
  return CONVERSATION_ATTRIBUTES.filter((each) => withArchived || !each.isArchived).map((each) => ({
    type: "conversation_attribute",
    id: each.id,
    name: each.name,
    description: "",
    data_type: each.type,
    required: false,
    visible_to_team_ids: [],
    archived: each.isArchived,
    created_at: SET_UP_AT,
    updated_at: SET_UP_AT,
    admin_id: ADMIN_ID,
    ...(each.type === "string" ? { multiline: false } : {}),
    ...(each.type === "list"
      ? { options: each.options.map((label, index) => ({ id: optionId(each.id, index), label, archived: false })) }
      : {}),
  }));
}

/** `model` null: of both. */
export function renderDataAttributes(
  model: RecordAttribute["model"] | null,
  withArchived: boolean,
): readonly JsonObject[] {
  const custom = RECORD_ATTRIBUTES.filter((each) => withArchived || !each.isArchived).map((each) => ({
    id: each.id,
    type: "data_attribute",
    name: each.name,
    full_name: `custom_attributes.${each.name}`,
    label: each.name,
    description: "",
    data_type: each.type,
    ...(each.options.length > 0 ? { options: each.options } : {}),
    api_writable: true,
    ui_writable: true,
    messenger_writable: false,
    custom: true,
    archived: each.isArchived,
    admin_id: ADMIN_ID,
    created_at: SET_UP_AT,
    updated_at: SET_UP_AT,
    model: each.model,
  }));
  return [...STANDARD, ...custom].filter((each) => model === null || each["model"] === model);
}

function conversationAttribute(
  id: number,
  name: string,
  type: ConversationAttributeType,
  options: readonly string[] = [],
): ConversationAttribute {
  return { id, name, type, options, isArchived: false };
}

function recordAttribute(
  id: number,
  model: RecordAttribute["model"],
  name: string,
  type: RecordAttribute["type"],
  options: readonly string[] = [],
): RecordAttribute {
  return { id, model, name, type, options, isArchived: false };
}

function standard(model: RecordAttribute["model"], name: string, label: string, type: string): JsonObject {
  return {
    type: "data_attribute",
    name,
    full_name: name,
    label,
    description: label,
    data_type: type,
    api_writable: true,
    ui_writable: false,
    messenger_writable: true,
    custom: false,
    archived: false,
    model,
  };
}

function optionId(attribute: number, index: number): string {
  return `00000000-0000-4000-8000-${String(attribute * 100 + index).padStart(12, "0")}`;
}
