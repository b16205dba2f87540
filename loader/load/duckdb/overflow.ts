import { createHash, randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileIdentity, isOver, placeOfProcesses, processStartOf } from "../../run-owner.ts";

/** Where DuckDB spills when memory is full: `<prefix><file>-<place>-<process>-<its start>-<random>`. */
const prefix = "duckdb-overflow-";
const namePattern = /^duckdb-overflow-([0-9a-f]{12})-([0-9a-f]{12})-(\d+)-(\d*)-/;

/**
 * A folder into which DuckDB spills while this process works on a file. DuckDB makes the folder when it needs it. By
 * DuckDB's default two processes share one folder, and read each other's rows. Only the folder's name can say whose it is.
 */
export async function overflowFolder(stateDirectory: string, path: string): Promise<string> {
  const [file, place] = [digest(await fileIdentity(path)), digest(await placeOfProcesses())];
  const process_ = `${process.pid}-${await processStartOf(process.pid)}`;
  return join(stateDirectory, `${prefix}${file}-${place}-${process_}-${randomUUID().slice(0, 8)}`);
}

/**
 * Removes the overflow folders of killed processes. Call it only while this process holds the file for writing.
 * @param own the overflow folder of this process
 */
export async function removeOverflow(stateDirectory: string, path: string, own: string): Promise<void> {
  const onlooker = { place: digest(await placeOfProcesses()), warehouse: digest(await fileIdentity(path)) };
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

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
