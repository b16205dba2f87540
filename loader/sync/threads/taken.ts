/** What a run has stored of a stream of threads so far: the warehouse may show it only when the run ends. */
export class TakenThreads {
  readonly #createdAt = new Map<string, number>();
  readonly #gone = new Set<string>();
  readonly #rejected = new Set<string>();

  /** @param createdAt epoch seconds */
  stored(id: string, createdAt: number): void {
    this.#createdAt.set(id, createdAt);
  }

  gone(id: string): void {
    this.#gone.add(id);
  }

  rejected(id: string): void {
    this.#rejected.add(id);
  }

  /** Ids of what the run has rejected. */
  get rejectedIds(): readonly string[] {
    return [...this.#rejected];
  }

  /** Whether the run has rejected the record. */
  hasRejected(id: string): boolean {
    return this.#rejected.has(id);
  }

  /** `created_at` by id of what is stored now. @param before the same when the run began */
  after(before: ReadonlyMap<string, number>): Map<string, number> {
    const now = new Map([...before, ...this.#createdAt]);
    for (const id of this.#gone) now.delete(id);
    return now;
  }
}
