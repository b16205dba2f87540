import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { messageOf, WarehouseError } from "../../errors.ts";
import type { MartQuery, MartReader, MartRow } from "../../marts.ts";
import type { NormalizedRow } from "../../normalized-row.ts";
import { checkWarehouse, openError, runError, troubleOf } from "./errors.ts";
import { qualified, timestamp } from "./sql.ts";

export type MartsOptions = { readonly path: string; readonly martsDataset: string; readonly stateDirectory: string };

const memoryLimit = "160MB";
/** Percentiles of years are sorted in memory. */
const reportMemoryLimit = "2GB";

/**
 * The rows of the `conversations` mart, oldest conversation first, streamed.
 * @param updatedSince only conversations that changed since, epoch seconds
 * Errors: ConfigError when there is no such file or another process holds it; WarehouseError when the mart is not built.
 */
export async function* readNormalizedRows(
  options: MartsOptions,
  updatedSince: number | undefined,
): AsyncGenerator<NormalizedRow> {
  const instance = await openToRead(options);
  const connection = await instance.connect();
  try {
    const result = await connection.stream(await query(connection, options, updatedSince)).catch((error: unknown) => {
      throw martError(error, options);
    });
    for await (const rows of result.yieldRowObjectJson()) {
      for (const row of rows) yield normalized(row);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/**
 * The marts of a file, open for reading.
 * Errors: ConfigError when there is no such file or another process holds it.
 */
export async function openMarts(options: MartsOptions): Promise<MartReader> {
  const instance = await openToRead(options, reportMemoryLimit);
  const connection = await instance.connect();
  const catalog = await catalogOf(connection);
  return {
    async rows(query: MartQuery): Promise<readonly MartRow[]> {
      const sql = query((name) => qualified(catalog, options.martsDataset, name));
      const result = await connection.runAndReadAll(sql).catch((error: unknown) => {
        throw readError(error, options);
      });
      return result.getRowObjectsJson();
    },
    async close(): Promise<void> {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function openToRead(options: MartsOptions, memory = memoryLimit): Promise<DuckDBInstance> {
  await checkWarehouse(options.path);
  return DuckDBInstance.create(options.path, { access_mode: "READ_ONLY", memory_limit: memory }).catch(
    async (error: unknown) => {
      throw await openError(error, options);
    },
  );
}

/** The name of the file's database. A file may be named like the schema (intercom.duckdb): only the full name is unambiguous. */
async function catalogOf(connection: DuckDBConnection): Promise<string> {
  return String((await connection.runAndReadAll("select current_database()")).getRows()[0]?.[0]);
}

async function query(
  connection: DuckDBConnection,
  options: MartsOptions,
  updatedSince: number | undefined,
): Promise<string> {
  const table = qualified(await catalogOf(connection), options.martsDataset, "conversations");
  const time = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}`;
  return `select * replace (${time("created_at")}, ${time("closed_at")},
      cast(rating as double) as rating, cast(message_count as double) as message_count,
      cast(time_to_first_reply_seconds as double) as time_to_first_reply_seconds,
      cast(time_to_resolution_seconds as double) as time_to_resolution_seconds)
    from ${table} ${updatedSince === undefined ? "" : `where updated_at >= ${timestamp(updatedSince)}`}
    order by ${table}.created_at, conversation_id`;
}

/** The driver's JSON has the shape of a row already, which its type does not say. */
function normalized(row: Readonly<Record<string, unknown>>): NormalizedRow {
  return row as NormalizedRow;
}

function readError(error: unknown, options: MartsOptions): WarehouseError {
  if (troubleOf(error, options.path) === "damaged") return runError(error, options.path);
  const [line = ""] = messageOf(error).split("\n");
  const missing = /^Catalog Error: Table with name "?([^" ]+)"? does not exist/.exec(line)?.[1]?.split(".").at(-1);
  return new WarehouseError(
    missing === undefined
      ? `DuckDB can't read the marts in ${options.path}: ${line} Run \`make build\`.`
      : `${options.path} has no table ${options.martsDataset}.${missing} yet: run \`make build\`.`,
    { cause: error },
  );
}

function martError(error: unknown, options: MartsOptions): WarehouseError {
  const message = messageOf(error);
  // A build that is broken can lack other things.
  const isMissing =
    message.startsWith("Catalog Error: Table with name conversations does not exist") ||
    message.startsWith(`Catalog Error: Table with name "${options.martsDataset}.conversations" does not exist`);
  if (troubleOf(error, options.path) === "damaged") return runError(error, options.path);
  return new WarehouseError(
    isMissing
      ? `${options.path} has no table ${options.martsDataset}.conversations yet: run \`make build\`.`
      : `DuckDB can't read ${options.martsDataset}.conversations in ${options.path}: ${message.split("\n")[0]}. Run \`make build\`.`,
    { cause: error },
  );
}
