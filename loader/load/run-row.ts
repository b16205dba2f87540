import { type ColumnType, rawTable } from "./raw-tables.ts";

/** The commands that write into the warehouse. */
export type RunCommand = "sync" | "replay" | "purge" | "activate posthog" | "activate attio";

/**
 * What `_runs` says of a command that ended: its keys are the table's columns, times are ISO 8601. It has no value of a flag and
 * no message of an error, which may name people.
 */
export type RunRow = {
  readonly run_id: string;
  readonly _workspace_id: string | null;
  readonly command: RunCommand;
  readonly flags: string;
  readonly started_at: string;
  readonly ended_at: string;
  readonly exit_code: number;
  readonly error_kind: string | null;
  readonly row_count: number | null;
  readonly rejected_count: number | null;
  readonly request_count: number | null;
  readonly loader_version: string;
  readonly node_version: string;
  readonly _loaded_at: string;
};

/** The columns of `_runs` with the values of a row, as text. @param present those that the warehouse has */
export function runValues(
  row: RunRow,
  present: readonly string[],
): readonly { readonly name: string; readonly type: ColumnType; readonly value: string | null }[] {
  const values: Readonly<Record<string, string | number | null>> = row;
  return rawTable("_runs")
    .columns.filter(({ name }) => present.includes(name))
    .map(({ name, type }) => {
      const value = values[name] ?? null;
      return { name, type, value: value === null ? null : String(value) };
    });
}
