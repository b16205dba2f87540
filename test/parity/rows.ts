export type Row = Readonly<Record<string, unknown>>;

/** Hashes of the texts of other columns, which the engines write differently: each is compared within one warehouse only. */
const hashes: ReadonlySet<string> = new Set(["built_from", "payload_hash"]);

/** A row as one text, the same for equal rows whichever of the two drivers gave them. */
export function canonicalRow(row: Row): string {
  return JSON.stringify(
    Object.entries(row)
      .filter(([name]) => !hashes.has(name))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => [name, plain(value)]),
  );
}

/** Numbers come as text from one driver, times as objects from the other. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "object" && "value" in value) return plain(value.value);
  if (typeof value !== "string") return value;
  if (/^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?Z?$/.test(value))
    return new Date(`${value.replace(" ", "T").replace(/Z$/, "")}Z`).toISOString();
  return /^[[{]/.test(value) ? inKeyOrder(value) : value;
}

/** Sums of floats depend on their order, which no engine promises: the last digits are no difference. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(12);
}

/** BigQuery keeps JSON objects, not their text: the order of keys is no difference. */
function inKeyOrder(text: string): unknown {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : value;
  try {
    return JSON.stringify(JSON.parse(text), sorted);
  } catch {
    return text;
  }
}

/** In words, the rows that only one of the two has, however often each has them, and how each differs from its like. */
export function differencesOf(duckDb: readonly string[], bigQuery: readonly string[]): string[] {
  const onlyDuckDb = onlyIn(duckDb, bigQuery);
  const onlyBigQuery = onlyIn(bigQuery, duckDb);
  return [
    ...onlyDuckDb.map((row) => `only DuckDB: ${unlike(row, onlyBigQuery)} in ${row}`),
    ...onlyBigQuery.map((row) => `only BigQuery: ${unlike(row, onlyDuckDb)} in ${row}`),
  ];
}

/** The columns of a row, with their values, that the most similar of the others does not have. */
function unlike(row: string, others: readonly string[]): string {
  const cells = (JSON.parse(row) as unknown[]).map((cell) => JSON.stringify(cell));
  const differing = others.map((other) => cells.filter((cell) => !other.includes(cell)));
  return differing.toSorted((left, right) => left.length - right.length)[0]?.join(" ") ?? "all";
}

function onlyIn(rows: readonly string[], others: readonly string[]): string[] {
  const unmatched = new Map<string, number>();
  for (const row of others) unmatched.set(row, (unmatched.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const count = unmatched.get(row) ?? 0;
    if (count > 0) unmatched.set(row, count - 1);
    return count === 0;
  });
}
