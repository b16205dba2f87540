// Who does what happens at a desk, and what every event of a log says.

/** Who did it. `id` is Intercom's id of the contact (customer) or of the admin or bot. */
export interface Actor {
  /**
   * customer: a contact, user or lead. teammate: a human. bot: an author that Intercom shows as a bot.
   * ai_as_teammate: the AI agent answering under a teammate's name (shown as an admin). campaign: an outbound
   * message or series, shown under the name of the admin it is sent for; only ever opens a conversation.
   */
  readonly kind: "customer" | "teammate" | "bot" | "ai_as_teammate" | "campaign";
  readonly id: string;
}

export interface EventBase {
  /** Epoch seconds. */
  readonly at: number;
  readonly actor: Actor;
}

export interface PartEvent extends EventBase {
  /** The part of the conversation that this event is, or is one side of. */
  readonly partId: string;
}
