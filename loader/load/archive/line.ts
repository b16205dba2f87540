import { type ColumnType, type RawTableName, rawTable } from "../raw-tables.ts";

/** How an engine gives a column as text: times in ISO 8601 to the microsecond, JSON as it is, null as null. */
export type TextOf = Readonly<Record<ColumnType, (column: string) => string>>;

/** The columns of a table as text, as a list of a `select`. */
export function textColumns(table: RawTableName, textOf: TextOf): string {
  return rawTable(table)
    .columns.map(({ name, type }) => `${textOf[type](name)} as ${name}`)
    .join(", ");
}

/** A row as one line of JSON, as in a spool file. @param textAt a column's text, or null */
export function lineOf(table: RawTableName, textAt: (name: string, position: number) => unknown): string {
  const members = rawTable(table).columns.map(({ name, type }, position) => {
    const value = textAt(name, position);
    return `"${name}":${value === null || value === undefined ? "null" : literal(type, String(value))}`;
  });
  return `{${members.join(",")}}`;
}

function literal(type: ColumnType, text: string): string {
  return type === "text" || type === "timestamp" ? JSON.stringify(text) : text;
}
