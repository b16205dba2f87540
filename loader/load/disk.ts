import { mkdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCodeOf, WarehouseError } from "../errors.ts";

/** Does something to the disk. Errors: WarehouseError that names the path and the next step. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(path, error);
  }
}

/** The same for work that is too short to wait for. Errors: the same. */
export function onDiskAtOnce<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(path, error);
  }
}

/**
 * Makes a folder and the folders above it; an existing folder is fine. Not `mkdir` with `recursive`: Node.js never returns from
 * that below a folder that takes no new ones and says ENOENT, such as /proc. Errors: those of mkdir.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const code = systemCodeOf(error);
    const parent = dirname(path);
    if (code === "ENOENT" && parent !== path) {
      makeFolder(parent);
      makeLastFolder(path);
    } else if (!isFolder(path)) {
      throw error;
    }
  }
}

/** Makes a folder whose parent exists. Another process may make it first. */
function makeLastFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Waits until a file, or the names in a folder, are on disk. */
export async function synced(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function diskError(path: string, error: unknown): WarehouseError {
  const code = systemCodeOf(error);
  const reason =
    code === "ENOSPC" || code === "EDQUOT"
      ? "the disk is full: free some space, or set STATE_DIR to a larger disk, and run again"
      : code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? "you may not write to the folder: point STATE_DIR at a folder that you can write to"
        : `the system says ${code ?? String(error)}: check STATE_DIR`;
  return new WarehouseError(`Could not write ${path}: ${reason}. What was loaded before stays.`, { cause: error });
}
