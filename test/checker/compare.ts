import { isDeepStrictEqual } from "node:util";

/** What differs between a mart and the checker; empty when nothing does. */
export type Differences = {
  /** Rows that both have. */
  readonly compared: number;
  /** Rows that only the checker has. */
  readonly missing: number;
  /** Rows that only the mart has, second rows of a key among them. */
  readonly extra: number;
  /** Rows that both have and that differ in at least one column. */
  readonly different: number;
  /** The first of them in words. */
  readonly examples: readonly string[];
};

type Row = Readonly<Record<string, unknown>>;

export type Comparison<R extends Row> = {
  /** The mart's rows, in any order. */
  readonly actual: AsyncIterable<R>;
  readonly keyOf: (row: R) => string;
  /** The checker's row of a key; null when there must be none. */
  readonly expectedRow: (key: string) => R | null;
  /** Every key for which the checker has a row. */
  readonly expectedKeys: Iterable<string>;
  readonly columns: readonly (keyof R & string)[];
};

const examplesMax = 20;

/** Compares row by row and column by column. Memory: the keys, never the rows. */
export async function compareRows<R extends Row>(comparison: Comparison<R>): Promise<Differences> {
  const { keyOf, expectedRow, columns } = comparison;
  const counts = { compared: 0, missing: 0, extra: 0, different: 0 };
  const examples: string[] = [];
  const tell = (sentence: string): void => {
    if (examples.length < examplesMax) examples.push(sentence);
  };
  const seen = new Set<string>();
  for await (const row of comparison.actual) {
    const key = keyOf(row);
    const expected = seen.has(key) ? null : expectedRow(key);
    if (expected === null) {
      counts.extra += 1;
      tell(seen.has(key) ? `${key}: a second row` : `${key}: a row that should not be there`);
      continue;
    }
    seen.add(key);
    counts.compared += 1;
    const unlike = columns.filter((column) => !isDeepStrictEqual(row[column], expected[column]));
    if (unlike.length > 0) counts.different += 1;
    for (const column of unlike) tell(`${key}: ${column} is ${show(row[column])}, should be ${show(expected[column])}`);
  }
  for (const key of comparison.expectedKeys) {
    if (seen.has(key)) continue;
    counts.missing += 1;
    tell(`${key}: no row`);
  }
  return { ...counts, examples };
}

/** The differences in words, for a test's message; null when there are none. */
export function describeDifferences({ compared, missing, extra, different, examples }: Differences): string | null {
  if (missing + extra + different === 0) return null;
  const head = `${compared} rows compared: ${missing} missing, ${extra} extra, ${different} different`;
  return [head, ...examples].join("\n  ");
}

const shownMax = 200;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}… (${text.length} characters)`;
}
