type Batch<T> = {
  readonly items: readonly T[];
  readonly work: (item: T) => Promise<void>;
  readonly end: PromiseWithResolvers<void>;
  next: number;
  left: number;
  failed: { readonly error: unknown } | undefined;
};

/**
 * Works through batches of items, oldest first, a fixed number of items at a time. A waiting item is only an index in its
 * batch: promises and closures of hundreds of items would outlive the young generation, and collecting them cost more than
 * parsing the responses.
 */
export class WorkQueue<T> {
  readonly #atOnce: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #batches: Batch<T>[] = [];
  #workers = 0;
  /** Items that are not done, and the caller who waits until fewer are left. */
  #left = 0;
  #waiter: { readonly leftMax: number; readonly resolve: () => void } | undefined;

  /** @param onFailure gets each failure at once, before the batch has ended */
  constructor(atOnce: number, onFailure: (error: unknown) => void) {
    this.#atOnce = atOnce;
    this.#onFailure = onFailure;
  }

  /** Resolves when the work on every item of the batch is done; rejects with the first failure, once all have ended. */
  add(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    const end = Promise.withResolvers<void>();
    this.#left += items.length;
    this.#batches.push({ items, work, end, next: 0, left: items.length, failed: undefined });
    for (let more = Math.min(this.#atOnce - this.#workers, items.length); more > 0; more -= 1) void this.#worker();
    return end.promise;
  }

  /** Resolves when at most so many items are left, whatever became of the others. One caller at a time. */
  async untilWaiting(leftMax: number): Promise<void> {
    if (this.#left <= leftMax) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiter = { leftMax, resolve };
    await promise;
    this.#waiter = undefined;
  }

  async #worker(): Promise<void> {
    this.#workers += 1;
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      const item = batch.items[batch.next] as T;
      batch.next += 1;
      if (batch.next === batch.items.length) this.#batches.shift();
      try {
        await batch.work(item);
      } catch (error) {
        batch.failed ??= { error };
        this.#onFailure(error);
      }
      batch.left -= 1;
      this.#left -= 1;
      if (this.#waiter !== undefined && this.#left <= this.#waiter.leftMax) this.#waiter.resolve();
      if (batch.left > 0) continue;
      if (batch.failed === undefined) batch.end.resolve();
      else batch.end.reject(batch.failed.error);
    }
    this.#workers -= 1;
  }
}
