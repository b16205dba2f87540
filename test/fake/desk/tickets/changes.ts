// What tests change about tickets. Each change happens now, by the server's clock; a ticket that is touched goes its own
// way from then on, except the links that were planned.
import type { Actor } from "../actor.ts";
import type { Body } from "../body.ts";
import { givenBody } from "../body.ts";
import type { DeskClock } from "../clock.ts";
import type { GeneratedConversations } from "../generated-conversations.ts";
import { TEAMMATES } from "../people.ts";
import { idPrefix } from "../scene.ts";
import type { DeskEvent } from "../timeline.ts";
import {
  DESCRIPTION,
  type StateCategory,
  TICKET_STATES,
  TICKET_TYPES,
  TITLE,
  type TicketCategory,
  ticketStateOf,
  ticketTypeOf,
} from "./catalog.ts";
import type { AttributeValue } from "./conversation-events.ts";
import type { GeneratedTickets } from "./generated.ts";
import { ADDED_TICKET_KEYS_FROM } from "./plans.ts";
import type { Ticketing } from "./ticketing.ts";
import { type DeskTicketEvent, stateChange, TicketTimeline } from "./timeline.ts";

export interface NewTicket {
  readonly category: TicketCategory;
  /** The first type of the category unless told. */
  readonly typeId?: string;
  /** Nobody unless told. */
  readonly contactId?: string;
  readonly title: string;
  readonly description?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface ChangeSources {
  readonly time: DeskClock;
  readonly conversations: GeneratedConversations;
  readonly tickets: GeneratedTickets;
  readonly ticketing: Ticketing;
}

export class TicketChanges {
  count = 0;
  private readonly from: ChangeSources;
  private nextKey = ADDED_TICKET_KEYS_FROM;

  constructor(sources: ChangeSources) {
    this.from = sources;
  }

  /** A teammate opens a ticket, or a customer does, if it is for one and of category Customer. Returns its id. */
  add(ticket: NewTicket): string {
    const at = this.begin();
    const key = this.nextKey++;
    const { ticketing, tickets } = this.from;
    const { category, contactId = null, title, description = null } = ticket;
    const type = ticket.typeId ?? firstType(category);
    const stateId = stateOf("submitted");
    const actor: Actor =
      contactId !== null && category === "Customer" ? { kind: "customer", id: contactId } : teammate();
    const line = new TicketTimeline(at, Number.POSITIVE_INFINITY, prefixOf(key), stateId);
    line.add({
      kind: "created",
      at,
      actor,
      ticketId: ticketing.idOf(key),
      inboxNumber: ticketing.inboxNumberOf(key),
      typeId: type,
      category,
      stateId,
      contactId,
      attributes: { [TITLE]: title, [DESCRIPTION]: description, ...ticket.attributes },
    });
    line.to(actor, stateId);
    tickets.changed.set(key, line.events);
    return ticketing.idOf(key);
  }

  /** A conversation becomes a customer ticket. Returns the ticket's id. Throws when it is one already. */
  convert(conversationId: string, typeId = firstType("Customer")): string {
    const at = this.begin();
    const { conversations, tickets, ticketing } = this.from;
    const story = conversations.ownStoryById(conversationId);
    if (story === null) throw new Error(`there is no conversation ${conversationId}`);
    if (story.events.some((event) => event.kind === "converted")) throw new Error(`${conversationId} is a ticket`);
    const key = this.nextKey++;
    const [opened] = story.events;
    const text = opened?.kind === "opened" ? (opened.body?.plain ?? null) : null;
    const stateId = stateOf("submitted");
    const ticketId = ticketing.sharesIds ? conversationId : ticketing.idOf(key);
    const state = ticketStateOf(stateId);
    const begin: DeskEvent = {
      kind: "converted",
      at,
      actor: teammate(),
      ticketId,
      inboxNumber: ticketing.inboxNumberOf(key),
      typeId,
      stateId,
      attributes: { [TITLE]: text?.slice(0, 80) ?? "", [DESCRIPTION]: text },
    };
    const first = stateChange(at, teammate(), `${idPrefix(story.key)}60001`, state, state);
    conversations.changed.set(story.key, { ...story, events: [...story.events, begin, first] });
    tickets.converted.set(key, story.key);
    return ticketId;
  }

  customerReplies(id: string, words: string): string {
    return this.go(id, (line, contactId) =>
      line.message(contactId === null ? teammate() : customer(contactId), body(words)),
    );
  }

  teammateReplies(id: string, words: string): string {
    return this.go(id, (line) => line.message(teammate(), body(words)));
  }

  note(id: string, words: string): string {
    return this.go(id, (line) => line.note(teammate(), body(words)));
  }

  /** To the first state of a category, or to the state of that id. */
  setState(id: string, to: StateCategory | { readonly id: string }, by: "admin" | "user" | "workflow" = "admin"): void {
    const stateId = typeof to === "string" ? stateOf(to) : to.id;
    this.go(id, (line, contactId) => line.to(actorOf(by, contactId), stateId));
  }

  /** An attribute of the ticket's type, by name. */
  setAttribute(id: string, name: string, value: AttributeValue): void {
    this.go(id, (line, _contactId, typeId) => {
      const attribute = ticketTypeOf(typeId).attributes.find((each) => each.name === name);
      if (attribute === undefined) throw new Error(`no attribute ${name} of ticket type ${typeId}`);
      line.set(teammate(), attribute.id, name, value);
    });
  }

  /** So many messages within this second. */
  writeMany(id: string, messages: number): void {
    this.go(id, (line) => {
      for (let each = 0; each < messages; each++) line.message(teammate(), body(`Message ${each + 1} of ${messages}`));
    });
  }

  /** Links conversations to a back-office or tracker ticket, all within this second. */
  link(id: string, conversationIds: readonly string[]): void {
    this.relate(id, conversationIds, true);
  }

  unlink(id: string, conversationIds: readonly string[]): void {
    this.relate(id, conversationIds, false);
  }

  delete(id: string): void {
    this.go(id, (line) => line.add({ kind: "deleted", at: line.at, actor: teammate(), metricsRetained: false }));
  }

  restore(id: string): void {
    this.go(id, (line) => line.add({ kind: "restored", at: line.at, actor: teammate() }));
  }

  private relate(id: string, conversationIds: readonly string[], isLinked: boolean): void {
    const at = this.begin();
    const { conversations } = this.from;
    const category = this.categoryOf(id);
    const actor = teammate();
    this.go(
      id,
      (line) => {
        for (const conversationId of conversationIds)
          line.add({ kind: isLinked ? "linked" : "unlinked", at, actor, conversationId });
      },
      at,
    );
    for (const conversationId of conversationIds) {
      const story = conversations.ownStoryById(conversationId);
      if (story === null) throw new Error(`there is no conversation ${conversationId}`);
      const event: DeskEvent = isLinked
        ? { kind: "ticket_linked", at, actor, ticketId: id, category }
        : { kind: "ticket_unlinked", at, actor, ticketId: id };
      conversations.changed.set(story.key, { ...story, events: [...story.events, event] });
    }
  }

  private categoryOf(id: string): TicketCategory {
    const [created] = this.from.tickets.events(id) ?? [];
    if (created?.kind !== "created") throw new Error(`there is no ticket ${id}`);
    return created.category;
  }

  private begin(): number {
    this.count++;
    return this.from.time.touch();
  }

  private go<T>(
    id: string,
    act: (line: TicketTimeline, contactId: string | null, typeId: string) => T,
    at = this.begin(),
  ): T {
    const { tickets, conversations } = this.from;
    const home = tickets.homeOf(id);
    const [created] = tickets.events(id) ?? [];
    if (home === null || created?.kind !== "created") throw new Error(`there is no ticket ${id}`);
    const story = home.kind === "conversation" ? conversations.story(home.key, at) : null;
    const events = home.kind === "conversation" ? (tickets.events(id) ?? []) : tickets.ownEvents(home.key);
    const prefix = home.kind === "conversation" ? idPrefix(home.key) : prefixOf(home.key);
    const state = stateIn(events) ?? created.stateId;
    const line = new TicketTimeline(at, Number.POSITIVE_INFINITY, prefix, state, partsIn(events));
    const result = act(line, created.contactId, created.typeId);
    if (story === null) tickets.changed.set(home.key, [...events, ...line.events]);
    else {
      const own = conversations.ownStoryById(conversations.idOf(home.key));
      if (own === null) throw new Error(`there is no conversation of ticket ${id}`);
      conversations.changed.set(home.key, {
        ...own,
        events: [...own.events, ...line.events.map(seenFromConversation)],
      });
    }
    return result;
  }
}

/** Links don't go through here, and a converted ticket is neither created nor converted again. */
function seenFromConversation(event: DeskTicketEvent): DeskEvent {
  switch (event.kind) {
    case "created":
    case "converted":
    case "linked":
    case "unlinked":
    case "touched":
      throw new Error(`a converted ticket has no event ${event.kind} of its own`);
    default:
      return event;
  }
}

/** The highest number among the ids of parts. */
function partsIn(events: readonly DeskTicketEvent[]): number {
  return Math.max(0, ...events.map((event) => ("partId" in event ? Number(event.partId.slice(-5)) : 0)));
}

function stateIn(events: readonly DeskTicketEvent[]): string | undefined {
  const last = events.findLast((event) => event.kind === "ticket_state_changed");
  return last?.kind === "ticket_state_changed" ? last.toStateId : undefined;
}

function firstType(category: TicketCategory): string {
  return TICKET_TYPES.find((type) => type.category === category)?.id ?? TICKET_TYPES[0].id;
}

function stateOf(category: StateCategory): string {
  return TICKET_STATES.find((state) => state.category === category)?.id ?? "";
}

function prefixOf(key: number): string {
  return `5${100_000_000_000 + key}`;
}

function actorOf(by: "admin" | "user" | "workflow", contactId: string | null): Actor {
  if (by === "workflow") return { kind: "bot", id: "7009002" };
  return by === "user" && contactId !== null ? customer(contactId) : teammate();
}

function customer(id: string): Actor {
  return { kind: "customer", id };
}

function teammate(): Actor {
  return { kind: "teammate", id: TEAMMATES[0]?.id ?? "7001001" };
}

function body(words: string): Body {
  return givenBody(words);
}
