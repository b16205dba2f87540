/** The raw tables without which nothing can be purged. */
export const neededTables = [
  "conversations",
  "conversation_parts",
  "contacts",
  "deleted_conversations",
  "_loads",
  "_rejected",
  "admins",
  "companies",
  "segments",
  "tags",
] as const;

/** A raw table that a purge reads or removes rows of. */
export type PurgedTable = (typeof neededTables)[number] | "_activations";

/** Full name of a raw table. */
export type NameOf = (table: PurgedTable) => string;

/** The table in the raw schema that keeps the plan until the purge is through. */
export const planTable = "_purge";

/** A stored table of the raw schema, the marts or the schema below them. */
export type StoredTable = { readonly schema: string; readonly name: string; readonly columns: ReadonlySet<string> };

/** Rows of schema, table and column, a table's rows after each other → the tables. */
export function tablesOf(rows: readonly (readonly unknown[])[]): readonly StoredTable[] {
  const columns = Map.groupBy(rows, ([schema, table]) => JSON.stringify([schema, table]));
  return [...columns.values()].map((ofTable) => ({
    schema: String(ofTable[0]?.[0]),
    name: String(ofTable[0]?.[1]),
    columns: new Set(ofTable.map((row) => String(row[2]))),
  }));
}
