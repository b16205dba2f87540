import type { Run } from "../run.ts";
import type { ThreadLoad } from "./thread-load.ts";

/** Full loads that wait on disk while an earlier one is being stored. */
const loadsWaitingMax = 2;

/** Full loads that are being stored, oldest first. */
export class LoadQueue {
  readonly #run: Run;
  readonly #stores: Promise<boolean>[] = [];
  #allCovered = true;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Begins to store a load. Resolves when there is room for another load. Errors: WarehouseError of an earlier load. */
  async add(load: ThreadLoad): Promise<void> {
    const store = load.store();
    store.catch(this.#run.fail);
    this.#stores.push(store);
    while (this.#stores.length > loadsWaitingMax) await this.#first();
  }

  /** A window of several pieces begins: loads without its pieces say nothing about it. */
  forgetUncovered(): void {
    this.#allCovered = true;
  }

  /** Waits for all loads. @returns whether each of them covers its windows, since the last window began. Errors: WarehouseError. */
  async all(): Promise<boolean> {
    while (this.#stores.length > 0) await this.#first();
    return this.#allCovered;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#stores);
  }

  async #first(): Promise<void> {
    const isCovered = await this.#stores[0];
    this.#stores.shift();
    if (isCovered === false) this.#allCovered = false;
  }
}
