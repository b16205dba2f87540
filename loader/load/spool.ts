import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { placeOfProcesses, processStartOf } from "../process-place.ts";
import { loadIdOf } from "../run-id.ts";
import { makeFolder, onDisk } from "./disk.ts";
import { OpenLoad, type Provenance } from "./open-load.ts";
import { isOver, type Onlooker, ownerFile, type RunOwner, runOwners } from "./run-owner.ts";

/**
 * A run's folder of spool files, `<state>/spool/<run id>/`. It exists while the run does. A later run removes the folder of
 * a killed one. Nothing is lost: a load counts only when the warehouse has it.
 */
export class Spool {
  readonly directory: string;
  readonly #stateDirectory: string;
  readonly #provenance: Provenance;
  readonly #onlooker: Onlooker;
  #loads = 0;
  #earliestMs = Number.NEGATIVE_INFINITY;

  private constructor(stateDirectory: string, directory: string, provenance: Provenance, onlooker: Onlooker) {
    this.#stateDirectory = stateDirectory;
    this.directory = directory;
    this.#provenance = provenance;
    this.#onlooker = onlooker;
  }

  /**
   * Makes the run's folder, and leaves other runs' folders alone: the run may not hold its warehouse yet.
   * @param warehouse the `warehouseIdentity` of the warehouse that the run writes into
   */
  static async open(stateDirectory: string, provenance: Provenance, warehouse?: string): Promise<Spool> {
    const directory = join(stateDirectory, "spool", provenance.runId);
    const place = await placeOfProcesses();
    const owner: RunOwner = {
      pid: process.pid,
      runId: provenance.runId,
      startedAt: provenance.loadedAt,
      place,
      processStart: await processStartOf(process.pid),
      warehouse,
    };
    await onDisk(directory, async () => {
      makeFolder(dirname(directory));
      await mkdir(directory);
      await writeFile(join(directory, ownerFile), JSON.stringify(owner));
    });
    return new Spool(stateDirectory, directory, provenance, { place, warehouse });
  }

  /**
   * Removes the folders of runs that are over, and returns the folders' names. Call it only while the run holds its
   * warehouse: then every other run that held the same warehouse is over.
   */
  async removeEnded(): Promise<readonly string[]> {
    const root = dirname(this.directory);
    return onDisk(root, async () => {
      // The time by the clock that stamps the files, which may be another machine's.
      const nowMs = (await stat(join(this.directory, ownerFile))).mtimeMs;
      const removed: string[] = [];
      for (const [name, owner] of await runOwners(this.#stateDirectory)) {
        if (owner?.runId === this.#provenance.runId) continue;
        const folder = join(root, name);
        if (!(await isOver(owner, this.#onlooker, nowMs - (await lastChangeMs(folder))))) continue;
        await rm(folder, { recursive: true, force: true });
        removed.push(name);
      }
      return removed;
    });
  }

  /**
   * No load of this run is dated before another's, epoch milliseconds. A build takes in what was loaded since the build before, by these
   * dates: it would miss the loads of a machine whose clock is behind, or was set back.
   */
  dateAfter(newestMs: number): void {
    this.#earliestMs = newestMs + 1;
  }

  /** A new load, empty. @param loadedAtMs the time by this machine's clock */
  begin(loadedAtMs: number): OpenLoad {
    this.#loads += 1;
    const loadedAt = new Date(Math.max(loadedAtMs, this.#earliestMs)).toISOString();
    return new OpenLoad(loadIdOf(this.#provenance.runId, this.#loads), this.directory, {
      ...this.#provenance,
      loadedAt,
    });
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/**
 * Removes the folders of runs whose process has ended on this machine, in this container. Needs no warehouse: a process that has
 * ended writes nothing more, whatever its run held.
 */
export async function removeEndedRuns(stateDirectory: string): Promise<void> {
  const onlooker = { place: await placeOfProcesses(), warehouse: undefined };
  for (const [name, owner] of await runOwners(stateDirectory))
    if (await isOver(owner, onlooker, 0))
      await rm(join(stateDirectory, "spool", name), { recursive: true, force: true });
}

/** When a file in the folder was last written, made or removed. */
async function lastChangeMs(folder: string): Promise<number> {
  const paths = [folder, ...(await readdir(folder).catch(() => [])).map((name) => join(folder, name))];
  let last = 0;
  for (const path of paths) last = Math.max(last, (await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
  return last;
}
