import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { differingTables } from "../../checker/same-tables.ts";
import { withDuckDb } from "../../tools/duckdb-file.ts";
import { type Ended, loader } from "../../tools/loader-process.ts";

export const rawSchema = "intercom_raw";

const folder = mkdtempSync(join(tmpdir(), "intercom-replay-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let warehouses = 0;

/** Where a replay may make a new DuckDB file. */
export function newWarehouse(): string {
  warehouses += 1;
  return join(folder, `warehouse${warehouses}.duckdb`);
}

/** `replay` as its user runs it: there is no token, and nothing to ask. */
export function replayInto(
  path: string,
  archive: string,
  environment: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Promise<Ended> {
  return loader(["replay", archive, "--json", ...flags], {
    INTERCOM_BASE_URL: "http://127.0.0.1:9",
    DUCKDB_PATH: path,
    STATE_DIR: join(folder, "state"),
    ...environment,
  });
}

/** In words, in which raw tables two warehouses differ. */
export function rawDifferences(path: string, otherPath: string): Promise<string[]> {
  return withDuckDb(path, (connection) => differingTables(connection, otherPath, [rawSchema]));
}

/** Replays an archive into a new warehouse. In words, what went wrong, or differs from the warehouse that it was made of. */
export async function faultsOfReplay(archive: string, original: string): Promise<string[]> {
  const path = newWarehouse();
  const { exitCode, stderr } = await replayInto(path, archive);
  if (exitCode !== 0) return [`replay ended with ${exitCode}: ${stderr.split("\n").findLast((line) => line !== "")}`];
  return rawDifferences(path, original);
}
