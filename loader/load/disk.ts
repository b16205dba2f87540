import { systemCodeOf, WarehouseError } from "../errors.ts";

/** Does something to the disk; a failure names the path and the next step. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = systemCodeOf(error);
    const reason =
      code === "ENOSPC" || code === "EDQUOT"
        ? "the disk is full: free some space, or set STATE_DIR to a larger disk, and run again"
        : code === "EACCES" || code === "EPERM" || code === "EROFS"
          ? "the folder can't be written to: set STATE_DIR to one that can"
          : `it failed with ${code ?? String(error)}: check STATE_DIR`;
    throw new WarehouseError(`Could not write ${path}: ${reason}. What was loaded before stays.`, { cause: error });
  }
}
