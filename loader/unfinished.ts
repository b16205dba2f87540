import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive, isRunning, placeOfProcesses, processName, shortDigest } from "./process-place.ts";

/** `<place>-<process>-<its start>.new`; versions up to 0.2 wrote `<process>`, with `.new`, `.tmp` or nothing behind. DuckDB adds a log. */
const suffixPattern = /^(.*)\.(?:([0-9a-f]{12})-(\d+)-(\d*)\.new|(\d+)(?:\.new|\.tmp)?)(?:\.wal)?$/;
/** A file of another place counts as left when nothing has been written into it for so long. */
const silenceMsMax = 24 * 3_600_000;
/** The same for a file whose name does not say where its process ran, when no process has its id here. */
const silenceMsMaxWithoutPlace = 60_000;

/**
 * The path at which this process writes a file until the file is whole, and then renames it. Removes what killed processes have
 * begun there.
 */
export async function unfinishedPath(path: string): Promise<string> {
  await removeKilled(dirname(path), [basename(path)]);
  return `${path}.${await processName()}.new`;
}

/** Removes from a folder what killed processes have begun to write. @param names of the files that they wanted to make */
export async function removeKilled(folder: string, names: readonly string[]): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, wanted, place, pid, processStart, pidAlone] = suffixPattern.exec(name) ?? [];
    if (wanted === undefined || !names.includes(wanted)) continue;
    const silentMs = Date.now() - ((await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? Date.now());
    const isLeft =
      pidAlone !== undefined
        ? !isAlive(Number(pidAlone)) && silentMs > silenceMsMaxWithoutPlace
        : place === shortDigest(await placeOfProcesses())
          ? !(await isRunning(Number(pid), processStart))
          : silentMs > silenceMsMax;
    if (isLeft) await rm(join(folder, name), { force: true });
  }
}
