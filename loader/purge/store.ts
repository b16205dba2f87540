import type { SqlDialect } from "../sql.ts";

/** Rows of one table that are to go, or to lose their content. */
export type Removal = {
  readonly schema: string;
  readonly table: string;
  /** What is assigned to columns of a row that stays with its id; undefined when the row goes. */
  readonly assignments: string | undefined;
  /** A condition on the table as `each_row`. */
  readonly where: string;
  /** The statement that removes the rows; with one more condition on `each_row`, if given. */
  readonly statement: (condition?: string) => string;
};

/** The query of a plan. It reads facts, for which an engine that has little memory makes a table first. */
export type PlanQuery = {
  /** Queries of the same columns, each row once. */
  readonly facts: readonly string[];
  /** @param facts a query of all of them */
  readonly plan: (facts: string) => string;
};

/**
 * What a purge needs of a warehouse: an engine fulfils it, and the purge brings the statements. One process at a time has
 * the warehouse open; removing twice is the same as removing once.
 * Errors: ConfigError when another process has the warehouse or there is none; WarehouseError.
 */
export interface PurgeStore {
  readonly dialect: SqlDialect;
  /** Full name of the table that has the plan until anything is removed: all that a dry run makes. */
  readonly preview: string;
  /** The columns of every table (no views) of some schemas: schema, table, column; a table's rows after each other. */
  columns(schemas: readonly string[]): Promise<readonly (readonly unknown[])[]>;
  /** A query's rows, their columns in its order. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  makePreview(query: PlanQuery): Promise<void>;
  dropPreview(): Promise<void>;
  /** Makes the preview the plan. From here on the next purge finishes a purge that is stopped. @param plan full name */
  keepPlan(plan: string): Promise<void>;
  /** Writes what `_purged` gets, one statement after the other; makes the table where it is missing. */
  record(statements: readonly string[]): Promise<void>;
  remove(removal: Removal): Promise<void>;
  /** Forgets the plan, and removes what the engine itself still has of the removed rows. Returns remarks on that. */
  finish(plan: string): Promise<readonly string[]>;
  close(): Promise<void>;
}
