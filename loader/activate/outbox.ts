/**
 * The outbox: which tickets `activate` sends to which destination, and how far each is. Warehouses keep it; destinations do
 * not know of each other.
 *
 * Every row of the mart `support_ticket_closed` has a state per destination and target. Its newest step in `_activations` has
 * the state. Steps are added and never changed:
 *
 * - *none*: the mart has the row, and `_activations` has no step of it. Leaves by a plan.
 * - *planned*: to be sent; the destination does not have this content. Enters from none. Enters from rejected when you ask for
 *   a retry or the content has changed, and from confirmed when it has changed and the destination can be updated.
 *   Leaves as sent, waiting or rejected, or as confirmed when the destination already has it.
 * - *sent*: written before the request leaves, so the destination may have the event or not. `distinct_id` and `event_at` are
 *   fixed from here on, whatever contacts are merged later. Leaves as confirmed or rejected, by the answer. A later run that
 *   finds this state (the earlier run was killed, or got no answer) finds out first: PostHog gets the same event again, and
 *   recognizes it; Attio is asked for the record. A note that was written after a try without an answer stays sent, with its
 *   id. A later run looks whether the first try arrived late, and removes the second note.
 * - *confirmed*: the destination says that it has the event. Leaves as planned, see there; or as sent, when you ask to send
 *   everything again (PostHog only).
 * - *waiting*: it cannot be sent yet (nobody in Attio has this email). Every run tries it again, after all others.
 * - *rejected*: it cannot be sent, for the reason in the same row. The other rows go on without it.
 *
 * A row that leaves the mart is not sent any more, in whatever state it is: its ticket was reopened or deleted. So is a row
 * whose ticket was deleted in the raw tables since the mart was built. A row that comes back continues from its state.
 */
type OutboxState = "planned" | "sent" | "confirmed" | "waiting" | "rejected";

export type DestinationName = "posthog" | "attio";

/** One step of one event. */
export type OutboxEntry = {
  readonly eventUuid: string;
  readonly step: number;
  readonly state: OutboxState;
  readonly workspaceId: string;
  /** Null for a company's group properties. */
  readonly conversationId: string | null;
  /** The person in PostHog; for a note, Attio's id of the person with the note. */
  readonly distinctId: string | null;
  /** The timestamp that is sent with the event, epoch seconds. */
  readonly eventAt: number;
  readonly payloadHash: string;
  /** The destination's own id, once known. */
  readonly sentId: string | null;
  readonly reason: string | null;
};

/** One row of `support_ticket_closed`. Times are epoch seconds. */
export type ClosedTicket = {
  readonly event_uuid: string;
  readonly workspace_id: string;
  readonly close_id: string;
  readonly conversation_id: string;
  readonly contact_id: string | null;
  readonly contact_email: string | null;
  readonly company_id: string | null;
  readonly created_at: number;
  readonly closed_at: number;
  readonly state: string;
  readonly tags: readonly string[];
  readonly rating: number | null;
  readonly rating_remark: string | null;
  readonly message_count: number;
  readonly time_to_first_reply_seconds: number | null;
  readonly time_to_resolution_seconds: number;
  readonly first_message_body: string | null;
  readonly count_reopens: number | null;
  readonly channel: string | null;
  readonly closed_by_kind: string | null;
  readonly team_name: string | null;
  readonly topics: readonly string[];
  readonly contact_external_id: string | null;
  readonly contact_name: string | null;
  readonly company_external_id: string | null;
  readonly company_name: string | null;
  readonly company_plan_name: string | null;
  readonly company_domain: string | null;
  readonly distinct_id: string | null;
  readonly payload_hash: string;
};

/** A row with its newest step. */
export type PendingTicket = { readonly ticket: ClosedTicket; readonly entry: OutboxEntry };

export type TicketPreview = { readonly ticket: ClosedTicket; readonly entry: OutboxEntry | undefined };

/** Which rows a run sends. */
export type Selection = {
  readonly destination: DestinationName;
  readonly target: string;
  /** Whether confirmed rows are sent again when their content has changed. */
  readonly isUpdating: boolean;
  /** Whether rejected rows are tried again although they have not changed: the destination may have changed. */
  readonly isRetrying: boolean;
  /** Whether confirmed rows are sent again unchanged. */
  readonly isSendingAgain: boolean;
  /** Only tickets closed since then, epoch seconds. */
  readonly since: number | undefined;
  /** At most this many rows. */
  readonly limit: number | undefined;
};

/** The number of rows in each state. A run would plan the `new` and `changed` rows. */
export type OutboxCounts = Readonly<Record<OutboxState | "new" | "changed" | "unanswered", number>>;

/**
 * The outbox in a warehouse. One process at a time has it open.
 * Errors: ConfigError when another process has it or the mart is not built; WarehouseError.
 */
export interface Outbox {
  /** Rows by state. `unanswered` rows were sent without an answer, and have left the mart since. */
  counts(selection: Selection): Promise<OutboxCounts>;
  /** The first rows that a run would send. */
  preview(selection: Selection, rows: number): Promise<readonly TicketPreview[]>;
  /** Plans every row that is new, has changed, or is to be sent again: all of them or none. Returns how many. */
  plan(selection: Selection): Promise<number>;
  /**
   * Planned and sent rows, oldest close first, then waiting rows, page by page. Each row comes once, whatever steps are added
   * meanwhile.
   */
  pending(selection: Selection): AsyncGenerator<readonly PendingTicket[]>;
  /** The newest step of each of these events that has one. */
  entries(selection: Selection, eventUuids: readonly string[]): Promise<ReadonlyMap<string, OutboxEntry>>;
  /** Adds steps: all of them or none. */
  append(selection: Selection, steps: readonly OutboxEntry[]): Promise<void>;
  close(): Promise<void>;
}
