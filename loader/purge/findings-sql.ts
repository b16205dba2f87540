import { deletedCtes } from "../deleted-sql.ts";
import { isOfCompleteLoad, type SqlDialect } from "../sql.ts";
import type { Named } from "./plan-sql.ts";
import { isNotPlanned, isOf, isPlanned, type PlannedKind } from "./planned-sql.ts";
import { isCallOf } from "./removals-sql.ts";
import type { IsThere, NameOf, PurgedTable } from "./tables.ts";
import { addressForms, hasAddress } from "./texts-sql.ts";
import { isGone, ticketSights } from "./tickets-sql.ts";

/** Tables whose records may name a contact, and of what kind each record is a part. */
const namingTables: readonly Naming[] = [
  { table: "conversations", of: "conversation", by: "id" },
  { table: "conversation_parts", of: "conversation", by: "conversation_id", as: "conversations" },
  { table: "side_conversations", of: "conversation", by: "conversation_id", as: "conversations" },
  { table: "tickets", of: "ticket", by: "id" },
  { table: "ticket_parts", of: "ticket", by: "ticket_id", as: "tickets" },
  { table: "contacts", of: "contact", by: "id" },
  { table: "contact_notes", of: "contact", by: "contact_id" },
  { table: "calls" },
  { table: "companies" },
  { table: "company_notes" },
  { table: "activity_logs" },
  { table: "segments" },
  { table: "tags" },
];
const addressesShown = 20;

type Naming = {
  readonly table: PurgedTable;
  /** What a record belongs to, and the column with its id. Undefined where a record belongs to nothing that a purge removes. */
  readonly of?: PlannedKind;
  readonly by?: string;
  /** The table to name for it, and `by` then has the id; the table itself and its own ids unless told. */
  readonly as?: PurgedTable;
};

/** Queries of what a purge reports beside its removals. Each comment ends with the columns of the answer. */
export class PurgeFindingsSql {
  readonly #dialect: SqlDialect;
  readonly #raw: NameOf;
  readonly #isThere: IsThere;

  constructor(dialect: SqlDialect, raw: NameOf, isThere: IsThere) {
    this.#dialect = dialect;
    this.#raw = raw;
    this.#isThere = isThere;
  }

  /** Which of the given contacts the plan has: position. */
  recognized(plan: string, contacts: Named["contacts"]): string {
    const { text } = this.#dialect;
    const each = contacts.map((contact, position) => {
      const ids = contact.map(text);
      const forms = contact.flatMap(addressForms).map((form) => `lower(${text(form)})`);
      return `select ${position} as position from ${plan}
         where (kind = 'contact' and id in (${ids.join(", ")})) or (kind = 'address' and id in (${forms.join(", ")}))`;
    });
    return `select distinct position from (${each.join(" union all ")}) as found`;
  }

  /** Which of the given conversations or tickets the plan has: position. */
  recognizedIds(plan: string, kind: "conversation" | "ticket", ids: readonly string[]): string {
    const each = ids.map(
      (id, position) =>
        `select ${position} as position from ${plan} where kind = '${kind}' and id = ${this.#dialect.text(id)}`,
    );
    return `select distinct position from (${each.join(" union all ")}) as found`;
  }

  /** How many conversations named by id Intercom does not list as deleted: conversations. */
  named(plan: string, ids: readonly string[]): string {
    const among = ids.map(this.#dialect.text).join(", ");
    return `select count(*) as conversations from ${plan} where kind = 'conversation' and is_alive and id in (${among})`;
  }

  /**
   * Stored conversations that answered 404 when they were last asked for, and that the plan does not have: id. So Intercom
   * does not list them as deleted.
   */
  notFound(plan: string): string {
    const counted = (table: PurgedTable): string =>
      `${this.#raw(table)} where ${isOfCompleteLoad(this.#raw("_loads"))}`;
    return `with ${deletedCtes(counted, "not found")}
      select each_row.id as id from (select workspace_id as _workspace_id, id from deleted where is_stored) as each_row
      where not (${isOf(plan, "each_row.id")})
      order by each_row.id`;
  }

  /** Stored tickets that answered 404 when they were last asked for, and that the plan does not have: id. */
  ticketsNotFound(plan: string): string {
    const rows = `${this.#raw("tickets")} where ${isOfCompleteLoad(this.#raw("_loads"))}`;
    return `select sights.ticket_id as id from (${ticketSights(rows)}) as sights
      where sights.seen_at is not null and ${isGone}
        and not (${isPlanned(plan, "ticket", "sights.workspace_id", "sights.ticket_id")})
      order by sights.ticket_id`;
  }

  /** How many conversations of a planned contact have other contacts as well: conversations. */
  shared(plan: string): string {
    const listed = this.#dialect.eachId(this.#raw("conversations"), "$.contacts.contacts", "contact_id");
    return `select count(distinct concat(each_row._workspace_id, '/', each_row.id)) as conversations
      from ${listed} as each_row where ${isOf(plan, "each_row.id", "and is_alive")}
        and not (${isPlanned(plan, "contact", "each_row._workspace_id", "each_row.contact_id")})`;
  }

  /** The addresses by which the contacts were found, the most frequent first: address, contacts. */
  addresses(plan: string): string {
    return `select planned.id as address, count(distinct concat(rows_seen._workspace_id, '/', rows_seen.id)) as contacts
      from ${this.#raw("contacts")} as rows_seen
      inner join ${plan} as planned
        on planned.kind = 'address' and planned.id = lower(${this.#dialect.jsonText("rows_seen.payload", "$.email")})
      group by planned.id order by 2 desc, 1 limit ${addressesShown}`;
  }

  /**
   * Other people's records that name one of the contacts, by id or address: table, id. A teammate's address is not looked
   * for: it is in every message of the teammate.
   */
  mentions(plan: string): string {
    const email = this.#dialect.jsonText("admins.payload", "$.email");
    const each = namingTables
      .filter(({ table }) => this.#isThere(table))
      .map((naming) => this.#mentioning(plan, naming));
    return `with named as (
        select kind, lower(id) as id from ${plan} where kind = 'contact' or (kind = 'address' and id not in (
          select lower(${email}) from ${this.#raw("admins")} as admins where ${email} is not null
        ))
      )
      select distinct table_name, id from (${each.join("\nunion all\n")}) as mentioned order by table_name, id`;
  }

  #mentioning(plan: string, { table, of, by = "id", as }: Naming): string {
    const payload = this.#dialect.jsonWhole("each_row.payload");
    const id = as === undefined ? "id" : by;
    const isGoing = table === "calls" ? isCallOf(this.#dialect, this.#raw, plan) : "false";
    const isOther = of === undefined ? `not (${isGoing})` : isNotPlanned(plan, of, by);
    return `select '${as ?? table}' as table_name, each_row.${id} as id from ${this.#raw(table)} as each_row cross join named
      where strpos(lower(${payload}), named.id) > 0 and ${isOther} and (
        named.kind = 'contact' or ${hasAddress(this.#dialect, payload, "named.id")}
      )`;
  }
}
