import { readdir, realpath, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

/** The new file of a purge, as long as it is written. */
export function purgeFile(path: string): string {
  return `${path}.purge`;
}

/**
 * Removes what killed commands left beside the file: the new file of a purge, and what a build, for which memory had no room,
 * put into DuckDB's own folder. Call it only while this process holds the file for writing: then no other purge or build works.
 */
export async function removeLeftBehind(path: string): Promise<void> {
  await removePurgeFile(purgeFile(await realpath(path)));
  const folder = `${path}.tmp`;
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return;
  for (const name of names) if (name.startsWith("duckdb_temp_")) await rm(join(folder, name), { force: true });
  // Something of yours may be in it.
  await rmdir(folder).catch(() => undefined);
}

/** Removes the new file of a purge, with its log. */
export async function removePurgeFile(file: string): Promise<void> {
  for (const name of [file, `${file}.wal`]) await rm(name, { force: true });
}
