import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../config.ts";
import { refuseEarlierFile } from "../earlier-file.ts";
import { type Check, type Finding, look } from "./check.ts";
import { freeSpace } from "./disk.ts";

/** What the checks ask of DuckDB. */
export type DuckDbProbe = {
  /** What is at the path: no file, a file that DuckDB never finished, or DuckDB's. Errors: ConfigError when it is another file. */
  readonly kindOf: (path: string) => Promise<"none" | "unfinished" | "DuckDB">;
  /** Opens the file to read, and lets go of it. Errors: ConfigError when a run holds the file; WarehouseError. */
  readonly tryToRead: (config: Config) => Promise<void>;
};

/** The file, who holds the file, and the disks of the file and of the spool. Nothing is made or changed. */
export async function* checkDuckDb(config: Config, duckDb: DuckDbProbe): AsyncGenerator<Check> {
  yield* look("DuckDB file", () => openFile(config, duckDb));
  yield* look("disk of the file", () => freeSpace(dirname(config.duckdbPath), "DUCKDB_PATH"));
  yield* look("disk of STATE_DIR", () => freeSpace(config.stateDirectory, "STATE_DIR"));
}

async function openFile(config: Config, { kindOf, tryToRead }: DuckDbProbe): Promise<Finding | string> {
  refuseEarlierFile(config);
  const { duckdbPath: path } = config;
  const kind = await kindOf(path);
  if (kind === "none") return `${path} does not exist yet; the first sync makes it`;
  if (kind === "unfinished") return `${path} holds nothing yet; the next sync makes it again`;
  await tryToRead(config);
  if (await isWritable(path)) return `${path} opens, and no other process holds it`;
  return {
    found: `${path} opens, but this user may only read it: \`status\` and \`export\` work, a sync and a build do not`,
    fix: `Run as the owner of ${path}, or get the permission to write the file and its folder.`,
  };
}

/** Whether dbt can build in the file. dbt opens the file for writing, and would make a missing one. */
export async function canBuildIn(path: string, { kindOf }: DuckDbProbe): Promise<boolean> {
  return (await kindOf(path).catch(() => "none")) === "DuckDB" && (await isWritable(path));
}

/** The folder counts too: DuckDB makes its log beside the file. */
async function isWritable(path: string): Promise<boolean> {
  return (await mayWrite(path)) && (await mayWrite(dirname(path)));
}

function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
