import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Config } from "../config.ts";
import { systemCodeOf, WarehouseError } from "../errors.ts";
import { checkFile } from "../load/duckdb/errors.ts";
import { DuckDbSession } from "../load/duckdb/session.ts";
import type { Check, Finding, Look } from "./doctor.ts";

const bytesPerGigabyte = 2 ** 30;
/** Below this a back-fill may end for want of space. */
const freeBytesMin = 2 * bytesPerGigabyte;

/** The file, who holds it, and the disks that it and the spool files are on. Nothing is made or changed. */
export async function* checkDuckDb(config: Config, look: Look): AsyncGenerator<Check> {
  const { duckdbPath: path, stateDirectory } = config;
  yield* look("DuckDB file", () => openFile(config));
  yield* look("disk of the file", () => freeSpace(dirname(path)));
  yield* look("disk of STATE_DIR", () => freeSpace(stateDirectory));
}

async function openFile({ duckdbPath: path, rawDataset, stateDirectory }: Config): Promise<Finding | string> {
  const kind = await checkFile(path);
  // A file that is not there is made by the first sync, not by a look at it.
  if (kind === "none") return `${path} is not there yet; the first sync makes it`;
  if (kind === "unfinished") return `${path} has nothing in it yet; the next sync makes it anew`;
  const session = await DuckDbSession.openToRead({ path, rawDataset, stateDirectory });
  await session.close();
  if (await isWritable(path)) return `${path} opens, and nobody else holds it`;
  return {
    found: `${path} opens, but this user may only read it: \`status\` and \`export\` work, a sync and a build need the right to write it and its folder`,
    isWarning: true,
  };
}

/** Whether dbt can build in the file: it opens it for writing, and would make it. */
export async function canBuildIn(path: string): Promise<boolean> {
  return (await checkFile(path).catch(() => "none")) === "DuckDB" && (await isWritable(path));
}

/** DuckDB makes its log beside the file. */
async function isWritable(path: string): Promise<boolean> {
  return (await mayWrite(path)) && (await mayWrite(dirname(path)));
}

function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Whether a folder can be written to, or made, and how much room it has. Errors: WarehouseError. */
export async function freeSpace(folder: string): Promise<Finding> {
  const present = await nearestFolder(resolve(folder));
  try {
    await access(present, constants.W_OK);
    if (!(await stat(present)).isDirectory()) throw Object.assign(new Error("no folder"), { code: "ENOTDIR" });
  } catch (error) {
    throw new WarehouseError(
      `${present} can't be written to (${systemCodeOf(error) ?? "unknown"}): set STATE_DIR and DUCKDB_PATH to folders that can.`,
      { cause: error },
    );
  }
  const { bavail, bsize } = await statfs(present);
  const free = `${((bavail * bsize) / bytesPerGigabyte).toFixed(1)} GB are free in ${folder}`;
  const found = present === resolve(folder) ? free : `${free}, which the first run makes`;
  return bavail * bsize >= freeBytesMin
    ? { found }
    : { found: `only ${found}: a back-fill may need more`, isWarning: true };
}

/** The folder itself, or the nearest above it that is there. @param folder absolute */
async function nearestFolder(folder: string): Promise<string> {
  for (let present = folder; ; present = dirname(present)) {
    const code = await stat(present).then(() => undefined, systemCodeOf);
    if (code !== "ENOENT" || present === dirname(present)) return present;
  }
}
