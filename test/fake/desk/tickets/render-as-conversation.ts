// A ticket of its own in the shape of a conversation. Public programs read back-office and tracker tickets among the
// conversations of a workspace, under the ticket's id.
import { encoded, type JsonText, json } from "../../json-text.ts";
import { authorOf } from "../authors.ts";
import type { PartDraft } from "../part-draft.ts";
import type { Rendered } from "../render.ts";
import { renderPart } from "../render-part.ts";
import { linkedObjects, renderTicketOfConversation, TICKET_PARTS_SHOWN_MAX, type TicketFacts } from "./render.ts";
import type { TicketPartDraft, TicketSnapshot } from "./snapshot.ts";

export function renderTicketAsConversation(snapshot: TicketSnapshot, facts: TicketFacts, isPlain: boolean): Rendered {
  const { created, parts, isOpen } = snapshot;
  const { participantOf } = facts;
  const isByCustomer = created.actor.kind === "customer";
  const item = json`{
    "type": "conversation",
    "id": ${facts.id},
    "created_at": ${created.at},
    "updated_at": ${snapshot.updatedAt},
    "waiting_since": null,
    "snoozed_until": null,
    "source": {
      "type": "conversation",
      "id": ${facts.id},
      "delivered_as": ${isByCustomer ? "customer_initiated" : "admin_initiated"},
      "subject": "",
      "body": "",
      "author": ${authorOf(created.actor, participantOf).inSource},
      "attachments": [],
      "url": null,
      "redacted": false
    },
    "contacts": {
      "type": "contact.list",
      "contacts": ${created.contactId === null ? [] : [participantOf(created.contactId).asContact]}
    },
    "first_contact_reply": null,
    "admin_assignee_id": ${Number(snapshot.teammateId ?? 0)},
    "team_assignee_id": ${Number(snapshot.teamId ?? 0)},
    "open": ${isOpen},
    "state": ${isOpen ? "open" : "closed"},
    "read": true,
    "tags": {"type": "tag.list", "tags": []},
    "priority": "none",
    "sla_applied": null,
    "statistics": null,
    "conversation_rating": null,
    "teammates": null,
    "title": null,
    "custom_attributes": ${encoded({ "Ticket category": `${created.category} ticket` })},
    "topics": {},
    "ticket": ${renderTicketOfConversation({
      begin: created,
      stateId: snapshot.state.id,
      attributes: snapshot.attributes,
    })},
    "linked_objects": ${linkedObjects(Array.from(snapshot.linked, linkedConversation))},
    "ai_agent": null,
    "ai_agent_participated": false,
    "company": null,
    "channel": {"initial": "messenger", "current": "messenger"},
    "external_references": []
  `.bytes;
  const thread = { language: "English", participantOf, mailSubject: null, isPlain };
  const shown = parts
    .slice(-TICKET_PARTS_SHOWN_MAX)
    .map((part) => renderPart(asConversationPart(part, isOpen), thread));
  const list = json`{"type": "conversation_part.list", "conversation_parts": ${shown}, "total_count": ${parts.length}}`;
  return { bytes: `${item},"conversation_parts":${list.bytes}}`, itemBytes: item.length };
}

function linkedConversation(id: string): JsonText {
  return json`{"type": "conversation", "id": ${id}, "category": null}`;
}

function asConversationPart(part: TicketPartDraft, isOpen: boolean): PartDraft {
  const { id, partType, actor, at, updatedAt, body, attachments, assignedTo, isRedacted } = part;
  return {
    ...{ id, partType, actor, at, updatedAt, body, attachments, assignedTo, isRedacted },
    state: isOpen ? "open" : "closed",
    quickReply: null,
    tag: null,
    score: null,
    attribute: null,
    isMessage: partType === "comment",
  };
}
