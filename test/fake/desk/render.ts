// A conversation in Intercom's shape, from its snapshot.

import { encoded, JsonText, json } from "../json-text.ts";
import { contentSources } from "./around/content-sources.ts";
import { pausesOf } from "./around/quality.ts";
import { authorOf, type Participant } from "./authors.ts";
import { REDACTED_BODY, renderAttachments, renderBody, renderPart, type Thread } from "./render-part.ts";
import type { Snapshot } from "./snapshot.ts";
import { renderStatistics } from "./statistics.ts";
import { isLinkedToItself, linkedObjects, linkedTicket, renderTicketOfConversation } from "./tickets/render.ts";

/** GET /conversations/{id} shows so many parts, the most recent ones. */
export const PARTS_SHOWN_MAX = 500;

const DELIVERED_AS = {
  customer: "customer_initiated",
  teammate: "admin_initiated",
  bot: "operator_initiated",
  ai_as_teammate: "operator_initiated",
  campaign: "automated",
} as const;

/** What a conversation's payload says beyond its events. */
export interface ConversationFacts {
  /** A string of digits, or those digits unquoted. */
  readonly id: string | JsonText;
  readonly index: number;
  /** Whoever handled it paused now and then. */
  readonly hasPauses: boolean;
  readonly language: string;
  readonly company: JsonText | null;
  readonly participantOf: (id: string) => Participant;
}

/** A conversation as GET /conversations/{id} answers, one character per byte. */
export interface Rendered {
  readonly bytes: string;
  /** How many of them make the list item, which lacks the closing brace then. */
  readonly itemBytes: number;
}

/** As the list and the search give it: everything but the parts. */
export function renderListItem(snapshot: Snapshot, facts: ConversationFacts): JsonText {
  return new JsonText(`${openItem(snapshot, facts, threadOf(snapshot, facts, false)).bytes}}`);
}

/** As GET /conversations/{id} answers, the list item included. `isPlain` is its display_as=plaintext. */
export function renderConversation(snapshot: Snapshot, facts: ConversationFacts, isPlain: boolean): Rendered {
  const thread = threadOf(snapshot, facts, isPlain);
  const item = openItem(snapshot, facts, thread).bytes;
  return { bytes: `${item},"conversation_parts":${renderParts(snapshot, thread).bytes}}`, itemBytes: item.length };
}

function renderParts({ parts }: Snapshot, thread: Thread): JsonText {
  const shown: JsonText[] = [];
  for (let index = Math.max(0, parts.length - PARTS_SHOWN_MAX); index < parts.length; index++) {
    const part = parts[index];
    if (part !== undefined) shown.push(renderPart(part, thread));
  }
  return json`{"type": "conversation_part.list", "conversation_parts": ${shown}, "total_count": ${parts.length}}`;
}

/** The list item, open for more: without its closing brace. */
function openItem(snapshot: Snapshot, facts: ConversationFacts, thread: Thread): JsonText {
  const { index } = facts;
  const { opened, rating } = snapshot;
  const isAnsweredByAi = snapshot.aiResolution !== null;
  const channel = opened.channel === "email" ? "email" : "messenger";
  // Intercom says "nobody" in two ways.
  const nobody = index % 2 === 0 ? 0 : null;
  return json`{
    "type": "conversation",
    "id": ${facts.id},
    "created_at": ${snapshot.createdAt},
    "updated_at": ${snapshot.updatedAt},
    "waiting_since": ${snapshot.waitingSince},
    "snoozed_until": ${snapshot.snoozedUntil},
    "source": ${renderSource(snapshot, thread)},
    "contacts": {
      "type": "contact.list",
      "contacts": ${snapshot.contactIds.map((id) => facts.participantOf(id).asContact)}
    },
    "first_contact_reply": ${firstContactReply(snapshot)},
    "admin_assignee_id": ${snapshot.teammateId === null ? nobody : Number(snapshot.teammateId)},
    "team_assignee_id": ${snapshot.teamId === null ? nobody : Number(snapshot.teamId)},
    "open": ${snapshot.state === "open"},
    "state": ${snapshot.state},
    "read": ${snapshot.waitingSince === null},
    "tags": {"type": "tag.list", "tags": ${renderTags(snapshot, index)}},
    "priority": ${snapshot.priority},
    "sla_applied": ${
      snapshot.sla === null
        ? null
        : json`{
            "type": "conversation_sla_summary",
            "sla_name": ${snapshot.sla.name},
            "sla_status": ${snapshot.sla.status === "cancelled" ? null : snapshot.sla.status}
          }`
    },
    "statistics": ${index % 37 === 8 ? null : renderStatistics(snapshot, undefined, facts.hasPauses ? pausesOf(snapshot, index) : null)},
    "conversation_rating": ${rating === null ? null : renderRating(rating, facts)},
    "teammates": ${renderTeammates(snapshot.teammateIds)},
    "title": ${thread.mailSubject},
    "custom_attributes": ${customAttributes(snapshot, facts)},
    "topics": {},
    "ticket": ${snapshot.ticket === null ? null : renderTicketOfConversation(snapshot.ticket)},
    "linked_objects": ${linkedObjects(linksOf(snapshot, facts))},
    "ai_agent": ${isAnsweredByAi ? renderAiAgent(snapshot, index) : null},
    "ai_agent_participated": ${isAnsweredByAi},
    "company": ${facts.company},
    "channel": {"initial": ${channel}, "current": ${channel}},
    "external_references": []
  `;
}

function threadOf(snapshot: Snapshot, facts: ConversationFacts, isPlain: boolean): Thread {
  const { language, participantOf } = facts;
  const mailSubject = snapshot.opened.channel === "email" ? subjectOf(snapshot) : null;
  return { language, participantOf, mailSubject, isPlain };
}

/** A mail's subject is the beginning of its text. */
function subjectOf(snapshot: Snapshot): string {
  const text = snapshot.isSourceRedacted ? "" : (snapshot.opened.body?.plain ?? "");
  return text.split("\n", 1)[0]?.replaceAll("<", "(").replaceAll("&", "+").slice(0, 60) ?? "";
}

function renderSource(snapshot: Snapshot, thread: Thread): JsonText {
  const { opened, isSourceRedacted } = snapshot;
  const { mailSubject, isPlain } = thread;
  return json`{
    "type": ${opened.channel},
    "id": ${opened.sourceId},
    "delivered_as": ${DELIVERED_AS[opened.actor.kind]},
    "subject": ${mailSubject === null ? "" : isPlain ? mailSubject : `<p>${mailSubject}</p>`},
    "body": ${renderBody(isSourceRedacted ? REDACTED_BODY : opened.body, isPlain) ?? ""},
    "author": ${authorOf(opened.actor, thread.participantOf).inSource},
    "attachments": ${isSourceRedacted ? [] : renderAttachments(opened.attachments, opened.sourceId)},
    "url": ${opened.channel === "conversation" ? "https://app.tallyport.example/ledger" : null},
    "redacted": ${isSourceRedacted}
  }`;
}

function renderTags(snapshot: Snapshot, index: number): readonly JsonText[] {
  const all: JsonText[] = [];
  for (const { id, name, at, actor } of snapshot.tags.values()) {
    // Older applications of a tag come without who and when.
    all.push(
      index % 5 === 1
        ? json`{"type": "tag", "id": ${id}, "name": ${name}}`
        : json`{
            "type": "tag", "id": ${id}, "name": ${name},
            "applied_at": ${at}, "applied_by": {"type": "admin", "id": ${actor.id}}
          }`,
    );
  }
  return all;
}

function customAttributes({ attributes, ticket, isMergedAway }: Snapshot, facts: ConversationFacts): JsonText {
  const { language, index } = facts;
  // As fast as can be where there is nothing more.
  if (attributes.size === 0 && ticket === null && !isMergedAway)
    return json`{"Language": ${language}, "Copilot": ${index % 4}}`;
  return encoded({
    Language: language,
    Copilot: index % 4,
    ...Object.fromEntries(attributes),
    ...(ticket === null ? {} : { "Ticket category": "Customer ticket" }),
    ...(isMergedAway ? { Merged: true } : {}),
  });
}

function linksOf(snapshot: Snapshot, facts: ConversationFacts): readonly JsonText[] {
  const { ticket, linkedTickets, mergedIds } = snapshot;
  const ownId = typeof facts.id === "string" ? facts.id : facts.id.bytes;
  const all = Array.from(linkedTickets, ([id, category]) => linkedTicket(id, category));
  // Some of those that were merged name each other, others do not.
  for (const id of mergedIds)
    if (Number(id.slice(-1)) + Number(ownId.slice(-1)) > 9)
      all.push(json`{"type": "conversation", "id": ${id}, "category": null}`);
  const own = ticket?.begin.ticketId;
  if (own !== undefined && isLinkedToItself(own, ownId)) all.unshift(linkedTicket(own, "Customer"));
  return all;
}

function renderTeammates(ids: ReadonlySet<string>): JsonText | null {
  if (ids.size === 0) return null;
  return json`{"type": "admin.list", "teammates": ${Array.from(ids, (id) => json`{"type": "admin", "id": ${id}}`)}}`;
}

function renderRating(rating: NonNullable<Snapshot["rating"]>, facts: ConversationFacts): JsonText {
  const { askedAt, updatedAt, contactId } = rating;
  const teammate = json`{"type": "admin", "id": ${rating.teammateId}}`;
  if (rating.score !== null) {
    return json`{
      "rating": ${rating.score}, "remark": ${rating.remark}, "created_at": ${askedAt}, "updated_at": ${updatedAt},
      "contact": ${contactId === null ? null : facts.participantOf(contactId).asContact}, "teammate": ${teammate}
    }`;
  }
  // Asked and not answered: the keys are null in some, absent in others.
  if (facts.index % 2 === 0) {
    return json`{"created_at": ${askedAt}, "updated_at": ${updatedAt}, "teammate": ${teammate}}`;
  }
  return json`{
    "rating": null, "remark": null, "created_at": ${askedAt}, "updated_at": ${updatedAt},
    "contact": null, "teammate": ${teammate}
  }`;
}

function renderAiAgent(snapshot: Snapshot, index: number): JsonText {
  const { aiRating } = snapshot;
  return json`{
    "source_type": "workflow",
    "source_title": "Fin first",
    "last_answer_type": "ai_answer",
    "resolution_state": ${snapshot.aiResolution},
    "rating": ${aiRating?.score ?? null},
    "rating_remark": ${aiRating?.remark ?? null},
    "created_at": ${aiRating?.at ?? null},
    "updated_at": ${aiRating?.at ?? null},
    "content_sources": ${contentSources(index)}
  }`;
}

function firstContactReply(snapshot: Snapshot): JsonText | null {
  const { opened } = snapshot;
  const first =
    opened.actor.kind === "customer"
      ? opened.at
      : snapshot.parts.find((part) => part.isMessage && part.actor.kind === "customer")?.at;
  return first === undefined ? null : json`{"created_at": ${first}, "type": ${opened.channel}, "url": null}`;
}
