// The tickets of the generated world: told again whenever somebody asks, or as a test has changed them.
import { type JsonObject, parseObject } from "../../json.ts";
import { fromBytes, type JsonText } from "../../json-text.ts";
import { type Arrivals, DESK_BEGIN } from "../arrivals.ts";
import type { DeskClock } from "../clock.ts";
import { ConversationTimes } from "../conversation-times.ts";
import { ADDED_KEYS_FROM, type GeneratedConversations } from "../generated-conversations.ts";
import type { GeneratedDirectory } from "../generated-directory.ts";
import type { Rendered } from "../render.ts";
import type { Bounds, Records } from "../world.ts";
import { ticketOfConversation } from "./conversion.ts";
import { ADDED_TICKET_KEYS_FROM, sorted, TicketPlans } from "./plans.ts";
import { renderTicket, TICKET_PARTS_SHOWN_MAX, type TicketFacts } from "./render.ts";
import { renderTicketAsConversation } from "./render-as-conversation.ts";
import { TICKET_DAYS_MAX, type TicketSlots } from "./slots.ts";
import { beginsAt, type TicketSnapshot, ticketSnapshotOf } from "./snapshot.ts";
import type { Ticketing } from "./ticketing.ts";
import type { DeskTicketEvent } from "./timeline.ts";

const DAY = 86400;
export interface TicketSources {
  readonly seed: number;
  readonly time: DeskClock;
  readonly arrivals: Arrivals;
  readonly ticketing: Ticketing;
  readonly conversations: GeneratedConversations;
  readonly directory: GeneratedDirectory;
}

/** Where the events of a ticket are kept: with itself, or with the conversation that became it. */
export type TicketHome =
  | { readonly kind: "ticket"; readonly key: number }
  | { readonly kind: "conversation"; readonly key: number };

export class GeneratedTickets {
  /** Events of tickets that tests have changed or added, by key, without the planned links. */
  readonly changed = new Map<number, readonly DeskTicketEvent[]>();
  /** Keys of conversations that tests have converted, by the ticket's key. */
  readonly converted = new Map<number, number>();
  private readonly from: TicketSources;
  private readonly slots: TicketSlots;
  private readonly plans: TicketPlans;
  private readonly times: ConversationTimes;

  constructor(sources: TicketSources) {
    this.from = sources;
    this.slots = sources.ticketing.slots;
    this.plans = new TicketPlans(sources);
    this.times = new ConversationTimes((key) => this.plans.times(key));
  }

  /** As searches give them, with so many parts at most. */
  records(partsMax = TICKET_PARTS_SHOWN_MAX): Records {
    const text = (key: number, epoch: number): JsonText => {
      const found = this.rendered(key, epoch, partsMax);
      if (found === null) throw new Error(`ticket ${key} is not there at ${epoch}`);
      return found;
    };
    return {
      select: (bounds, epoch, visit) => this.select(bounds, epoch, visit),
      render: (key, epoch): JsonObject => parseObject(fromBytes(text(key, epoch).bytes)),
      text,
    };
  }

  /** Null when it is not there now. */
  retrieve(id: string): JsonText | null {
    const key = this.keyOf(id);
    return key === null || this.events(id) === null
      ? null
      : this.rendered(key, this.from.time.now(), TICKET_PARTS_SHOWN_MAX);
  }

  /** As of the world's clock, planned links included; null when there is none of that id yet. */
  events(id: string): readonly DeskTicketEvent[] | null {
    const key = this.keyOf(id);
    const now = this.from.time.now();
    const events = key === null ? null : this.eventsAt(key, now);
    if (events === null || beginsAt(events) > now) return null;
    return events[0]?.kind === "created" && events[0].ticketId === id ? events : null;
  }

  *ids(includeDeleted: boolean): Iterable<string> {
    const now = this.from.time.now();
    for (const key of this.keys()) {
      const snapshot = this.snapshot(key, now);
      if (snapshot !== null && (includeDeleted || !snapshot.isDeleted)) yield snapshot.created.ticketId;
    }
  }

  snapshot(key: number, epoch: number): TicketSnapshot | null {
    const events = this.eventsAt(key, epoch);
    return events === null ? null : ticketSnapshotOf(events, epoch);
  }

  /** Where a test's change of the ticket goes; null when there is no such ticket now. */
  homeOf(id: string): TicketHome | null {
    const key = this.keyOf(id);
    if (key === null || this.events(id) === null) return null;
    const conversation = this.conversationOf(key);
    return conversation === null ? { kind: "ticket", key } : { kind: "conversation", key: conversation };
  }

  /** The events that are the ticket's own, without planned links. */
  ownEvents(key: number): readonly DeskTicketEvent[] {
    return this.changed.get(key) ?? this.plannedBy(key, this.from.time.now());
  }

  private keyOf(id: string): number | null {
    const { ticketing, conversations } = this.from;
    const conversation = ticketing.sharesIds ? conversations.keyOf(id) : null;
    if (conversation !== null) return this.keyOfConversation(conversation);
    const key = ticketing.keyOf(id);
    if (key === null || key < ADDED_TICKET_KEYS_FROM) return key;
    return this.changed.has(key) || this.converted.has(key) ? key : null;
  }

  private keyOfConversation(conversation: number): number | null {
    for (const [key, converted] of this.converted) if (converted === conversation) return key;
    for (const { key, isConversion } of this.slots.anchoredAt(conversation)) if (isConversion) return key;
    return null;
  }

  private *keys(): Iterable<number> {
    const { arrivals, time } = this.from;
    const until = this.slots.firstFrom(arrivals.indexFrom(time.plannedUntil(time.now()) + 1));
    for (let key = 0; key < until; key++) yield key;
    for (const key of this.changed.keys()) if (key >= ADDED_TICKET_KEYS_FROM) yield key;
    yield* this.converted.keys();
  }

  private select(bounds: Bounds, epoch: number, visit: (key: number, updatedAt: number) => void): void {
    const { time, arrivals } = this.from;
    const planned = time.plannedUntil(epoch);
    const earliest = Math.max(bounds.updatedFrom - (TICKET_DAYS_MAX + 1) * DAY, bounds.createdFrom - DAY, DESK_BEGIN);
    const latest = Math.min(planned, bounds.updatedTo, bounds.createdTo);
    const until = this.slots.firstFrom(arrivals.indexFrom(latest + 1));
    for (let key = this.slots.firstFrom(arrivals.indexFrom(earliest)); key < until; key++) {
      if (this.isTouched(key)) this.consider(key, bounds, epoch, visit);
      else {
        const last = this.times.lastAt(key, planned);
        const updatedAt = time.shown(last);
        const createdAt = time.shown(this.slots.slot(key).createdAt);
        if (last > 0 && isWithin(bounds, createdAt, updatedAt)) visit(key, updatedAt);
      }
    }
    // Whatever a test has touched may have changed long after its planned life.
    for (const key of this.changed.keys()) {
      const isSeen = key < until && key >= this.slots.firstFrom(arrivals.indexFrom(earliest));
      if (!isSeen) this.consider(key, bounds, epoch, visit);
    }
    for (const key of this.converted.keys()) this.consider(key, bounds, epoch, visit);
    for (const conversation of this.from.conversations.changed.keys()) {
      if (conversation >= ADDED_KEYS_FROM) continue;
      for (const { key, isConversion } of this.slots.anchoredAt(conversation)) {
        const isSeen = key < until && key >= this.slots.firstFrom(arrivals.indexFrom(earliest));
        if (isConversion && !isSeen && !this.changed.has(key)) this.consider(key, bounds, epoch, visit);
      }
    }
  }

  private consider(key: number, bounds: Bounds, epoch: number, visit: (key: number, updatedAt: number) => void): void {
    const snapshot = this.snapshot(key, epoch);
    if (snapshot === null || snapshot.isDeleted) return;
    if (isWithin(bounds, snapshot.created.at, snapshot.updatedAt)) visit(key, snapshot.updatedAt);
  }

  private isTouched(key: number): boolean {
    if (this.changed.has(key)) return true;
    const { changed } = this.from.conversations;
    if (changed.size === 0) return false;
    const { isConversion, anchor } = this.slots.slot(key);
    return isConversion && changed.has(anchor);
  }

  /** Whether the ticket is a conversation that was converted. */
  isConversation(key: number): boolean {
    return this.conversationOf(key) !== null;
  }

  /** A ticket of its own in the shape of a conversation; null when it is not there. */
  asConversation(key: number, epoch: number, isPlain: boolean): Rendered | null {
    const snapshot = this.snapshot(key, epoch);
    if (snapshot === null || snapshot.isDeleted || snapshot.conversationId !== null) return null;
    return renderTicketAsConversation(snapshot, this.facts(key, snapshot, TICKET_PARTS_SHOWN_MAX), isPlain);
  }

  retrieveAsConversation(id: string, isPlain: boolean): Rendered | null {
    const key = this.keyOf(id);
    return key === null || this.events(id) === null ? null : this.asConversation(key, this.from.time.now(), isPlain);
  }

  private rendered(key: number, epoch: number, partsMax: number): JsonText | null {
    const snapshot = this.snapshot(key, epoch);
    if (snapshot === null || snapshot.isDeleted) return null;
    return renderTicket(snapshot, this.facts(key, snapshot, partsMax));
  }

  private facts(key: number, snapshot: TicketSnapshot, partsMax: number): TicketFacts {
    const { participantOf } = this.from.directory;
    return { id: snapshot.created.ticketId, index: key, participantOf, partsMax };
  }

  /** What is seen to have happened by an instant, links included; null when there is no such ticket. */
  private eventsAt(key: number, epoch: number): readonly DeskTicketEvent[] | null {
    const conversation = this.conversationOf(key);
    if (conversation !== null) {
      const { conversations } = this.from;
      const story = conversations.story(conversation, epoch);
      if (story === null) return null;
      return ticketOfConversation({
        id: conversations.idOf(conversation),
        contactId: story.contactId,
        events: story.events,
      });
    }
    const own = this.changed.get(key) ?? this.plannedBy(key, epoch);
    if (own.length === 0) return null;
    const { time } = this.from;
    const planned = time.plannedUntil(epoch);
    const links = this.plans.links(key).filter((event) => event.at <= planned);
    return sorted([...own, ...links.map((event) => ({ ...event, at: time.shown(event.at) }))]);
  }

  /** The planned events that are seen by an instant, without links. */
  private plannedBy(key: number, epoch: number): readonly DeskTicketEvent[] {
    const { time, directory } = this.from;
    const planned = time.plannedUntil(epoch);
    const events: DeskTicketEvent[] = [];
    for (const event of this.plans.events(key)) {
      if (event.at > planned) break;
      const seen = { ...event, at: time.shown(event.at) };
      events.push(directory.hasMerged ? this.moved(seen) : seen);
    }
    return events;
  }

  /** A merged contact's doings are the other's. */
  private moved(event: DeskTicketEvent): DeskTicketEvent {
    const { directory } = this.from;
    const { actor } = event;
    const moved =
      actor.kind === "customer" ? { ...event, actor: { ...actor, id: directory.survivor(actor.id) } } : event;
    if (moved.kind !== "created" || moved.contactId === null) return moved;
    return { ...moved, contactId: directory.survivor(moved.contactId) };
  }

  /** The conversation that is this ticket, by key; null for a ticket of its own. */
  private conversationOf(key: number): number | null {
    const added = this.converted.get(key);
    if (added !== undefined) return added;
    if (key >= ADDED_TICKET_KEYS_FROM) return null;
    const slot = this.slots.slot(key);
    return slot.isConversion && this.plans.conversion(slot) !== null ? slot.anchor : null;
  }
}

function isWithin(bounds: Bounds, createdAt: number, updatedAt: number): boolean {
  return (
    createdAt >= bounds.createdFrom &&
    createdAt <= bounds.createdTo &&
    updatedAt >= bounds.updatedFrom &&
    updatedAt <= bounds.updatedTo
  );
}
