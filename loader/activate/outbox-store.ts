import type { SqlDialect } from "../sql.ts";

/** A row of `_activations` but for `_loaded_at`, by its columns. */
export type ActivationRow = Readonly<Record<string, string | number | null>>;

/** A row of a query's answer, its columns in the query's order. */
export type ResultRow = readonly unknown[];

/**
 * What the outbox needs of a warehouse: an engine fulfils it, and the outbox brings the statements. Whoever opened it has
 * found the mart, or says so at the first query. One process at a time has it open.
 * Errors: ConfigError when another process has it or the mart is not built; WarehouseError.
 */
export interface OutboxStore {
  readonly dialect: SqlDialect;
  /** All rows of a query. @param doing what is being done, for errors: "count the closed tickets" */
  rows(sql: string, doing: string): Promise<readonly ResultRow[]>;
  /**
   * The rows of a query one by one, as they were when it began. Undefined where a read must have ended before the next
   * write: rows are then asked for page by page.
   */
  readonly stream?: (sql: string, doing: string) => AsyncIterable<ResultRow>;
  /** Adds what a query gives, which are rows of `_activations` but for `_loaded_at`: all or none. Returns how many. */
  insert(query: string): Promise<number>;
  /** Adds rows: all or none. */
  append(rows: readonly ActivationRow[]): Promise<void>;
  close(): Promise<void>;
}
