import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import type { MartQuery, MartReader, MartRow } from "../../marts.ts";
import { type NormalizedRow, normalizedColumns } from "../../normalized-row.ts";
import { type BigQueryConnection, openBigQuery } from "./client.ts";
import { asFatalError, isTableMissing } from "./errors.ts";
import { queryRequest, queryRows } from "./query.ts";
import { qualified, timestamp } from "./sql.ts";

export type BigQueryMartsOptions = {
  readonly connection: BigQueryConnection;
  readonly martsDataset: string;
};

/**
 * The rows of the `conversations` mart, oldest conversation first, streamed.
 * @param updatedSince only conversations that changed since, epoch seconds
 * Errors: WarehouseError when the mart is not built, or BigQuery refuses.
 */
export async function* readBigQueryRows(
  options: BigQueryMartsOptions,
  updatedSince: number | undefined,
): AsyncGenerator<NormalizedRow> {
  const { connection, martsDataset } = options;
  const client = await openBigQuery(connection);
  const table = qualified(connection.project, martsDataset, "conversations");
  const stream = client.createQueryStream(queryRequest(connection, normalizedRowsSql(table, updatedSince)));
  try {
    for await (const row of stream) yield row;
  } catch (error) {
    if (isTableMissing(error))
      throw new WarehouseError(
        `Project ${connection.project} has no table ${martsDataset}.conversations yet: run \`make build\`.`,
        { cause: error },
      );
    throw asFatalError(error, { doing: `read ${martsDataset}.conversations`, ...connection });
  }
}

/** The marts of a dataset, open for reading. Errors: WarehouseError when there are no credentials. */
export async function openMarts({
  connection,
  martsDataset,
  effects,
}: BigQueryMartsOptions & { readonly effects: Effects }): Promise<MartReader> {
  const client = await openBigQuery(connection);
  return {
    async rows(query: MartQuery): Promise<readonly MartRow[]> {
      const sql = query((name) => qualified(connection.project, martsDataset, name));
      return queryRows({ client, connection, effects }, sql, {
        doing: "read the marts for the report",
        rowsInstead: (error) => {
          if (!isTableMissing(error)) return undefined;
          throw new WarehouseError(
            `Project ${connection.project} lacks a mart in ${martsDataset} that the report needs: run \`make build\`.`,
            { cause: error },
          );
        },
      });
    },
    async close(): Promise<void> {},
  };
}

/** @param table its full name */
export function normalizedRowsSql(table: string, updatedSince: number | undefined): string {
  const columns = normalizedColumns.map((column) =>
    column === "created_at" || column === "closed_at"
      ? `format_timestamp('%Y-%m-%dT%H:%M:%SZ', conversations.${column}) as ${column}`
      : `conversations.${column}`,
  );
  const since = updatedSince === undefined ? "" : `where updated_at >= ${timestamp(updatedSince)}`;
  return `select ${columns.join(", ")} from ${table} as conversations ${since}
    order by conversations.created_at, conversations.conversation_id`;
}
