// A conversation that becomes a customer ticket. Here is what happens to it beside what was planned, and the ticket's own
// log, which is the conversation's seen from the other side.
import type { Actor } from "../actor.ts";
import { hash32, Random } from "../random.ts";
import type { DeskEvent } from "../timeline.ts";
import { DESCRIPTION, pickState, pickType, type StateCategory, TITLE, ticketStateOf, ticketTypeOf } from "./catalog.ts";
import type { ConvertedEvent } from "./conversation-events.ts";
import { type DeskTicketEvent, stateChange } from "./timeline.ts";
import { drawValue, drawValues, pickAttribute } from "./values.ts";

/** Parts that the ticket adds are numbered from here: conversations stay below. */
const PARTS_FROM = 50_000;
const TITLE_LETTERS_MAX = 80;
/** A close that leaves the ticket's state as it is. */
const UNRESOLVED_CLOSE_SHARE = 0.1;

export interface ConversionIdentity {
  readonly key: number;
  readonly ticketId: string;
  readonly inboxNumber: string;
  /** What the ids of the conversation's parts begin with. */
  readonly prefix: string;
}

/**
 * The planned events with those of the conversion; null when the conversation goes in no way to be converted. An AI agent
 * under a teammate's name rules it out, because a ticket's payload can't tell the two apart.
 */
export function converted(
  seed: number,
  base: readonly DeskEvent[],
  identity: ConversionIdentity,
): readonly DeskEvent[] | null {
  const opened = base[0];
  if (opened?.kind !== "opened" || opened.actor.kind !== "customer") return null;
  if (base.some((event) => event.actor.kind === "ai_as_teammate")) return null;
  const reply = base.find((event) => event.kind === "message" && event.actor.kind === "teammate");
  const random = new Random(hash32(seed, 92, identity.key));
  const at = (reply?.at ?? Number.NaN) + 5 + random.below(100);
  const deleted = base.find((event) => event.kind === "deleted");
  if (reply === undefined || at >= (deleted?.at ?? Number.POSITIVE_INFINITY)) return null;
  const begin: ConvertedEvent = {
    kind: "converted",
    at,
    actor: reply.actor,
    ticketId: identity.ticketId,
    inboxNumber: identity.inboxNumber,
    ...firstValues(random, at, opened.body?.plain ?? ""),
  };
  return inOrder(base, [begin, ...statesOf(random, base, begin, identity.prefix)]);
}

/** Merges events in order of time; of one second, the planned ones come first. */
export function inOrder(base: readonly DeskEvent[], extras: readonly DeskEvent[]): readonly DeskEvent[] {
  return extras.length === 0 ? base : [...base, ...extras].sort((a, b) => a.at - b.at);
}

function firstValues(
  random: Random,
  at: number,
  text: string,
): Pick<ConvertedEvent, "typeId" | "stateId" | "attributes"> {
  const type = pickType(random, "Customer");
  const title = text.split("\n", 1)[0]?.slice(0, TITLE_LETTERS_MAX) ?? "";
  const attributes = drawValues(random, type, at, title, random.chance(0.5) ? text : null);
  return { typeId: type.id, stateId: pickState(random, "Customer", "submitted"), attributes };
}

/** The ticket's states follow what happens in the conversation. */
function statesOf(
  random: Random,
  base: readonly DeskEvent[],
  begin: ConvertedEvent,
  prefix: string,
): readonly DeskEvent[] {
  const events: DeskEvent[] = [];
  let state = ticketStateOf(begin.stateId);
  const partId = (): string => prefix + String(100_000 + PARTS_FROM + events.length + 1).slice(1);
  const to = (at: number, actor: Actor, stateId: string): void => {
    events.push(stateChange(at, actor, partId(), state, ticketStateOf(stateId)));
    state = ticketStateOf(stateId);
  };
  const is = (category: StateCategory): boolean => state.category === category;
  const next = (category: StateCategory): string => pickState(random, "Customer", category);
  to(begin.at, begin.actor, begin.stateId);
  for (const event of base) {
    if (event.at <= begin.at) continue;
    const { at, actor } = event;
    if (event.kind === "message" && actor.kind === "teammate") {
      if (is("submitted")) to(at, actor, next("in_progress"));
      else if (is("in_progress") && random.chance(0.5)) to(at, actor, next("waiting_on_customer"));
      const type = ticketTypeOf(begin.typeId);
      const attribute = random.chance(0.15) ? pickAttribute(random, type) : null;
      if (attribute !== null) {
        const { id, name } = attribute;
        const value = drawValue(random, attribute, at);
        events.push({ kind: "ticket_attribute_set", at, actor, partId: partId(), attributeId: id, name, value });
      }
    } else if (event.kind === "message" && actor.kind === "customer") {
      if (is("waiting_on_customer")) to(at, actor, next("in_progress"));
    } else if (event.kind === "closed" && !is("resolved") && !random.chance(UNRESOLVED_CLOSE_SHARE)) {
      to(at, actor, next("resolved"));
    } else if (event.kind === "reopened" && is("resolved")) to(at, actor, next("in_progress"));
  }
  return events;
}

export interface ConvertedConversation {
  readonly id: string;
  readonly contactId: string;
  readonly events: readonly DeskEvent[];
}

/** The log of the ticket that a conversation became, with the contact of that time; null as long as it has not. */
export function ticketOfConversation(conversation: ConvertedConversation): readonly DeskTicketEvent[] | null {
  const { id, events } = conversation;
  const opened = events[0];
  const begin = events.find((event) => event.kind === "converted");
  if (opened?.kind !== "opened" || begin === undefined) return null;
  const survivor = events.slice(0, events.indexOf(begin)).findLast((event) => event.kind === "contact_merged");
  const contactId = survivor?.intoId ?? conversation.contactId;
  const { ticketId, inboxNumber, typeId, stateId, attributes } = begin;
  const { at, actor, sourceId: partId, body, attachments } = opened;
  const log: DeskTicketEvent[] = [
    { kind: "created", at, actor, ticketId, inboxNumber, typeId, category: "Customer", stateId, contactId, attributes },
    { kind: "message", at, actor, partId, body, attachments },
  ];
  for (const event of events.slice(1))
    log.push(...(event === begin ? [convertedFrom(begin, id)] : seenFromTicket(event)));
  return log;
}

function convertedFrom({ at, actor }: ConvertedEvent, conversationId: string): DeskTicketEvent {
  return { kind: "converted", at, actor, conversationId };
}

function seenFromTicket(event: DeskEvent): readonly DeskTicketEvent[] {
  switch (event.kind) {
    case "message":
    case "note":
    case "assigned":
    case "closed":
    case "reopened":
    case "redacted":
    case "other_part":
    case "ticket_state_changed":
    case "ticket_attribute_set":
    case "deleted":
    case "restored":
      return [event];
    default: {
      const { at, actor, kind } = event;
      const partId = "partId" in event ? event.partId : null;
      const closes = kind === "closed_unseen" || kind === "merged_into";
      const touched: DeskTicketEvent = { kind: "touched", at, actor, closes };
      return partId === null ? [touched] : [{ kind: "other_part", at, actor, partId, partType: kind }, touched];
    }
  }
}

/** What a ticket is called where it is named beside its conversation. */
export function titleOf(attributes: ConvertedEvent["attributes"]): string {
  return String(attributes[TITLE] ?? attributes[DESCRIPTION] ?? "");
}
