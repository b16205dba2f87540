/**
 * What a statement needs of what: columns and scans, each by a key of its own, with what each needs in turn. A column that
 * a `select *` names but nobody uses is not read; BigQuery bills a query for the columns that it reads.
 */
export class Liveness {
  readonly #needs = new Map<string, Set<string>>();

  /** `owner` cannot be had without each of `needed`. */
  need(owner: string, needed: Iterable<string>): void {
    const all = this.#needs.get(owner) ?? new Set();
    for (const each of needed) all.add(each);
    this.#needs.set(owner, all);
  }

  /** Everything that `root` needs, directly or not. */
  of(root: string): ReadonlySet<string> {
    const found = new Set<string>([root]);
    for (const key of found) for (const next of this.#needs.get(key) ?? []) found.add(next);
    return found;
  }
}
