// The conversations of a workspace in which tickets of their own are conversations as well.
import { type JsonObject, parseObject } from "../../json.ts";
import { fromBytes, JsonText } from "../../json-text.ts";
import type { GeneratedConversations } from "../generated-conversations.ts";
import type { Rendered } from "../render.ts";
import type { Bounds, Records } from "../world.ts";
import type { GeneratedTickets } from "./generated.ts";
import { ADDED_TICKET_KEYS_FROM } from "./plans.ts";

/** Keys of tickets among those of conversations: below them the generated ones, above them those that tests add. */
const TICKET_KEYS_FROM = 2_500_000;
const ADDED_TICKETS_FROM = 4_100_000;
/** A world of more has no keys left for its tickets. */
export const CONVERSATIONS_BESIDE_TICKETS_MAX = 1_000_000;

export class ConversationsWithTickets implements Records {
  private readonly conversations: GeneratedConversations;
  private readonly tickets: GeneratedTickets;

  constructor(conversations: GeneratedConversations, tickets: GeneratedTickets) {
    this.conversations = conversations;
    this.tickets = tickets;
  }

  select(bounds: Bounds, epoch: number, visit: (key: number, updatedAt: number) => void): void {
    this.conversations.select(bounds, epoch, visit);
    this.tickets.records().select(bounds, epoch, (key, updatedAt) => {
      if (!this.tickets.isConversation(key)) visit(keyAmongConversations(key), updatedAt);
    });
  }

  render(key: number, epoch: number): JsonObject {
    return parseObject(fromBytes(this.text(key, epoch).bytes));
  }

  text(key: number, epoch: number): JsonText {
    const ticket = ticketKeyOf(key);
    if (ticket === null) return this.conversations.text(key, epoch);
    const { bytes, itemBytes } = this.rendered(ticket, epoch);
    return new JsonText(`${bytes.slice(0, itemBytes)}}`);
  }

  /** With its thread, in UTF-8; null when it is not there now. */
  retrieve(id: string, isPlain: boolean): Buffer | null {
    const own = this.conversations.retrieve(id, isPlain);
    if (own !== null) return own;
    const rendered = this.tickets.retrieveAsConversation(id, isPlain);
    return rendered === null ? null : Buffer.from(rendered.bytes, "latin1");
  }

  private rendered(key: number, epoch: number): Rendered {
    const rendered = this.tickets.asConversation(key, epoch, false);
    if (rendered === null) throw new Error(`ticket ${key} is not there at ${epoch}`);
    return rendered;
  }
}

function keyAmongConversations(ticket: number): number {
  return ticket < ADDED_TICKET_KEYS_FROM
    ? TICKET_KEYS_FROM + ticket
    : ADDED_TICKETS_FROM + ticket - ADDED_TICKET_KEYS_FROM;
}

/** Null for a conversation's own key. */
function ticketKeyOf(key: number): number | null {
  if (key >= ADDED_TICKETS_FROM) return key - ADDED_TICKETS_FROM + ADDED_TICKET_KEYS_FROM;
  return key >= TICKET_KEYS_FROM && key < ADDED_TICKET_KEYS_FROM ? key - TICKET_KEYS_FROM : null;
}
