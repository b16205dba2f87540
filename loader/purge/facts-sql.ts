import type { SqlDialect } from "../sql.ts";
import type { IsThere, NameOf, PurgedTable } from "./tables.ts";

const customerTypes = "('user', 'lead', 'contact', 'visitor')";

/**
 * What raw records say of each other, in any stored version, as queries of workspace_id, fact, id, other_id, email. Each row
 * comes once: the many messages of a thread have few authors. The facts:
 *
 * - *conversation* or *ticket*: the contact `other_id`, maybe with an address, took part in the one with `id`;
 * - *contact*: something belongs to the contact `other_id`; `id` is null;
 * - *named*: the conversation `id` says that it is the ticket `other_id`;
 * - *linked*: the conversation `id` lists `other_id`, a ticket, among its linked objects;
 * - *linked ticket*: the ticket `id` lists `other_id`, a conversation or a ticket.
 *
 * @param isWithContacts whether contacts are looked for: the first two facts take the longest
 */
export function factsSql(
  dialect: SqlDialect,
  raw: NameOf,
  isThere: IsThere,
  isWithContacts: boolean,
): readonly string[] {
  const named = dialect.jsonText("rows_seen.payload", "$.ticket.id");
  const links = [
    fact(dialect, raw("conversations"), "named", "rows_seen.id", named, `${named} is not null`),
    listed(dialect, raw("conversations"), "linked", "$.linked_objects.data"),
    ...(isThere("tickets") ? [listed(dialect, raw("tickets"), "linked ticket", "$.linked_objects.data")] : []),
  ];
  return isWithContacts ? [...links, ...ofContacts(dialect, raw, isThere)] : links;
}

function ofContacts(dialect: SqlDialect, raw: NameOf, isThere: IsThere): readonly string[] {
  const { jsonText, textType } = dialect;
  const payload = (path: string): string => jsonText("rows_seen.payload", path);
  const author = (table: PurgedTable, kind: string, id: string, path: string): string => {
    const email = `lower(${payload(`${path}.email`)})`;
    const isCustomer = `${payload(`${path}.type`)} in ${customerTypes}`;
    return fact(dialect, raw(table), kind, id, `coalesce(${payload(`${path}.id`)}, ${email})`, isCustomer, email);
  };
  const ratedBy = payload("$.conversation_rating.contact.id");
  const calledBy = payload("$.contact_id");
  const noId = `cast(null as ${textType})`;
  const ofTable = (table: PurgedTable, ...queries: readonly string[]): readonly string[] =>
    isThere(table) ? queries : [];
  return [
    listed(dialect, raw("conversations"), "conversation", "$.contacts.contacts"),
    author("conversations", "conversation", "rows_seen.id", "$.source.author"),
    fact(dialect, raw("conversations"), "conversation", "rows_seen.id", ratedBy, `${ratedBy} is not null`),
    author("conversation_parts", "conversation", "rows_seen.conversation_id", "$.author"),
    ...ofTable("tickets", listed(dialect, raw("tickets"), "ticket", "$.contacts.contacts")),
    ...ofTable("ticket_parts", author("ticket_parts", "ticket", "rows_seen.ticket_id", "$.author")),
    ...ofTable(
      "calls",
      fact(dialect, raw("calls"), "contact", noId, calledBy, `${calledBy} is not null`),
      fact(dialect, raw("calls"), "conversation", payload("$.conversation_id"), calledBy, `${calledBy} is not null`),
    ),
    ...(["contact_notes", "contact_segments"] as const).flatMap((table) =>
      ofTable(table, fact(dialect, raw(table), "contact", noId, "rows_seen.contact_id", "true")),
    ),
  ];
}

function fact(
  { textType }: SqlDialect,
  table: string,
  kind: string,
  id: string,
  other: string,
  condition: string,
  email = `cast(null as ${textType})`,
): string {
  return `select distinct rows_seen._workspace_id as workspace_id, '${kind}' as fact, ${id} as id, ${other} as other_id, ${email} as email
     from ${table} as rows_seen where ${condition}`;
}

function listed(dialect: SqlDialect, table: string, kind: string, path: string): string {
  return fact(dialect, dialect.eachId(table, path, "listed_id"), kind, "rows_seen.id", "listed_id", "true");
}
