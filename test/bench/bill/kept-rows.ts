/** A value of a row that was inserted by its text; null where SQL has null. */
type Value = string | null;
type Row = ReadonlyMap<string, Value>;

const insertion = /\binsert into (`\S+`)\s*\(([^()]*)\)\s*values\s*([\s\S]*)$/i;
const newestOfEach =
  /^select ([\w, ]+) from (`\S+`) where true qualify row_number\(\) over \( ?partition by (\w+) order by .*\) = 1$/i;
const token = /'((?:[^'\\]|\\.)*)'|\b(?:date|timestamp)\s+'([^']*)'|([\w.+-]+(?:\(\))?)|([(),])/g;

/**
 * The rows that statements insert by their values, as builds do into their own small tables, and give back to the next build: what
 * each model was built from decides which statements come.
 */
export class KeptRows {
  readonly #rowsOf = new Map<string, Row[]>();

  /** Keeps what a statement inserts by its values. */
  take(sql: string): void {
    const [, table, columns, values] = insertion.exec(sql) ?? [];
    if (table === undefined || columns === undefined || values === undefined) return;
    const names = columns.split(",").map((name) => name.trim());
    const rows = this.#rowsOf.get(table) ?? [];
    for (const row of tuplesIn(values)) rows.push(new Map(names.map((name, index) => [name, row[index] ?? null])));
    this.#rowsOf.set(table, rows);
  }

  /** The rows that a query asks for, if it asks for the newest of each kind that was kept. Undefined for another query. */
  answer(sql: string): readonly (readonly Value[])[] | undefined {
    const [, columns, table, key] = newestOfEach.exec(sql.replaceAll(/\s+/g, " ").trim()) ?? [];
    if (columns === undefined || table === undefined || key === undefined) return undefined;
    const newest = new Map((this.#rowsOf.get(table) ?? []).map((row) => [row.get(key), row]));
    const names = columns.split(",").map((name) => name.trim());
    return [...newest.values()].map((row) => names.map((name) => row.get(name) ?? null));
  }
}

/** The values of `(1, 'a'), (2, null)`. Only literals are understood. */
function tuplesIn(values: string): readonly (readonly Value[])[] {
  const tuples: Value[][] = [];
  for (const [, text, time, word, mark] of values.matchAll(token)) {
    if (mark === "(") tuples.push([]);
    if (mark !== undefined) continue;
    const value = text ?? time ?? (word?.toLowerCase() === "null" ? null : word);
    tuples.at(-1)?.push(value ?? null);
  }
  return tuples;
}
