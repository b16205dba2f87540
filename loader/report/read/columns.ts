import { z } from "zod";
import type { MartQuery, MartReader } from "../../marts.ts";

import type { Cell, Table } from "./table.ts";

/** How a column is read: engines give counts and days in forms of their own. */
export type Kind = "text" | "number" | "boolean" | "day" | "time" | "texts";

/**
 * Asks for some columns. @param columns name → kind; @param from what follows `from`, for the full names of marts
 * Errors: WarehouseError; an Error where the warehouse gives a column in another form.
 */
export async function readTable<Column extends string>(
  marts: MartReader,
  columns: Readonly<Record<Column, Kind>>,
  from: MartQuery,
  expressions: Partial<Readonly<Record<Column, string>>> = {},
): Promise<Table<Column>> {
  const names = Object.keys(columns) as Column[];
  const list = names.map((name) => `${selected(expressions[name] ?? name, columns[name])} as ${name}`).join(", ");
  const rows = await marts.rows((mart) => `select ${list} from ${from(mart)}`);
  return { columns: names, rows: rows.map((row) => names.map((name) => cell(row[name], columns[name]))) };
}

/** A day and a time are asked for as texts, and a list as one text: engines and drivers differ in all of them. */
function selected(expression: string, kind: Kind): string {
  if (kind === "day" || kind === "time") return `cast(${expression} as string)`;
  if (kind === "texts") return `array_to_string(${expression}, '\u001f')`;
  return expression;
}

const numberSchema = z.coerce.number();

function cell(value: unknown, kind: Kind): Cell {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case "number":
      return numberSchema.parse(value);
    case "boolean":
      return z.boolean().parse(value);
    case "time":
      return isoTime(z.string().parse(value));
    case "texts":
      return z.string().parse(value).split("\u001f").filter(Boolean).join(", ");
    case "text":
    case "day":
      return z.string().parse(value);
    default:
      return kind satisfies never;
  }
}

/** `2026-01-31 12:00:00.5+00`, as engines write a time, → `2026-01-31T12:00:00Z`. */
function isoTime(text: string): string {
  return `${text.slice(0, 19).replace(" ", "T")}Z`;
}
