// What is planned for tickets, by key: the same whenever it is asked for, whatever tests change.
import { ADDED_KEYS_FROM, type GeneratedConversations } from "../generated-conversations.ts";
import { ticketOfConversation } from "./conversion.ts";
import type { TicketSlot, TicketSlots } from "./slots.ts";
import { beginsAt } from "./snapshot.ts";
import { writeTicket } from "./story.ts";
import { linker, type Ticketing } from "./ticketing.ts";
import type { DeskTicketEvent } from "./timeline.ts";

/** A test may add a ticket or convert a conversation: their keys begin where those of added conversations do. */
export const ADDED_TICKET_KEYS_FROM = ADDED_KEYS_FROM;

export interface PlanSources {
  readonly seed: number;
  readonly ticketing: Ticketing;
  readonly conversations: GeneratedConversations;
}

export class TicketPlans {
  private readonly from: PlanSources;
  private readonly slots: TicketSlots;

  constructor(sources: PlanSources) {
    this.from = sources;
    this.slots = sources.ticketing.slots;
  }

  /** Of a ticket that is no conversation: with everything that is still to come, but its links. */
  events(key: number): readonly DeskTicketEvent[] {
    if (key >= ADDED_TICKET_KEYS_FROM) return [];
    const { seed, ticketing, conversations } = this.from;
    const slot = this.slots.slot(key);
    const anchor = Number.isFinite(slot.createdAt) ? conversations.planned(slot.anchor) : null;
    if (anchor === null) return [];
    return writeTicket(seed, slot, {
      ticketId: ticketing.idOf(key),
      inboxNumber: ticketing.inboxNumberOf(key),
      prefix: `5${100_000_000_000 + key}`,
      contactId: hasContact(slot) ? anchor.contactId : null,
    });
  }

  /** Conversations that are linked to it. */
  links(key: number): readonly DeskTicketEvent[] {
    if (key >= ADDED_TICKET_KEYS_FROM) return [];
    return this.slots.linksOfTicket(this.slots.slot(key)).map(({ conversation, at }) => ({
      kind: "linked",
      at,
      actor: linker(key),
      conversationId: this.from.conversations.idOf(conversation),
    }));
  }

  /** Of a conversation that becomes the ticket; null when it goes in a way that rules that out. */
  conversion(slot: TicketSlot): readonly DeskTicketEvent[] | null {
    const { conversations } = this.from;
    const story = conversations.planned(slot.anchor);
    if (story === null) return null;
    const { contactId, events } = story;
    return ticketOfConversation({ id: conversations.idOf(slot.anchor), contactId, events });
  }

  /** When it changes, by plan: from when there is such a ticket. */
  times(key: number): readonly DeskTicketEvent[] {
    const slot = this.slots.slot(key);
    if (!Number.isFinite(slot.createdAt)) return [];
    const conversion = slot.isConversion ? this.conversion(slot) : null;
    if (conversion === null) return sorted([...this.events(key), ...this.links(key)]);
    const links = this.from.ticketing.plannedLinks(slot.anchor);
    const begin = beginsAt(conversion);
    const touched = links.map(({ at, actor }): DeskTicketEvent => ({ kind: "touched", at, actor, closes: false }));
    return sorted([...conversion, ...touched]).filter((event) => event.at >= begin);
  }
}

function hasContact(slot: TicketSlot): boolean {
  return slot.category === "Customer" || (slot.category === "Back-office" && slot.key % 3 !== 0);
}

/** In order of time; of one second, the earlier in the list comes first. */
export function sorted(events: DeskTicketEvent[]): readonly DeskTicketEvent[] {
  return events.sort((a, b) => a.at - b.at);
}
