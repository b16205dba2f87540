import { deletedCtes } from "../deleted-sql.ts";
import { isOfCompleteLoad, type SqlDialect } from "../sql.ts";
import type { ClosedTicket, Selection } from "./outbox.ts";

/** Where the mart `support_ticket_closed` and the raw tables are. */
export type OutboxDatasets = { readonly rawDataset: string; readonly martsDataset: string };

const pending = "newest.state in ('planned', 'sent', 'waiting')";

/** Waiting tickets come last: with a limit they would keep all others from their turn. */
const isWaiting = "case when newest.state = 'waiting' then 1 else 0 end";
const order = `${isWaiting}, told.closed_at, told.event_uuid`;

/** A row of `pending`: the next page begins after it. */
export type PendingPlace = Pick<ClosedTicket, "closed_at" | "event_uuid"> & { readonly isWaiting: boolean };

const ticketInstants = ["created_at", "closed_at", "timestamp"];
const entryInstants = ["event_at"];

/** The queries of the outbox. */
export class OutboxSql {
  readonly #dialect: SqlDialect;
  readonly #mart: string;
  readonly #activations: string;
  readonly #rawDataset: string;

  constructor(dialect: SqlDialect, { rawDataset, martsDataset }: OutboxDatasets) {
    this.#dialect = dialect;
    this.#mart = dialect.table(martsDataset, "support_ticket_closed");
    this.#activations = dialect.table(rawDataset, "_activations");
    this.#rawDataset = rawDataset;
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
      select ${this.#dialect.rowJson("told", ticketInstants)} as ticket, case when newest.event_uuid is not null then ${this.#dialect.rowJson("newest", entryInstants)} end as entry
      from told left join newest on newest.event_uuid = told.event_uuid
      where ${this.#isSelected(selection)} and (${this.#isToBePlanned(selection)} or ${pending})
      order by ${order} limit ${rows}`;
  }

  /**
   * The steps that plan new and changed rows, and that mark confirmed rows as sent when they are to be sent again. They are
   * rows of `_activations` but for the time of writing. The mart says who a row is about until the row is confirmed.
   */
  plan(selection: Selection): string {
    const { text, textType, insertable } = this.#dialect;
    const isTold = "newest.state = 'confirmed'";
    // Only PostHog gets the distinct_id, which may be an e-mail address.
    const distinctId = selection.destination === "posthog" ? "told.distinct_id" : `cast(null as ${textType})`;
    const state = selection.isSendingAgain ? `case when ${isTold} then 'sent' else 'planned' end` : "'planned'";
    return `${this.#joined(selection)}
      select ${text(selection.destination)} as destination, ${text(selection.target)} as target, told.event_uuid,
        coalesce(newest.step, 0) + 1 as step, ${state} as state, told.conversation_id,
        case when ${isTold} then newest.distinct_id else ${distinctId} end as distinct_id,
        ${insertable(`case when ${isTold} then newest.event_at else told.closed_at end`)} as event_at,
        told.payload_hash, newest.sent_id, cast(null as ${textType}) as reason, told.workspace_id as _workspace_id
      from told left join newest on newest.event_uuid = told.event_uuid
      where ${this.#isSelected(selection)} and ${this.#isToBePlanned(selection)}
      order by told.closed_at, told.event_uuid ${limited(selection.limit)}`;
  }

  /** Rows to be sent. @param after the last row of the page before; undefined for the first page */
  pending(selection: Selection, after?: PendingPlace, rows?: number): string {
    const { rowJson } = this.#dialect;
    const isAfter = after === undefined ? "" : `and ${this.#isAfter(after)}`;
    // First the page's rows, then their content: it would take long to sort all pending rows with their content.
    return `${this.#joined(selection)}, page as (
        select told.event_uuid from told inner join newest on newest.event_uuid = told.event_uuid
        where ${this.#isSelected(selection)} and ${pending} ${isAfter}
        order by ${order} ${limited(rows)}
      )
      select ${rowJson("told", ticketInstants)} as ticket, ${rowJson("newest", entryInstants)} as entry
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
      select ${this.#dialect.rowJson("newest", entryInstants)} as entry from newest where event_uuid in (${among})`;
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
    const { text } = this.#dialect;
    return `newest as (
        select event_uuid, step, state, conversation_id, distinct_id, event_at, payload_hash, sent_id, reason, _workspace_id
        from ${this.#activations}
        where destination = ${text(destination)} and target = ${text(target)}
        qualify row_number() over (partition by event_uuid order by step desc, _loaded_at desc) = 1
      )`;
  }

  /**
   * Closes that were sent under a uuid that the mart no longer has. A close gets another uuid when the closing part is stored
   * later. A destination that may have the close does not get it again.
   */
  #renamed({ destination, target }: Selection): string {
    const { text } = this.#dialect;
    return `renamed as (
        select distinct newest._workspace_id, newest.conversation_id, newest.event_at from newest
        left join ${this.#mart} as tickets on tickets.event_uuid = newest.event_uuid
        where tickets.event_uuid is null and newest.state <> 'rejected' and newest.event_uuid in (
          select event_uuid from ${this.#activations}
          where destination = ${text(destination)} and target = ${text(target)} and state in ('sent', 'confirmed')
        )
      )`;
  }

  /** The mart without conversations that were deleted since its build: no destination may still learn of them. */
  #joined(selection: Selection): string {
    const raw = (table: string): string => this.#dialect.table(this.#rawDataset, table);
    const counted = (table: string): string => `${raw(table)} where ${isOfCompleteLoad(raw("_loads"))}`;
    return `with ${this.#newest(selection)}, ${deletedCtes(counted, "listed or not found")}, ${this.#renamed(selection)}, told as (
        select tickets.* from ${this.#mart} as tickets
        left join deleted on deleted.workspace_id = tickets.workspace_id and deleted.id = tickets.conversation_id
        left join newest on newest.event_uuid = tickets.event_uuid
        left join renamed on renamed._workspace_id = tickets.workspace_id
          and renamed.conversation_id = tickets.conversation_id and renamed.event_at = tickets.closed_at
        where deleted.id is null and (renamed.event_at is null or newest.event_uuid is not null)
      )`;
  }
}

function limited(rows: number | undefined): string {
  return rows === undefined ? "" : `limit ${rows}`;
}
