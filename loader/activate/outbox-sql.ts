import { z } from "zod";
import type { RawRow } from "../load/raw-tables.ts";
import { type ClosedTicket, type OutboxCounts, type OutboxEntry, pageRows, type Selection } from "./outbox.ts";

/** How an engine writes what the two write differently. */
export type Dialect = {
  /** Full names of tables. */
  readonly mart: string;
  readonly raw: (table: string) => string;
  /** A text as a literal. */
  readonly text: (value: string) => string;
  /** Epoch seconds as a timestamp. */
  readonly timestamp: (epochSeconds: number) => string;
  readonly textType: string;
  /** A timestamp as a new row takes it. */
  readonly written: (timestamp: string) => string;
  /** All columns of a row as JSON text, by the alias of its relation; `instants` are those with a time. */
  readonly json: (alias: string, instants: readonly string[]) => string;
};

const pending = "newest.state in ('planned', 'sent', 'waiting')";

/** Those that wait come last: with a limit they would keep all others from their turn, for as long as they wait. */
const isWaiting = "case when newest.state = 'waiting' then 1 else 0 end";
const order = `${isWaiting}, told.closed_at, told.event_uuid`;

/** A row of `pending`, after which the next page begins. */
export type PendingPlace = Pick<ClosedTicket, "closed_at" | "event_uuid"> & { readonly isWaiting: boolean };

const ticketInstants = ["created_at", "closed_at", "timestamp"];
const entryInstants = ["event_at"];

/** The queries of the outbox, the same on each engine but for its dialect. */
export class OutboxSql {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  counts(selection: Selection): string {
    return `${this.#joined(selection)}
      select case
          when told.event_uuid is null then 'unanswered'
          when newest.event_uuid is null then 'new'
          when ${this.#isToBePlanned(selection)} then 'changed'
          else newest.state
        end as state, count(*) as events
      from newest full outer join told on newest.event_uuid = told.event_uuid
      where ${this.#isSelected(selection)}
        or (told.event_uuid is null and newest.state = 'sent' and newest.conversation_id is not null)
      group by 1`;
  }

  /** Rows that a run would send, with their newest step if there is one. */
  preview(selection: Selection, rows: number): string {
    return `${this.#joined(selection)}
      select ${this.#dialect.json("told", ticketInstants)} as ticket, case when newest.event_uuid is not null then ${this.#dialect.json("newest", entryInstants)} end as entry
      from told left join newest on newest.event_uuid = told.event_uuid
      where ${this.#isSelected(selection)} and (${this.#isToBePlanned(selection)} or ${pending})
      order by ${order} limit ${rows}`;
  }

  /**
   * The steps by which new and changed rows become planned, and told ones that are to be sent again become sent: rows of
   * `_activations` but for the time of writing. Of what nobody was told yet the mart says who it is about.
   */
  plan(selection: Selection): string {
    const { text, textType, written } = this.#dialect;
    const isTold = "newest.state = 'confirmed'";
    // Nobody but PostHog takes it, and it may be an address.
    const distinctId = selection.destination === "posthog" ? "told.distinct_id" : `cast(null as ${textType})`;
    const state = selection.isSendingAgain ? `case when ${isTold} then 'sent' else 'planned' end` : "'planned'";
    return `${this.#joined(selection)}
      select ${text(selection.destination)} as destination, ${text(selection.target)} as target, told.event_uuid,
        coalesce(newest.step, 0) + 1 as step, ${state} as state, told.conversation_id,
        case when ${isTold} then newest.distinct_id else ${distinctId} end as distinct_id,
        ${written(`case when ${isTold} then newest.event_at else told.closed_at end`)} as event_at,
        told.payload_hash, newest.sent_id, cast(null as ${textType}) as reason, told.workspace_id as _workspace_id
      from told left join newest on newest.event_uuid = told.event_uuid
      where ${this.#isSelected(selection)} and ${this.#isToBePlanned(selection)}
      order by told.closed_at, told.event_uuid ${limited(selection.limit)}`;
  }

  /** @param after the last row of the page before; undefined for all rows from the first */
  pending(selection: Selection, after?: PendingPlace, rows?: number): string {
    const { json } = this.#dialect;
    const isAfter = after === undefined ? "" : `and ${this.#isAfter(after)}`;
    // The page's rows first, and only then their content: to order all that is pending by its content would take long.
    return `${this.#joined(selection)}, page as (
        select told.event_uuid from told inner join newest on newest.event_uuid = told.event_uuid
        where ${this.#isSelected(selection)} and ${pending} ${isAfter}
        order by ${order} ${limited(rows)}
      )
      select ${json("told", ticketInstants)} as ticket, ${json("newest", entryInstants)} as entry
      from page inner join told on told.event_uuid = page.event_uuid
      inner join newest on newest.event_uuid = page.event_uuid
      order by ${order}`;
  }

  #isAfter(place: PendingPlace): string {
    const { timestamp, text } = this.#dialect;
    const closedAt = timestamp(place.closed_at);
    const isLater = `(told.closed_at > ${closedAt} or (told.closed_at = ${closedAt} and told.event_uuid > ${text(place.event_uuid)}))`;
    return place.isWaiting ? `(${isWaiting} = 1 and ${isLater})` : `(${isWaiting} = 1 or ${isLater})`;
  }

  entries(selection: Selection, eventUuids: readonly string[]): string {
    const among = eventUuids.map((uuid) => this.#dialect.text(uuid)).join(", ");
    return `with ${this.#newest(selection)}
      select ${this.#dialect.json("newest", entryInstants)} as entry from newest where event_uuid in (${among})`;
  }

  #isToBePlanned({ isUpdating, isRetrying, isSendingAgain }: Selection): string {
    const isChanged = "newest.payload_hash <> told.payload_hash";
    const ways = [
      "newest.event_uuid is null",
      `newest.state = 'rejected' and ${isRetrying ? "true" : isChanged}`,
      ...(isUpdating ? [`newest.state = 'confirmed' and ${isChanged}`] : []),
      ...(isSendingAgain ? ["newest.state = 'confirmed'"] : []),
    ];
    return `(${ways.join(" or ")})`;
  }

  #isSelected({ since }: Selection): string {
    return since === undefined ? "told.event_uuid is not null" : `told.closed_at >= ${this.#dialect.timestamp(since)}`;
  }

  #newest({ destination, target }: Selection): string {
    const { raw, text } = this.#dialect;
    return `newest as (
        select event_uuid, step, state, conversation_id, distinct_id, event_at, payload_hash, sent_id, reason, _workspace_id
        from ${raw("_activations")}
        where destination = ${text(destination)} and target = ${text(target)}
        qualify row_number() over (partition by event_uuid order by step desc, _loaded_at desc) = 1
      )`;
  }

  /**
   * Closes that were told under a uuid that the mart has no more: when the part that closed is stored after all, it names the
   * close from then on. A destination that may know the close is not told again.
   */
  #renamed({ destination, target }: Selection): string {
    const { raw, mart, text } = this.#dialect;
    return `renamed as (
        select distinct newest._workspace_id, newest.conversation_id, newest.event_at from newest
        left join ${mart} as tickets on tickets.event_uuid = newest.event_uuid
        where tickets.event_uuid is null and newest.state <> 'rejected' and newest.event_uuid in (
          select event_uuid from ${raw("_activations")}
          where destination = ${text(destination)} and target = ${text(target)} and state in ('sent', 'confirmed')
        )
      )`;
  }

  /** The mart less what Intercom has said is deleted since it was built: a deletion is not told to anybody else first. */
  #joined(selection: Selection): string {
    const { raw, mart } = this.#dialect;
    const complete = `_load_id in (select _load_id from ${raw("_loads")} where status = 'complete')`;
    return `with ${this.#newest(selection)}, deletions as (
        select _workspace_id, id, max(coalesce(deleted_at, _fetched_at)) as deleted_at
        from ${raw("deleted_conversations")} where ${complete} group by _workspace_id, id
      ), retrieved as (
        select _workspace_id, id, max(_fetched_at) as fetched_at
        from ${raw("conversations")} where ${complete} group by _workspace_id, id
      ), gone as (
        select deletions._workspace_id, deletions.id from deletions
        left join retrieved on retrieved._workspace_id = deletions._workspace_id and retrieved.id = deletions.id
        where retrieved.fetched_at is null or deletions.deleted_at >= retrieved.fetched_at
      ), ${this.#renamed(selection)}, told as (
        select tickets.* from ${mart} as tickets
        left join gone on gone._workspace_id = tickets.workspace_id and gone.id = tickets.conversation_id
        left join newest on newest.event_uuid = tickets.event_uuid
        left join renamed on renamed._workspace_id = tickets.workspace_id
          and renamed.conversation_id = tickets.conversation_id and renamed.event_at = tickets.closed_at
        where gone.id is null and (renamed.event_at is null or newest.event_uuid is not null)
      )`;
  }
}

function limited(rows: number | undefined): string {
  return rows === undefined ? "" : `limit ${rows}`;
}

/** How many rows the next page has, `taken` of the selection's limit gone; 0 when it is used up. */
export function rowsOfNextPage({ limit }: Selection, taken: number): number {
  return limit === undefined ? pageRows : Math.min(pageRows, limit - taken);
}

/** Epoch seconds from BigQuery; DuckDB writes `2026-01-01 00:00:00`, which is UTC. */
const instant = z.union([
  z.number(),
  z.string().transform((value) => Math.floor(Date.parse(`${value.replace(" ", "T")}Z`) / 1000)),
]);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
/** BigQuery writes a number that exceeds 2^53 as a text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const optionalNumber = number.nullish().transform((value) => value ?? null);

const ticketSchema = z.object({
  event_uuid: z.string(),
  workspace_id: z.string(),
  close_id: z.string(),
  conversation_id: z.string(),
  contact_id: optionalText,
  contact_email: optionalText,
  company_id: optionalText,
  created_at: instant,
  closed_at: instant,
  state: z.string(),
  tags: z.array(z.string()),
  rating: optionalNumber,
  rating_remark: optionalText,
  message_count: number,
  time_to_first_reply_seconds: optionalNumber,
  time_to_resolution_seconds: number,
  first_message_body: optionalText,
  count_reopens: optionalNumber,
  channel: optionalText,
  closed_by_kind: optionalText,
  team_name: optionalText,
  topics: z.array(z.string()),
  contact_external_id: optionalText,
  contact_name: optionalText,
  company_external_id: optionalText,
  company_name: optionalText,
  company_plan_name: optionalText,
  company_domain: optionalText,
  distinct_id: optionalText,
  payload_hash: z.string(),
});

const entrySchema = z
  .object({
    event_uuid: z.string(),
    step: number,
    state: z.enum(["planned", "sent", "confirmed", "waiting", "rejected"]),
    conversation_id: optionalText,
    distinct_id: optionalText,
    event_at: instant,
    payload_hash: z.string(),
    sent_id: optionalText,
    reason: optionalText,
    _workspace_id: z.string(),
  })
  .transform(
    (row): OutboxEntry => ({
      eventUuid: row.event_uuid,
      step: row.step,
      state: row.state,
      workspaceId: row._workspace_id,
      conversationId: row.conversation_id,
      distinctId: row.distinct_id,
      eventAt: row.event_at,
      payloadHash: row.payload_hash,
      sentId: row.sent_id,
      reason: row.reason,
    }),
  );

/** A row as the JSON text that `Dialect.json` makes. Errors: what the mart promises is not kept. */
export function ticketOf(json: unknown): ClosedTicket {
  return ticketSchema.parse(JSON.parse(String(json)));
}

export function entryOf(json: unknown): OutboxEntry {
  return entrySchema.parse(JSON.parse(String(json)));
}

/** Rows of the query `counts`. */
export function countsOf(rows: readonly (readonly [state: unknown, events: unknown])[]): OutboxCounts {
  const counts = { new: 0, changed: 0, planned: 0, sent: 0, confirmed: 0, waiting: 0, rejected: 0, unanswered: 0 };
  for (const [state, events] of rows) Object.assign(counts, { [String(state)]: Number(events) });
  return counts;
}

/** A step as a row of `_activations`. */
export function activationRow({ destination, target }: Selection, step: OutboxEntry, writtenAtMs: number): RawRow {
  return {
    destination,
    target,
    event_uuid: step.eventUuid,
    step: step.step,
    state: step.state,
    conversation_id: step.conversationId,
    distinct_id: step.distinctId,
    event_at: new Date(step.eventAt * 1000).toISOString(),
    payload_hash: step.payloadHash,
    sent_id: step.sentId,
    reason: step.reason,
    _workspace_id: step.workspaceId,
    _loaded_at: new Date(writtenAtMs).toISOString(),
  };
}
