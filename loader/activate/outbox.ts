/**
 * What `activate` tells other tools, and how far it has come with each: shared by the warehouses, which keep it, and the
 * destinations, which do not know of each other.
 *
 * Every row of the mart `support_ticket_closed` has a state per destination and target. It is the newest of its steps in
 * `_activations`, where a step is added and never changed:
 *
 * - *none*: the mart has the row and `_activations` has no step of it. Leaves by being planned.
 * - *planned*: it is to be sent. Nobody was told of its content. Enters from none; from confirmed or rejected when its
 *   content has changed (confirmed only where the destination can be updated), or from rejected when it is to be tried
 *   again. Leaves as sent, waiting, rejected; or as confirmed, when it was found there.
 * - *sent*: written before its request leaves, so the destination may have it or not. `distinct_id` and `event_at` are fixed
 *   from here on, whatever contacts are merged later. Leaves as confirmed or rejected by the answer. A run that finds it so
 *   (the one before was killed, or got no answer) first finds out: PostHog is sent the same event again, which it
 *   recognizes; Attio is asked for the record. A note that was written after a try without an answer stays so, with its id,
 *   until a later run has looked whether that try was taken up late, and has removed the second note.
 * - *confirmed*: the destination has said that it has it. Leaves as planned, see there; or as sent, when it is to be sent
 *   again although it is there (PostHog only).
 * - *waiting*: it cannot be sent yet (nobody in Attio has this email). Every run looks again, after all others.
 * - *rejected*: it cannot be sent as it is, for the reason that stands beside it. The rest goes on without it.
 *
 * A row that leaves the mart (reopened, deleted, or deleted in the raw tables since the mart was built) is not sent any
 * more, in whatever state it is; when it comes back it goes on from there.
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
  /** Whom PostHog was told that it is about; for a note, Attio's id of the person that it is on. */
  readonly distinctId: string | null;
  /** Epoch seconds: the time that the event is sent with. */
  readonly eventAt: number;
  readonly payloadHash: string;
  /** The destination's own id, once it has told it. */
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

/** A row with its newest step; without one only where nothing is written (`preview`). */
export type PendingTicket = { readonly ticket: ClosedTicket; readonly entry: OutboxEntry };

export type TicketPreview = { readonly ticket: ClosedTicket; readonly entry: OutboxEntry | undefined };

/** Which rows a run is about. */
export type Selection = {
  readonly destination: DestinationName;
  readonly target: string;
  /** Whether what is confirmed is sent again when its content has changed. */
  readonly isUpdating: boolean;
  /** Whether what was rejected is tried again although it has not changed: something else may have. */
  readonly isRetrying: boolean;
  /** Whether what is confirmed is sent again, the same as before. */
  readonly isSendingAgain: boolean;
  /** Closed since then, epoch seconds. */
  readonly since: number | undefined;
  /** At most so many. */
  readonly limit: number | undefined;
};

/** How many rows are in which state; `new` and `changed` are those that a run would plan. */
export type OutboxCounts = Readonly<Record<OutboxState | "new" | "changed" | "unanswered", number>>;

/**
 * The outbox in a warehouse. One process at a time has it open.
 * Errors: ConfigError when another one has it or the mart is not built; WarehouseError.
 */
export interface Outbox {
  /** By state. `unanswered` are those sent without an answer that have left the mart since. */
  counts(selection: Selection): Promise<OutboxCounts>;
  /** The first rows that a run would send. */
  preview(selection: Selection, rows: number): Promise<readonly TicketPreview[]>;
  /** Plans every row that is new or has changed (or is to be sent again); all of them or none. Returns how many. */
  plan(selection: Selection): Promise<number>;
  /**
   * Rows that are planned or sent, oldest close first, and then those that wait, page by page; each once, whatever becomes
   * of it meanwhile.
   */
  pending(selection: Selection): AsyncGenerator<readonly PendingTicket[]>;
  /** The newest step of each of these events that has one. */
  entries(selection: Selection, eventUuids: readonly string[]): Promise<ReadonlyMap<string, OutboxEntry>>;
  /** Adds steps; all of them or none. */
  append(selection: Selection, steps: readonly OutboxEntry[]): Promise<void>;
  close(): Promise<void>;
}
