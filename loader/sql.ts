/**
 * How an engine writes the SQL that engines write differently. Each engine has one: `load/duckdb/sql.ts` and
 * `load/bigquery/sql.ts`. Whoever builds a statement takes a dialect, so that each statement is written once.
 */
export type SqlDialect = {
  /** Full name of a table, quoted. */
  readonly table: (schema: string, name: string) => string;
  readonly textType: string;
  /** A text as a literal. */
  readonly text: (value: string) => string;
  /** A moment (epoch seconds) as a literal. */
  readonly timestamp: (epochSeconds: number) => string;
  /** A timestamp in the form in which the engine takes it into a raw table. */
  readonly insertable: (timestamp: string) => string;
  /** What a JSON column has at a path, as text. */
  readonly jsonText: (column: string, path: string) => string;
  /** A JSON column as its text. */
  readonly jsonWhole: (column: string) => string;
  /** A text as JSON. */
  readonly json: (text: string) => string;
  /** All columns of a relation's row as JSON text, by the relation's alias; `instants` are the timestamps among them. */
  readonly rowJson: (alias: string, instants: readonly string[]) => string;
  /** A relation of `_workspace_id`, `id` and, as `name`, each of the ids in the array at a path of a table's payload. */
  readonly eachId: (table: string, path: string, name: string) => string;
  /** The SHA-256 of a text, in hexadecimal digits. */
  readonly sha256: (value: string) => string;
  /** A text in which another text stands for each match of a pattern; a pattern has no `'`. */
  readonly replaced: (text: string, pattern: string, by: string) => string;
  /** A relation of the matches of a pattern in a text, as `name`. */
  readonly eachMatch: (text: string, pattern: string, name: string) => string;
  /** Whether a value is among the matches of a pattern in a text. */
  readonly isMatch: (value: string, text: string, pattern: string) => string;
};

/** What `_loads` says of a load whose rows are all stored. */
export const completeStatus = "complete";

/** The reason of a row of `_rejected` or `_activations` whose content a purge has emptied. */
export const purgedReason = "purged";

/** The condition on a row of `_loads` that its load is complete. */
export const isComplete = `status = '${completeStatus}'`;

/**
 * The condition that a row's load is complete: rows of other loads do not count.
 * @param loads full name of `_loads` @param condition another one on the rows of `_loads`, beginning with `and`
 */
export function isOfCompleteLoad(loads: string, condition = ""): string {
  return `_load_id in (select _load_id from ${loads} where ${isComplete} ${condition})`;
}
