import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Lends a connection to a DuckDB file that nobody else has open, and lets go of the file. */
export function withDuckDb<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  return lend(path, {}, work);
}

/** The same to read it, as anybody but the loader would. */
export function readDuckDb<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  return lend(path, { access_mode: "READ_ONLY" }, work);
}

async function lend<T>(
  path: string,
  options: Record<string, string>,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(path, options);
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
