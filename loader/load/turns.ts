/**
 * Lets callers take turns: work begins once all work before it has ended, however that ended.
 * Work that asks for a turn of its own would wait for itself: inside a turn, call what needs none.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #isWorking = false;
  #waiting = 0;

  /** Callers whose work is not over. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The result of the work, once its turn has come. */
  take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const result = this.#last.then(() => this.#work(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #work<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isWorking) throw new Error("two callers have the same turn");
    this.#isWorking = true;
    try {
      return await work();
    } finally {
      this.#isWorking = false;
      this.#waiting -= 1;
    }
  }
}
