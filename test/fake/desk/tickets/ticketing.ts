// What the tickets of a workspace do to its conversations: some become tickets, some are linked to tickets.
import type { DeskClock } from "../clock.ts";
import { idPrefix } from "../scene.ts";
import type { DeskEvent } from "../timeline.ts";
import { converted } from "./conversion.ts";
import type { TicketSlots } from "./slots.ts";

const ID_PREFIX = "915468";
const ID_OFFSET = 100_000_000_000;
const INBOX_NUMBERS_FROM = 1001;

export class Ticketing {
  readonly slots: TicketSlots;
  /** A converted ticket has the id of its conversation, as Intercom is said to do; else every ticket has its own. */
  readonly sharesIds: boolean;
  private readonly seed: number;
  private readonly time: DeskClock;

  constructor(seed: number, time: DeskClock, slots: TicketSlots, sharesIds: boolean) {
    this.sharesIds = sharesIds;
    this.seed = seed;
    this.time = time;
    this.slots = slots;
  }

  /** Of a ticket that is no conversation, or shares no id with one. */
  idOf(key: number): string {
    return ID_PREFIX + String(ID_OFFSET + key);
  }

  /** The key of an id, whether there is such a ticket or not; null when the id is none of ours. */
  keyOf(id: string): number | null {
    if (!id.startsWith(ID_PREFIX) || id.length !== ID_PREFIX.length + 12 || !/^\d+$/.test(id)) return null;
    const key = Number(id.slice(ID_PREFIX.length)) - ID_OFFSET;
    return key >= 0 ? key : null;
  }

  /** The number that the inbox shows. */
  inboxNumberOf(key: number): string {
    return String(INBOX_NUMBERS_FROM + key);
  }

  /** The planned events of a conversation, with those of its conversion if it is converted. */
  withConversion(conversation: number, id: string, events: readonly DeskEvent[]): readonly DeskEvent[] {
    for (const { key, isConversion } of this.slots.anchoredAt(conversation)) {
      if (!isConversion) continue;
      const identity = {
        key,
        ticketId: this.sharesIds ? id : this.idOf(key),
        inboxNumber: this.inboxNumberOf(key),
        prefix: idPrefix(conversation),
      };
      return converted(this.seed, events, identity) ?? events;
    }
    return events;
  }

  /** The links of a conversation by an instant, as they are seen to have happened. */
  links(conversation: number, epoch: number): readonly DeskEvent[] {
    const planned = this.time.plannedUntil(epoch);
    return this.plannedLinks(conversation)
      .filter((event) => event.at <= planned)
      .map((event) => ({ ...event, at: this.time.shown(event.at) }));
  }

  /** The links of a conversation at the times that are planned. */
  plannedLinks(conversation: number): readonly DeskEvent[] {
    return this.slots.linksOfConversation(conversation).map(({ ticket, at }) => ({
      kind: "ticket_linked",
      at,
      actor: linker(ticket.key),
      ticketId: this.idOf(ticket.key),
      category: ticket.category,
    }));
  }
}

/** Who links conversations to a ticket. */
export function linker(ticketKey: number): DeskEvent["actor"] {
  return { kind: "teammate", id: String(7001001 + (ticketKey % 5)) };
}
