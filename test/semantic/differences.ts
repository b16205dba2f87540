import type { AnswerRow, Question } from "./metricflow.ts";

/** The largest part of a number that rounding may change. */
const relativeErrorMax = 1e-9;

/**
 * In words, each number that the marts and MetricFlow do not agree on. A group in which nothing happened has a row of nulls and
 * zeros in some marts, and none in MetricFlow's answer.
 */
export function differencesBetween(
  { metrics, group_by = [] }: Question,
  answered: readonly AnswerRow[],
  inMarts: readonly AnswerRow[],
): string[] {
  const [given, expected] = [answered, inMarts].map((rows) => byGroup(rows, metrics, group_by));
  if (given === undefined || expected === undefined) return [];
  return [...new Set([...given.keys(), ...expected.keys()])].flatMap((group) =>
    metrics
      .map((metric) => [metric, numberOf(given.get(group), metric), numberOf(expected.get(group), metric)] as const)
      .filter(([, ours, theirs]) => !isSame(ours, theirs))
      .map(([metric, ours, theirs]) => `${metric} of ${group}: ${ours}, in the marts ${theirs}`),
  );
}

/** The rows with something in them, by what they are grouped by. Errors: two rows of one group. */
function byGroup(
  rows: readonly AnswerRow[],
  metrics: readonly string[],
  groupBy: readonly string[],
): ReadonlyMap<string, AnswerRow> {
  const groups = new Map<string, AnswerRow>();
  for (const row of rows) {
    if (metrics.every((metric) => numberOf(row, metric) === 0)) continue;
    const group = JSON.stringify(groupBy.map((name) => row[name] ?? null));
    if (groups.has(group)) throw new Error(`two rows of ${group}`);
    groups.set(group, row);
  }
  return groups;
}

/** DuckDB writes 64-bit integers as text. Nothing is 0: a count of nothing is 0 in a mart, and null where a join found no row. */
function numberOf(row: AnswerRow | undefined, metric: string): number {
  return Number(row?.[metric] ?? 0);
}

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= relativeErrorMax * Math.max(Math.abs(one), Math.abs(other));
}
