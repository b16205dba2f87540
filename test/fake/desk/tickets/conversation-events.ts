// What tickets leave in the log of a conversation.
import type { EventBase, PartEvent } from "../actor.ts";
import type { StateCategory, TicketCategory } from "./catalog.ts";

/** A value of an attribute: text, number, yes or no, epoch seconds of a date, label of a list's option, names of files. */
export type AttributeValue = string | number | boolean | null | readonly string[];

/** The conversation became a customer ticket; it stays a conversation, with everything that it had. */
export interface ConvertedEvent extends EventBase {
  readonly kind: "converted";
  readonly ticketId: string;
  /** The number that the inbox shows. */
  readonly inboxNumber: string;
  readonly typeId: string;
  readonly stateId: string;
  /** By the attribute's name, title and description included. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** The ticket's state changed. The first one, from a state to itself, is what Intercom writes when a ticket begins. */
export interface TicketStateChangedEvent extends PartEvent {
  readonly kind: "ticket_state_changed";
  /** Which of Intercom's part types tells of it: `ticket_state_updated_by_admin`, `_user` or `_workflow`. */
  readonly by: "admin" | "user" | "workflow";
  readonly fromStateId: string;
  readonly toStateId: string;
  readonly from: StateCategory;
  readonly to: StateCategory;
}

export interface TicketAttributeSetEvent extends PartEvent {
  readonly kind: "ticket_attribute_set";
  readonly attributeId: string;
  readonly name: string;
  readonly value: AttributeValue;
}

/** A back-office or tracker ticket was linked to the conversation. There is no part. */
export interface TicketLinkedEvent extends EventBase {
  readonly kind: "ticket_linked";
  readonly ticketId: string;
  readonly category: TicketCategory;
}

export interface TicketUnlinkedEvent extends EventBase {
  readonly kind: "ticket_unlinked";
  readonly ticketId: string;
}
