/** A row of a query, by column: texts, numbers, booleans and null. */
export type MartRow = Readonly<Record<string, unknown>>;

/** A query on marts: SQL that both engines read, for the full name that each mart has in the warehouse. */
export type MartQuery = (mart: (name: string) => string) => string;

/** The marts of a warehouse, open for reading. */
export interface MartReader {
  /** The rows of a query. Errors: WarehouseError when a mart is not built, or the warehouse refuses. */
  rows(query: MartQuery): Promise<readonly MartRow[]>;
  close(): Promise<void>;
}
