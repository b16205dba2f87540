import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, WarehouseError } from "../../errors.ts";
import { makeFolder } from "../disk.ts";
import type { FinishedLoad, LoadRecord } from "../open-load.ts";
import { hold, type PendingLoad, publishLoad, removePending } from "./archived-load.ts";
import { archiveDays } from "./days.ts";
import { onArchive } from "./disk.ts";
import { type FillOptions, fillIn } from "./fill.ts";
import { Layout } from "./layout.ts";
import { settlePending } from "./pending.ts";
import type { ArchiveStore } from "./store.ts";

/**
 * A folder with everything that was loaded, beside the warehouse (`layout.ts` says which file is where).
 *
 * The states of a load:
 * - *held*, by `hold`: its files are whole, in the pending folder, before the warehouse gets the load.
 * - *archived*: the warehouse has the load, and its files have their final names, the one of `_loads` last.
 *
 * A load leaves *held* by `complete`. A run that is killed leaves held loads: `makeWhole` of a later run asks the warehouse
 * for each, and archives or removes it. Then it archives what the warehouse has and the archive lacks, whatever the reason:
 * a run without the archive, or rows that the warehouse refused. So an archive is whole after a run that ended well.
 *
 * `hold` may be called for several loads at once. Renaming is queued, one load after the other.
 */
export class Archive {
  readonly #layout: Layout;
  readonly #held = new Map<string, PendingLoad>();
  #queue: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #files = 0;

  private constructor(layout: Layout) {
    this.#layout = layout;
  }

  /**
   * Makes the folder if need be, and writes into it once. Errors: ConfigError when the path is no folder; WarehouseError when
   * nothing can be written there.
   */
  static async open(directory: string): Promise<Archive> {
    if (directory === "") throw new ConfigError("--archive needs the path of a folder.");
    const found = await stat(directory).catch(() => undefined);
    if (found !== undefined && !found.isDirectory())
      throw new ConfigError(`--archive needs a folder, and ${directory} is a file: name another path.`);
    const trial = join(directory, `_pending.${process.pid}`);
    await onArchive(directory, async () => {
      makeFolder(directory);
      await writeFile(trial, "An archive begins here.\n", { flush: true });
    }).finally(() => rm(trial, { force: true }).catch(() => undefined));
    return new Archive(new Layout(directory));
  }

  get directory(): string {
    return this.#layout.directory;
  }

  /** Files that were archived so far. */
  get files(): number {
    return this.#files;
  }

  /** Writes the load's files, before the warehouse gets the load. Errors: WarehouseError, also of an earlier load. */
  async hold(load: FinishedLoad): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#held.set(load.id, await hold(this.#layout, load));
  }

  /**
   * The warehouse has the load. @param stored what it stored: when it refused rows, `makeWhole` reads the load from there.
   * Never throws: `settled` does.
   */
  complete(load: FinishedLoad, stored: readonly LoadRecord[]): void {
    const held = this.#held.get(load.id);
    this.#held.delete(load.id);
    if (held === undefined) return;
    const isSame = JSON.stringify(stored) === JSON.stringify(load.records);
    this.#queue = this.#queue
      .then(() => this.#archive(held, isSame))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      });
  }

  async #archive(held: PendingLoad, isSame: boolean): Promise<void> {
    if (!isSame) return removePending(this.#layout, held);
    await publishLoad(this.#layout, held);
    this.#files += held.files.length + 1;
  }

  /** Waits until each load that is complete has its final names. Errors: WarehouseError; the next run finishes the loads. */
  async settled(): Promise<void> {
    await this.#queue;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * Archives whatever the warehouse has and the archive lacks. Call it when every load of the run is complete.
   * Errors: WarehouseError, and the signal's reason; the next run continues.
   */
  async makeWhole(store: ArchiveStore, options: FillOptions): Promise<void> {
    await this.settled();
    if (this.#held.size > 0)
      throw new WarehouseError("The archive has loads that the warehouse did not complete. Please report it.");
    const loads = await store.loads();
    this.#files += await settlePending(this.#layout, store, loads);
    this.#files += await fillIn(this.#layout, store, loads, options);
    this.#files += await archiveDays(this.#layout, store);
  }
}
