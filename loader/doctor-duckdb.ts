import { access, constants, mkdir, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "./config.ts";
import type { Check, Finding, Look } from "./doctor.ts";
import { systemCodeOf, WarehouseError } from "./errors.ts";
import { DuckDbWarehouse } from "./load/duckdb.ts";

const bytesPerGigabyte = 2 ** 30;
/** Below this a back-fill may end for want of space. */
const freeBytesMin = 2 * bytesPerGigabyte;

/** The file, who holds it, and the disks that it and the spool files are on. */
export async function* checkDuckDb(config: Config, look: Look): AsyncGenerator<Check> {
  const { duckdbPath: path, rawDataset, stateDirectory } = config;
  yield* look("DuckDB file", async () => {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    // A file that is not there is made by the first sync, not by a look at it.
    if (!isThere) return `${path} is not there yet; the first sync makes it`;
    const warehouse = await DuckDbWarehouse.open({ path, rawDataset, stateDirectory });
    await warehouse.close();
    return `${path} opens, and nobody else holds it`;
  });
  yield* look("disk of the file", () => freeSpace(dirname(path)));
  yield* look("disk of STATE_DIR", () => freeSpace(stateDirectory));
}

/** Whether a folder can be written to, and how much room it has. Errors: WarehouseError. */
export async function freeSpace(folder: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new WarehouseError(
      `${folder} can't be written to (${systemCodeOf(error) ?? "unknown"}): set STATE_DIR and DUCKDB_PATH to folders that can.`,
      { cause: error },
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const free = `${((bavail * bsize) / bytesPerGigabyte).toFixed(1)} GB are free in ${folder}`;
  return bavail * bsize >= freeBytesMin
    ? { found: free }
    : { found: `only ${free}: a back-fill may need more`, isWarning: true };
}
