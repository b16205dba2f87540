/**
 * Lets callers take turns: work begins when all earlier work has ended, with or without an error.
 * Work must not take a turn inside its own turn: it would wait for itself.
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
