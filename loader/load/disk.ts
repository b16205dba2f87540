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
