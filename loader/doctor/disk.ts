import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { systemCodeOf, WarehouseError } from "../errors.ts";
import type { Finding } from "./check.ts";

const bytesPerGigabyte = 2 ** 30;
/** With less room than this a back-fill may fill the disk. */
const freeBytesMin = 2 * bytesPerGigabyte;

/**
 * Whether a folder can be written to, or made, and how much room its disk has. Errors: WarehouseError.
 * @param variable names the folder, or a file in it
 */
export async function freeSpace(folder: string, variable: "DUCKDB_PATH" | "STATE_DIR"): Promise<Finding> {
  const present = await nearestFolder(resolve(folder));
  try {
    await access(present, constants.W_OK);
    if (!(await stat(present)).isDirectory()) throw Object.assign(new Error("no folder"), { code: "ENOTDIR" });
  } catch (error) {
    const code = systemCodeOf(error) ?? "unknown";
    throw new WarehouseError(
      `${present} is not writable (${code}): point ${variable} at a folder that you can write to.`,
      { cause: error },
    );
  }
  const { bavail, bsize } = await statfs(present);
  const free = `${((bavail * bsize) / bytesPerGigabyte).toFixed(1)} GB are free in ${folder}`;
  const found = present === resolve(folder) ? free : `${free}, which the first run makes`;
  return bavail * bsize >= freeBytesMin
    ? { found }
    : {
        found: `only ${found}: a back-fill may need more`,
        fix: `Free some space, or point ${variable} at a larger disk.`,
      };
}

/** The folder itself, or the nearest one above it that exists. @param folder absolute */
async function nearestFolder(folder: string): Promise<string> {
  for (let present = folder; ; present = dirname(present)) {
    const code = await stat(present).then(() => undefined, systemCodeOf);
    if (code !== "ENOENT" || present === dirname(present)) return present;
  }
}
