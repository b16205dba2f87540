import { randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { placeOfProcesses, processName, shortDigest } from "../../process-place.ts";
import { fileIdentity, isOver } from "../run-owner.ts";

/** Where DuckDB spills when memory is full: `<prefix><file>-<place>-<process>-<its start>-<random>`. */
const prefix = "duckdb-overflow-";
const namePattern = /^duckdb-overflow-([0-9a-f]{12})-([0-9a-f]{12})-(\d+)-(\d*)-/;

/**
 * A folder into which DuckDB spills while this process works on a file. DuckDB makes the folder when it needs it. By
 * DuckDB's default two processes share one folder, and read each other's rows. Only the folder's name can say whose it is.
 */
export async function overflowFolder(stateDirectory: string, path: string): Promise<string> {
  const file = shortDigest(await fileIdentity(path));
  return join(stateDirectory, `${prefix}${file}-${await processName()}-${randomUUID().slice(0, 8)}`);
}

/**
 * Removes the overflow folders of killed processes.
 * @param held the file that this process holds for writing, if any: no other process can hold it, wherever it runs
 * @param own the overflow folder of this process, if any
 */
export async function removeOverflow(stateDirectory: string, held?: string, own?: string): Promise<void> {
  const onlooker = {
    place: shortDigest(await placeOfProcesses()),
    warehouse: held === undefined ? undefined : shortDigest(await fileIdentity(held)),
  };
  for (const name of await readdir(stateDirectory).catch(() => [])) {
    const folder = join(stateDirectory, name);
    if (!name.startsWith(prefix) || folder === own) continue;
    const [, warehouse, place, pid, processStart] = namePattern.exec(name) ?? [];
    const owner =
      pid === undefined ? undefined : { pid: Number(pid), runId: "", startedAt: "", place, processStart, warehouse };
    const silentMs = Date.now() - (await stat(folder).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (await isOver(owner, onlooker, silentMs)) await rm(folder, { recursive: true, force: true });
  }
}
