// A conversation in Intercom's shape, from its snapshot.
import type { Body } from "./body.ts";
import type { ContactFacts } from "./contacts.ts";
import type { Actor } from "./events.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { AI_AGENT, OPERATOR, teammateOf } from "./people.ts";
import type { PartDraft, Snapshot } from "./snapshot.ts";
import { renderStatistics } from "./statistics.ts";

/** GET /conversations/{id} shows so many parts, the most recent ones. */
export const PARTS_SHOWN_MAX = 500;

const REDACTED_BODY: Body = { plain: "This message was deleted", html: "<p><i>This message was deleted</i></p>" };
const QUICK_REPLY_UUIDS = ["0f2a7c52-6f0a-4b57-9c1c-2d3b8f1f6a01", "0f2a7c52-6f0a-4b57-9c1c-2d3b8f1f6a02"];

/** What a conversation's payload says beyond its events. */
export interface ConversationFacts {
  /** A string of digits, or those digits unquoted. */
  readonly id: JsonValue;
  readonly index: number;
  readonly language: string;
  readonly company: JsonObject | null;
  readonly contactOf: (id: string) => ContactFacts | null;
}

/** As the list and the search give it: everything but the parts. */
export function renderListItem(snapshot: Snapshot, facts: ConversationFacts, isPlain = false): JsonObject {
  const { index } = facts;
  const { opened, rating } = snapshot;
  const isEmail = opened.channel === "email";
  // Intercom says "nobody" in two ways.
  const nobody = index % 2 === 0 ? 0 : null;
  return {
    type: "conversation",
    id: facts.id,
    created_at: snapshot.createdAt,
    updated_at: snapshot.updatedAt,
    waiting_since: snapshot.waitingSince,
    snoozed_until: snapshot.snoozedUntil,
    source: renderSource(snapshot, facts, isPlain),
    contacts: {
      type: "contact.list",
      contacts: snapshot.contactIds.map((id) => ({
        type: "contact",
        id,
        external_id: facts.contactOf(id)?.externalId ?? null,
      })),
    },
    first_contact_reply: firstContactReply(snapshot),
    admin_assignee_id: snapshot.teammateId === null ? nobody : Number(snapshot.teammateId),
    team_assignee_id: snapshot.teamId === null ? nobody : Number(snapshot.teamId),
    open: snapshot.state === "open",
    state: snapshot.state,
    read: snapshot.waitingSince === null,
    tags: {
      type: "tag.list",
      tags: [...snapshot.tags.values()].map((tag) => ({
        type: "tag",
        id: tag.id,
        name: tag.name,
        // Older applications of a tag come without who and when.
        ...(index % 5 === 1 ? {} : { applied_at: tag.at, applied_by: { type: "admin", id: tag.actor.id } }),
      })),
    },
    priority: snapshot.priority,
    sla_applied:
      snapshot.sla === null
        ? null
        : { type: "conversation_sla_summary", sla_name: snapshot.sla.name, sla_status: snapshot.sla.status },
    statistics: index % 37 === 8 ? null : renderStatistics(snapshot),
    conversation_rating: rating === null ? null : renderRating(rating, facts),
    teammates:
      snapshot.teammateIds.size === 0
        ? null
        : { type: "admin.list", teammates: [...snapshot.teammateIds].map((id) => ({ type: "admin", id })) },
    title: isEmail ? subjectOf(snapshot) : null,
    custom_attributes: { Language: facts.language, Copilot: index % 4 },
    topics: {},
    ticket: null,
    linked_objects: { type: "list", data: [], total_count: 0, has_more: false },
    ai_agent: snapshot.aiResolution === null ? null : renderAiAgent(snapshot),
    ai_agent_participated: snapshot.aiResolution !== null,
    company: facts.company,
    channel: { initial: isEmail ? "email" : "messenger", current: isEmail ? "email" : "messenger" },
    external_references: [],
  };
}

/** As GET /conversations/{id} answers. `isPlain` is its display_as=plaintext. */
export function renderConversation(snapshot: Snapshot, facts: ConversationFacts, isPlain = false): JsonObject {
  const shown = snapshot.parts.slice(-PARTS_SHOWN_MAX);
  return {
    ...renderListItem(snapshot, facts, isPlain),
    conversation_parts: {
      type: "conversation_part.list",
      conversation_parts: shown.map((part) => renderPart(part, snapshot, facts, isPlain)),
      total_count: snapshot.parts.length,
    },
  };
}

function renderPart(part: PartDraft, snapshot: Snapshot, facts: ConversationFacts, isPlain: boolean): JsonObject {
  const isMail = snapshot.opened.channel === "email" && part.isMessage && !part.isRedacted;
  const author = renderAuthor(part.actor, facts, true);
  return {
    type: "conversation_part",
    id: part.id,
    part_type: part.partType,
    body: textOfBody(part.isRedacted ? REDACTED_BODY : part.body, isPlain),
    created_at: part.at,
    updated_at: part.updatedAt,
    notified_at: part.at,
    assigned_to: part.assignedTo,
    author,
    attachments: part.isRedacted ? [] : attachments(part.attachments, part.id),
    external_id: null,
    redacted: part.isRedacted,
    email_message_metadata: isMail ? mailHeaders(snapshot, author, part.id) : null,
    metadata: quickReply(part),
    state: part.state,
    tags: part.tag === null ? [] : [{ type: "tag", id: part.tag.id, name: part.tag.name }],
    event_details:
      part.partType === "conversation_attribute_updated_by_workflow"
        ? { workflow: { name: "Route by topic" }, attribute: { name: "Topic" }, value: { name: facts.language } }
        : null,
    app_package_code: null,
  };
}

function renderSource(snapshot: Snapshot, facts: ConversationFacts, isPlain: boolean): JsonObject {
  const { opened, isSourceRedacted } = snapshot;
  const isEmail = opened.channel === "email";
  const body = textOfBody(isSourceRedacted ? REDACTED_BODY : opened.body, isPlain);
  return {
    type: opened.channel,
    id: opened.sourceId,
    delivered_as: DELIVERED_AS[opened.actor.kind],
    subject: isEmail ? (isPlain ? subjectOf(snapshot) : `<p>${subjectOf(snapshot)}</p>`) : "",
    body: body ?? "",
    author: renderAuthor(opened.actor, facts, false),
    attachments: isSourceRedacted ? [] : attachments(opened.attachments, opened.sourceId),
    url: opened.channel === "conversation" ? "https://app.tallyport.example/ledger" : null,
    redacted: isSourceRedacted,
  };
}

const DELIVERED_AS = {
  customer: "customer_initiated",
  teammate: "admin_initiated",
  bot: "operator_initiated",
  ai_as_teammate: "operator_initiated",
  campaign: "automated",
} as const;

function renderAuthor(actor: Actor, facts: ConversationFacts, withAi: boolean): JsonObject {
  switch (actor.kind) {
    case "customer": {
      const contact = facts.contactOf(actor.id);
      const author = {
        type: contact?.role ?? "user",
        id: actor.id,
        name: contact?.name ?? null,
        email: contact?.email ?? null,
      };
      return withAi ? { ...author, from_ai_agent: false, is_ai_answer: false } : author;
    }
    case "teammate":
    case "campaign":
    case "ai_as_teammate": {
      const mate = teammateOf(actor.id);
      const isAi = actor.kind === "ai_as_teammate";
      const author = {
        type: "admin",
        id: actor.id,
        name: mate?.name ?? "Former teammate",
        email: mate?.email ?? "gone@tallyport.example",
      };
      return withAi ? { ...author, from_ai_agent: isAi, is_ai_answer: isAi } : author;
    }
    case "bot": {
      const isAi = actor.id === AI_AGENT.id;
      const bot = isAi ? AI_AGENT : OPERATOR;
      const author = { type: "bot", id: actor.id, name: bot.name, email: bot.email };
      return withAi ? { ...author, from_ai_agent: isAi, is_ai_answer: isAi } : author;
    }
    default:
      throw new Error(`no such actor: ${actor.kind satisfies never}`);
  }
}

function renderRating(rating: NonNullable<Snapshot["rating"]>, facts: ConversationFacts): JsonObject {
  const times = { created_at: rating.askedAt, updated_at: rating.updatedAt };
  const teammate = { type: "admin", id: rating.teammateId };
  if (rating.score === null) {
    // Asked and not answered: the keys are null in some, absent in others.
    return facts.index % 2 === 0
      ? { ...times, teammate }
      : { rating: null, remark: null, ...times, contact: null, teammate };
  }
  const contact = {
    type: "contact",
    id: rating.contactId,
    external_id: facts.contactOf(rating.contactId ?? "")?.externalId ?? null,
  };
  return { rating: rating.score, remark: rating.remark, ...times, contact, teammate };
}

function renderAiAgent(snapshot: Snapshot): JsonObject {
  const { aiRating } = snapshot;
  return {
    source_type: "workflow",
    source_title: "Fin first",
    last_answer_type: "ai_answer",
    resolution_state: snapshot.aiResolution,
    rating: aiRating?.score ?? null,
    rating_remark: aiRating?.remark ?? null,
    created_at: aiRating?.at ?? null,
    updated_at: aiRating?.at ?? null,
    content_sources: {
      type: "content_source.list",
      total_count: 1,
      content_sources: [
        { content_type: "article", url: "https://help.tallyport.example/articles/7", title: "Bank sync", locale: "en" },
      ],
    },
  };
}

function firstContactReply(snapshot: Snapshot): JsonObject | null {
  const { opened } = snapshot;
  const first =
    opened.actor.kind === "customer"
      ? opened.at
      : snapshot.parts.find((part) => part.isMessage && part.actor.kind === "customer")?.at;
  return first === undefined ? null : { created_at: first, type: opened.channel, url: null };
}

function quickReply(part: PartDraft): JsonObject | null {
  if (part.quickReply === null || part.isRedacted) return null;
  if (part.quickReply === "clicked") return { quick_reply_uuid: QUICK_REPLY_UUIDS[0] };
  return { quick_reply_options: QUICK_REPLY_UUIDS.map((uuid, option) => ({ text: `Option ${option + 1}`, uuid })) };
}

function mailHeaders(snapshot: Snapshot, author: JsonObject, id: string): JsonObject {
  const from = author["email"] === null ? [] : [{ type: "from", email_address: author["email"], name: author["name"] }];
  return { subject: subjectOf(snapshot), email_address_headers: from, message_id: `<${id}@mail.example>` };
}

/** A mail's subject is the beginning of its text. */
function subjectOf(snapshot: Snapshot): string {
  const text = snapshot.isSourceRedacted ? "" : (snapshot.opened.body?.plain ?? "");
  return text.split("\n")[0]?.replaceAll("<", "(").replaceAll("&", "+").slice(0, 60) ?? "";
}

function attachments(count: number, id: string): readonly JsonObject[] {
  return Array.from({ length: count }, (_, each) => ({
    type: "upload",
    name: `receipt-${each + 1}.png`,
    url: `https://downloads.tallyport.example/i/o/${id}/receipt-${each + 1}.png`,
    content_type: "image/png",
    filesize: 48213,
    width: 640,
    height: 480,
  }));
}

function textOfBody(body: Body | null, isPlain: boolean): string | null {
  return body === null ? null : isPlain ? body.plain : body.html;
}
