// Which ticket belongs to which conversation, by arithmetic: a world of any size needs no table of it. Tickets are spread
// evenly over the conversations; each has an anchor, the conversation around which it begins.
import type { Arrivals } from "../arrivals.ts";
import { hash32, unit } from "../random.ts";
import type { TicketCategory } from "./catalog.ts";

const HOUR = 3600;
const DAY = 86400;
const TRACKER_EVERY = 40;
const TRACKER_OFFSET = 13;
/** Every so many trackers, one gets most of the conversations of six weeks: more than `linked_objects` shows. */
const GIANT_TRACKER_EVERY = 8;
const GIANT_TRACKER_OFFSET = 3;
const TRACKED_DAYS_MAX = 30;
const GIANT_TRACKED_DAYS_MAX = 45;
const TRACKED_SHARE = 0.2;
const GIANT_TRACKED_SHARE = 0.85;
const LINK_DELAY_SECONDS_MAX = 2 * DAY;
const DELETED_EVERY = 23;
const DELETED_OFFSET = 17;
const GIANT_EVERY = 397;
const GIANT_OFFSET = 150;
/** No ticket lives longer: a window of time touches a bounded span of tickets. */
export const TICKET_DAYS_MAX = 50;

export interface TicketSlot {
  readonly key: number;
  readonly category: TicketCategory;
  /** Index of the conversation. */
  readonly anchor: number;
  /** Whether the anchor is to become this ticket, if it goes in a way that allows it. */
  readonly isConversion: boolean;
  /** Whether a back-office ticket is about its anchor. */
  readonly isAboutAnchor: boolean;
  /** Epoch seconds; of a conversion, when the conversation began. */
  readonly createdAt: number;
  /** Epoch seconds; Infinity when it is never deleted. A conversion is deleted with its conversation. */
  readonly deletedAt: number;
  /** Has more parts than Intercom shows. */
  readonly isGiant: boolean;
}

/** At a planned instant, a conversation is linked to a ticket. */
export interface PlannedLink {
  readonly ticket: TicketSlot;
  /** Index of the conversation. */
  readonly conversation: number;
  /** Epoch seconds. */
  readonly at: number;
}

export class TicketSlots {
  private readonly seed: number;
  private readonly arrivals: Arrivals;
  private readonly conversationsPerTicket: number;

  /** `conversations` and `tickets`: how many have begun by the clock's start. */
  constructor(seed: number, arrivals: Arrivals, conversations: number, tickets: number) {
    this.seed = seed;
    this.arrivals = arrivals;
    this.conversationsPerTicket = conversations / tickets;
  }

  slot(key: number): TicketSlot {
    const anchor = this.anchorOf(key);
    const category = this.categoryOf(key);
    const isConversion =
      category === "Customer" && unit(this.seed, 81, key) < 0.65 && (key === 0 || this.anchorOf(key - 1) !== anchor);
    const begun = this.arrivals.createdAt(anchor);
    const delay = category === "Customer" ? 6 * HOUR : category === "Tracker" ? 2 * HOUR : 8 * HOUR;
    const createdAt = begun + (isConversion ? 0 : 600 + Math.floor(unit(this.seed, 82, key) ** 2 * delay));
    const isDeleted = key % DELETED_EVERY === DELETED_OFFSET && !isConversion;
    return {
      key,
      category,
      anchor,
      isConversion,
      isAboutAnchor: category === "Back-office" && unit(this.seed, 83, key) < 0.85,
      createdAt,
      deletedAt: isDeleted
        ? createdAt + HOUR + Math.floor(unit(this.seed, 84, key) * 30 * DAY)
        : Number.POSITIVE_INFINITY,
      isGiant: key % GIANT_EVERY === GIANT_OFFSET,
    };
  }

  /** The first ticket whose anchor is that conversation or a later one. */
  firstFrom(conversation: number): number {
    let key = Math.max(0, Math.floor(conversation / this.conversationsPerTicket) - 2);
    while (this.anchorOf(key) < conversation) key++;
    return key;
  }

  /** Tickets whose anchor the conversation is. */
  *anchoredAt(conversation: number): Iterable<TicketSlot> {
    for (let key = this.firstFrom(conversation); this.anchorOf(key) === conversation; key++) yield this.slot(key);
  }

  /** Links of a conversation, the planned ones to come included, in any order. */
  linksOfConversation(conversation: number): readonly PlannedLink[] {
    const links: PlannedLink[] = [];
    const begun = this.arrivals.createdAt(conversation);
    if (!Number.isFinite(begun)) return links;
    for (const ticket of this.anchoredAt(conversation))
      if (ticket.isAboutAnchor) links.push({ ticket, conversation, at: ticket.createdAt + 1 });
    const latest = Math.floor((this.firstFrom(conversation) - 1 - TRACKER_OFFSET) / TRACKER_EVERY);
    const giant =
      latest - ((((latest - GIANT_TRACKER_OFFSET) % GIANT_TRACKER_EVERY) + GIANT_TRACKER_EVERY) % GIANT_TRACKER_EVERY);
    for (const ordinal of new Set([latest, giant])) {
      const link = ordinal < 0 ? null : this.trackerLink(ordinal, conversation, begun);
      if (link !== null) links.push(link);
    }
    return links;
  }

  /** Links of a back-office or tracker ticket, the planned ones to come included, in any order. */
  linksOfTicket(ticket: TicketSlot): readonly PlannedLink[] {
    if (ticket.isAboutAnchor) return [{ ticket, conversation: ticket.anchor, at: ticket.createdAt + 1 }];
    if (ticket.category !== "Tracker" || !Number.isFinite(ticket.createdAt)) return [];
    const ordinal = (ticket.key - TRACKER_OFFSET) / TRACKER_EVERY;
    const next = ticket.key + TRACKER_EVERY * (isGiantTracker(ordinal) ? GIANT_TRACKER_EVERY : 1);
    const until = Math.min(
      this.anchorOf(next),
      this.arrivals.indexFrom(ticket.createdAt + (GIANT_TRACKED_DAYS_MAX + 1) * DAY),
    );
    const links: PlannedLink[] = [];
    for (let conversation = ticket.anchor + 1; conversation <= until; conversation++) {
      const link = this.trackerLink(ordinal, conversation, this.arrivals.createdAt(conversation));
      if (link !== null) links.push(link);
    }
    return links;
  }

  private trackerLink(ordinal: number, conversation: number, begun: number): PlannedLink | null {
    const isGiant = isGiantTracker(ordinal);
    const ticket = this.slot(ordinal * TRACKER_EVERY + TRACKER_OFFSET);
    const days = isGiant ? GIANT_TRACKED_DAYS_MAX : TRACKED_DAYS_MAX;
    if (conversation <= ticket.anchor || begun - ticket.createdAt > days * DAY) return null;
    if (unit(this.seed, 85, conversation, ordinal) >= (isGiant ? GIANT_TRACKED_SHARE : TRACKED_SHARE)) return null;
    const delay = 1800 + (hash32(this.seed, 86, conversation, ordinal) % LINK_DELAY_SECONDS_MAX);
    return { ticket, conversation, at: Math.max(begun + delay, ticket.createdAt + 60) };
  }

  private anchorOf(key: number): number {
    return Math.floor((key + 0.5) * this.conversationsPerTicket);
  }

  private categoryOf(key: number): TicketCategory {
    if (key % TRACKER_EVERY === TRACKER_OFFSET) return "Tracker";
    return unit(this.seed, 80, key) < 0.3 ? "Back-office" : "Customer";
  }
}

function isGiantTracker(ordinal: number): boolean {
  return ordinal % GIANT_TRACKER_EVERY === GIANT_TRACKER_OFFSET;
}
