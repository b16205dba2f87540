// What attributes and merges leave in the log of a conversation.
import type { EventBase, PartEvent } from "../actor.ts";
import type { AttributeValue } from "../tickets/conversation-events.ts";

/** An attribute has this value from now on; null when it was emptied. Intercom's own CX score comes without a part. */
export interface AttributeSetEvent extends EventBase {
  readonly kind: "attribute_set";
  readonly name: string;
  readonly value: AttributeValue;
  /** Null: there is no part. */
  readonly partId: string | null;
}

/** The conversation was merged into another. It is closed from now on, without a close. */
export interface MergedIntoEvent extends PartEvent {
  readonly kind: "merged_into";
  readonly primaryId: string;
}

/** Another conversation was merged into this one, in the same second. */
export interface MergedFromEvent extends PartEvent {
  readonly kind: "merged_from";
  readonly secondaryId: string;
}
