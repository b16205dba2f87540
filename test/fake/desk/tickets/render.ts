// A ticket in Intercom's shape, from its snapshot.
import { encoded, type JsonHole, JsonText, json } from "../../json-text.ts";
import { authorOf, type Participant } from "../authors.ts";
import { REDACTED_BODY, renderAttachments, renderBody } from "../render-part.ts";
import type { OwnTicket } from "../snapshot.ts";
import { type TicketType, ticketStateOf, ticketTypeOf } from "./catalog.ts";
import type { AttributeValue } from "./conversation-events.ts";
import { stateText, typeText } from "./render-catalog.ts";
import type { TicketPartDraft, TicketSnapshot } from "./snapshot.ts";

/** Intercom shows so many parts, the most recent ones. */
export const TICKET_PARTS_SHOWN_MAX = 500;
/** Of more linked objects there is a count alone. */
export const LINKED_SHOWN_MAX = 1000;

export interface TicketFacts {
  /** Digits. */
  readonly id: string;
  readonly index: number;
  readonly participantOf: (id: string) => Participant;
  /** So many parts at most, the most recent ones. */
  readonly partsMax: number;
}

export function renderTicket(snapshot: TicketSnapshot, facts: TicketFacts): JsonText {
  const { created, state, parts } = snapshot;
  const { contactId } = created;
  const shown = parts.slice(Math.max(0, parts.length - Math.min(facts.partsMax, TICKET_PARTS_SHOWN_MAX)));
  return json`{
    "type": "ticket",
    "id": ${facts.id},
    "ticket_id": ${created.inboxNumber},
    "ticket_attributes": ${encoded(Object.fromEntries(Array.from(snapshot.attributes, shownValue(ticketTypeOf(created.typeId)))))},
    "ticket_state": ${stateText(state.id)},
    "ticket_type": ${typeText(created.typeId)},
    "contacts": {
      "type": "contact.list",
      "contacts": ${contactId === null ? [] : [facts.participantOf(contactId).asContact]}
    },
    "admin_assignee_id": ${Number(snapshot.teammateId ?? 0)},
    "team_assignee_id": ${Number(snapshot.teamId ?? 0)},
    "created_at": ${created.at},
    "updated_at": ${snapshot.updatedAt},
    "ticket_parts": {
      "type": "ticket_part.list",
      "ticket_parts": ${shown.map((part) => renderTicketPart(part, facts))},
      "total_count": ${parts.length}
    },
    "open": ${snapshot.isOpen},
    "linked_objects": ${linkedObjects(linksOf(snapshot, facts))},
    "category": ${created.category},
    "is_shared": ${created.category === "Customer"},
    "previous_ticket_state_id": ${snapshot.previousStateId}
  }`;
}

/** The list of what is linked, as tickets and conversations have it. */
export function linkedObjects(all: readonly JsonText[]): JsonText {
  return json`{
    "type": "list",
    "data": ${all.slice(0, LINKED_SHOWN_MAX)},
    "total_count": ${all.length},
    "has_more": ${all.length > LINKED_SHOWN_MAX}
  }`;
}

export function linkedTicket(id: string, category: string): JsonText {
  return json`{"type": "ticket", "id": ${id}, "category": ${category}}`;
}

/** Whether a ticket and the conversation that became it name each other among the linked objects: some do, some don't. */
export function isLinkedToItself(ticketId: string, conversationId: string): boolean {
  return ticketId !== conversationId && Number(ticketId.slice(-1)) % 2 === 0;
}

/** The `ticket` of a conversation that became one: another shape, and its id is a number. */
export function renderTicketOfConversation({ begin, stateId, attributes }: OwnTicket): JsonText {
  const type = ticketTypeOf(begin.typeId);
  const state = ticketStateOf(stateId);
  const typed = type.attributes.map(({ name, type: kind }) => [
    name,
    { value: attributes.get(name) ?? null, type: kind },
  ]);
  return json`{
    "type": "ticket",
    "id": ${new JsonText(begin.ticketId)},
    "url": ${`https://app.intercom.com/a/apps/tally7x2/conversations/${begin.ticketId}`},
    "custom_attributes": ${encoded(Object.fromEntries(typed))},
    "state": ${state.category},
    "ticket_type": ${type.name},
    "ticket_type_description": ${type.description},
    "ticket_type_emoji": ${type.icon},
    "ticket_custom_state_admin_label": ${state.internalLabel},
    "ticket_custom_state_user_label": ${state.externalLabel}
  }`;
}

function linksOf(snapshot: TicketSnapshot, facts: TicketFacts): readonly JsonText[] {
  const { conversationId, linked } = snapshot;
  const all = Array.from(linked);
  if (conversationId !== null && isLinkedToItself(facts.id, conversationId)) all.unshift(conversationId);
  return all.map((id) => json`{"type": "conversation", "id": ${id}, "category": null}`);
}

function renderTicketPart(part: TicketPartDraft, facts: TicketFacts): JsonText {
  const { assignedTo, state, attribute } = part;
  const body = renderBody(part.isRedacted ? REDACTED_BODY : part.body, false);
  // Parts without a text lack the key in the published examples.
  const optional = [
    body === null ? "" : field("body", body),
    state === null ? "" : field("ticket_state", state.to) + field("previous_ticket_state", state.from),
    assignedTo === null ? "" : field("assigned_to", json`{"type": ${assignedTo.type}, "id": ${assignedTo.id}}`),
    attribute === null ? "" : field("updated_attribute_data", renderUpdate(attribute)),
    facts.index % 3 === 0 ? field("app_package_code", "tally-bridge") : "",
  ];
  const fixed = json`{
    "type": "ticket_part",
    "id": ${part.id},
    "part_type": ${part.partType},
    "created_at": ${part.at},
    "updated_at": ${part.updatedAt},
    "author": ${authorOf(part.actor, facts.participantOf).inTicket},
    "attachments": ${part.isRedacted ? [] : renderAttachments(part.attachments, part.id)},
    "redacted": ${part.isRedacted}
  `;
  return new JsonText(`${fixed.bytes}${optional.join("")}}`);
}

function field(name: string, value: JsonHole): string {
  return `,"${name}":${json`${value}`.bytes}`;
}

function renderUpdate({ id, name, value }: NonNullable<TicketPartDraft["attribute"]>): JsonText {
  const isList = typeof value === "object" && value !== null;
  const shown = isList
    ? { type: "value", id: value.map((_, index) => index + 1), label: value }
    : { type: "value", id: value === null ? null : String(value), label: value === null ? "" : String(value) };
  return encoded({ attribute: { type: "attribute", id, label: name }, value: shown });
}

/** Files are objects with a link. */
function shownValue(type: TicketType): (entry: readonly [string, AttributeValue]) => readonly [string, JsonHoleless] {
  const files = new Set(type.attributes.filter((attribute) => attribute.type === "files").map(({ name }) => name));
  return ([name, value]) => {
    if (!files.has(name) || typeof value !== "object" || value === null) return [name, value];
    const [first = "file"] = value;
    const url = `https://downloads.tallyport.example/f/${encodeURIComponent(first)}`;
    return [
      name,
      { type: "upload", name: first, url, content_type: "image/png", filesize: 4821, width: 640, height: 480 },
    ];
  };
}

type JsonHoleless = AttributeValue | Readonly<Record<string, string | number>>;
