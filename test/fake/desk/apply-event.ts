// What each event makes of a conversation.
import type { AttributeSetEvent } from "./attributes/events.ts";
import { assignee, partOf } from "./part-draft.ts";
import type { Snapshot } from "./snapshot-shape.ts";
import type { DeskEvent } from "./timeline.ts";

export function applyEvent(snapshot: Snapshot, event: DeskEvent): void {
  switch (event.kind) {
    case "opened":
      return;
    case "message": {
      const part = partOf(snapshot, event, event.quickReply === undefined ? "comment" : "quick_reply");
      part.body = event.body;
      part.attachments = event.attachments;
      part.quickReply = event.quickReply ?? null;
      // Without a text only a comment is a message: an `open` or a close is then no more than that.
      part.isMessage = event.body !== null || part.partType === "comment" || part.partType === "quick_reply";
      if (event.actor.kind === "customer") snapshot.waitingSince ??= event.at;
      else if (event.actor.kind === "teammate") snapshot.waitingSince = null;
      else snapshot.aiAnswered ||= event.quickReply === undefined && event.body !== null;
      return;
    }
    case "note":
      partOf(snapshot, event, "note").body = event.body;
      return;
    case "assigned": {
      const part = partOf(snapshot, event, event.teammateId === null ? "default_assignment" : "assignment");
      part.assignedTo = assignee(event.teammateId, event.teamId);
      snapshot.teammateId = event.teammateId;
      snapshot.teamId = event.teamId;
      return;
    }
    case "closed":
      partOf(snapshot, event, "close").partType = "close";
      snapshot.state = "closed";
      snapshot.waitingSince = null;
      return;
    case "closed_unseen":
      snapshot.state = "closed";
      snapshot.waitingSince = null;
      if (event.isRecorded) snapshot.closedUnseenAt = event.at;
      return;
    case "reopened":
      partOf(snapshot, event, PART_OF_REOPENING[event.how]);
      snapshot.state = "open";
      return;
    case "snoozed":
      partOf(snapshot, event, "snoozed");
      snapshot.state = "snoozed";
      snapshot.snoozedUntil = event.until;
      return;
    case "woken":
      partOf(snapshot, event, PART_OF_WAKING[event.how]);
      snapshot.state = "open";
      snapshot.snoozedUntil = null;
      return;
    case "rating_asked":
      snapshot.rating = {
        askedAt: event.at,
        updatedAt: event.at,
        teammateId: event.teammateId,
        contactId: null,
        score: null,
        remark: null,
      };
      return;
    case "rated": {
      partOf(snapshot, event, "conversation_rating_changed").score = event.score;
      snapshot.rating ??= {
        askedAt: event.at,
        updatedAt: event.at,
        teammateId: "0",
        contactId: null,
        score: null,
        remark: null,
      };
      Object.assign(snapshot.rating, {
        score: event.score,
        remark: event.remark,
        updatedAt: event.at,
        contactId: event.actor.id,
      });
      return;
    }
    case "ai_rated":
      snapshot.aiRating = { score: event.score, remark: event.remark, at: event.at };
      return;
    case "ai_resolution":
      snapshot.aiResolution = event.resolution;
      return;
    case "tagged":
      snapshot.tags.set(event.tagId, { id: event.tagId, name: event.name, at: event.at, actor: event.actor });
      if (event.partId !== null)
        partOf(snapshot, { ...event, partId: event.partId }, "conversation_tags_updated").tag = {
          id: event.tagId,
          name: event.name,
        };
      return;
    case "untagged":
      snapshot.tags.delete(event.tagId);
      if (event.partId !== null) partOf(snapshot, { ...event, partId: event.partId }, "conversation_tags_updated");
      return;
    case "redacted":
      redact(snapshot, event.partId, event.at);
      return;
    case "contact_added":
      partOf(snapshot, event, "participant_added");
      if (!snapshot.contactIds.includes(event.contactId)) snapshot.contactIds.push(event.contactId);
      return;
    case "contact_merged":
      snapshot.contactIds = [...new Set(snapshot.contactIds.map((id) => (id === event.fromId ? event.intoId : id)))];
      return;
    case "prioritized":
      partOf(snapshot, event, "priority_changed");
      snapshot.priority = event.priority;
      return;
    case "sla":
      // Once a teammate removed one, Intercom shows no status of any later SLA.
      snapshot.sla = {
        name: event.name,
        status: snapshot.sla?.status === "cancelled" ? "cancelled" : event.status,
      };
      return;
    case "other_part":
      partOf(snapshot, event, event.partType);
      return;
    case "attribute_set":
      setAttribute(snapshot, event);
      return;
    case "merged_into":
      partOf(snapshot, event, "merged_secondary_conversation");
      snapshot.state = "closed";
      snapshot.waitingSince = null;
      snapshot.mergedIds.push(event.primaryId);
      snapshot.isMergedAway = true;
      return;
    case "merged_from":
      partOf(snapshot, event, "merged_primary_conversation");
      snapshot.mergedIds.push(event.secondaryId);
      return;
    case "converted":
      snapshot.ticket = { begin: event, stateId: event.stateId, attributes: new Map(Object.entries(event.attributes)) };
      return;
    case "ticket_state_changed":
      partOf(snapshot, event, `ticket_state_updated_by_${event.by}`);
      if (snapshot.ticket !== null) snapshot.ticket.stateId = event.toStateId;
      return;
    case "ticket_attribute_set":
      partOf(snapshot, event, "ticket_attribute_updated_by_admin");
      snapshot.ticket?.attributes.set(event.name, event.value);
      return;
    case "ticket_linked":
      snapshot.linkedTickets.set(event.ticketId, event.category);
      return;
    case "ticket_unlinked":
      snapshot.linkedTickets.delete(event.ticketId);
      return;
    case "deleted":
      snapshot.isDeleted = true;
      return;
    case "restored":
      snapshot.isDeleted = false;
      return;
    default:
      throw new Error(`no such event: ${event satisfies never}`);
  }
}

const PART_OF_REOPENING = {
  customer_open: "open",
  customer_comment: "comment",
  teammate_open: "open",
  assign_and_reopen: "assign_and_reopen",
  note_and_reopen: "note_and_reopen",
} as const;

const PART_OF_WAKING = {
  timer: "timer_unsnooze",
  customer_open: "open",
  customer_comment: "comment",
  teammate: "open",
} as const;

function setAttribute(snapshot: Snapshot, event: AttributeSetEvent): void {
  const { name, value, partId, actor } = event;
  if (partId !== null) {
    const by = actor.kind === "customer" ? "user" : actor.kind === "bot" ? "workflow" : "admin";
    const previous = snapshot.attributes.get(name) ?? null;
    partOf(snapshot, { ...event, partId }, `conversation_attribute_updated_by_${by}`).attribute = {
      name,
      value: value === null ? "" : String(value),
      previous: previous === null ? null : String(previous),
    };
  }
  if (value === null) snapshot.attributes.delete(name);
  else snapshot.attributes.set(name, value);
}

function redact(snapshot: Snapshot, id: string, at: number): void {
  if (id === snapshot.opened.sourceId) snapshot.isSourceRedacted = true;
  const part = snapshot.parts.find((each) => each.id === id);
  if (part === undefined) return;
  part.isRedacted = true;
  part.updatedAt = at;
}
