import { chmod, lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemCodeOf } from "./errors.ts";

/** Whom a file is for, of those who may use this machine. */
export type Readers = "owner" | "group" | "everyone";

/** The modes of the marts' file and of Parquet files, and of a folder that is made for them. */
export const readersModes: Readonly<Record<Readers, { readonly file: number; readonly folder: number }>> = {
  owner: { file: 0o600, folder: 0o700 },
  group: { file: 0o640, folder: 0o750 },
  everyone: { file: 0o644, folder: 0o755 },
};

/** The permissions that only the owner has. */
const othersMask = 0o077;
/** What a file system says that has no permissions to set, or whose files belong to somebody else. */
const unable = new Set(["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EROFS", "EINVAL"]);

/**
 * From here on, what this process and its children make is for their user alone: files 0600, folders 0700. A crash report of
 * Node.js leaves the environment out, which may hold secrets.
 */
export function writeForOwnerAlone(): void {
  process.umask(othersMask);
  process.report.excludeEnv = true;
}

/**
 * Sets the permissions of a file or folder of ours. A file system that has none, such as a bucket mount, is no error.
 * @returns whether the permissions are these now
 */
export async function setMode(path: string, mode: number): Promise<boolean> {
  try {
    await chmod(path, mode);
  } catch (error) {
    if (!unable.has(systemCodeOf(error) ?? "")) throw error;
  }
  // Some file systems say that all is well, and change nothing.
  return ((await stat(path)).mode & 0o777) === mode;
}

/**
 * Takes others' permissions from files and folders of ours, with all that is in the folders, where an earlier version gave them.
 * A path that is a link is followed, links inside are not.
 * @returns the paths that stay open to others, as on a file system without permissions
 */
export async function closeToOthers(paths: readonly string[]): Promise<readonly string[]> {
  const open: string[] = [];
  for (const path of paths) {
    const found = await lstatOf(path);
    if (found !== undefined) await close(path, found.isSymbolicLink(), open);
  }
  return open;
}

/** The same for a folder alone: what is in it may be yours. */
export async function closeFolder(path: string): Promise<readonly string[]> {
  const found = await lstatOf(path);
  if (found?.isDirectory() !== true || (found.mode & othersMask) === 0) return [];
  return (await setMode(path, found.mode & 0o700)) ? [] : [path];
}

/** What others may read, write or enter, of the given paths. Nothing is changed. */
export async function openToOthers(paths: readonly string[]): Promise<readonly string[]> {
  const open: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && (found.mode & othersMask) !== 0) open.push(path);
  }
  return open;
}

/** What is in a folder goes first: a folder that is closed needs no second look when this process is killed meanwhile. */
async function close(path: string, isFollowed: boolean, open: string[]): Promise<void> {
  const found = isFollowed ? await stat(path).catch(() => undefined) : await lstatOf(path);
  if (found === undefined || !(found.isFile() || found.isDirectory())) return;
  if (found.isDirectory())
    for (const name of await readdir(path).catch(() => [])) await close(join(path, name), false, open);
  const mode = found.mode & 0o777;
  if ((mode & othersMask) === 0) return;
  const isClosed = await setMode(path, mode & ~othersMask).catch((error: unknown) => {
    // A file that another process has just removed.
    if (systemCodeOf(error) === "ENOENT") return true;
    throw error;
  });
  if (!isClosed) open.push(path);
}

function lstatOf(path: string) {
  return lstat(path).catch(() => undefined);
}
