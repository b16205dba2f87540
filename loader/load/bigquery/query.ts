import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { type BigQueryConnection, costLabels, retrying } from "./client.ts";

export type QueryContext = {
  readonly client: BigQuery;
  readonly connection: BigQueryConnection;
  readonly effects: Effects;
};

/** A row by its columns' names. */
export type ResultRow = Readonly<Record<string, unknown>>;

export type QueryOptions = {
  /** What is being done, for errors and the log: "read the status". */
  readonly doing: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Rows in place of an error of BigQuery's, before a retry is considered; may throw another error. Undefined: none. */
  readonly rowsInstead?: (error: unknown) => readonly ResultRow[] | undefined;
};

/** The rows of a query. Errors: WarehouseError; those of `rowsInstead`. */
export async function queryRows(
  { client, connection, effects }: QueryContext,
  sql: string,
  { doing, parameters, rowsInstead }: QueryOptions,
): Promise<readonly ResultRow[]> {
  return retrying(effects, { doing, ...connection }, async () => {
    try {
      const [rows] = await client.query({
        ...queryRequest(connection, sql),
        ...(parameters === undefined ? {} : { params: parameters }),
      });
      return rows;
    } catch (error) {
      const rows = rowsInstead?.(error);
      if (rows === undefined) throw error;
      return rows;
    }
  });
}

/** A query as the client takes it: with our label, and the bytes that it may bill. */
export function queryRequest(connection: BigQueryConnection, sql: string) {
  return { query: sql, maximumBytesBilled: String(connection.maximumBytesBilled), labels: { ...costLabels } };
}
