import type { FinishedLoad } from "../../loader/load/open-load.ts";

/** Kinds of loads; each has one row, with an id of its own. */
export const kinds = ["conversations", "tags", "listed deletion", "unlisted deletion"] as const;
export type Kind = (typeof kinds)[number];

type Entry = {
  readonly kind: Kind;
  readonly load: FinishedLoad;
  /** Second of the row, and of the window that the load covers. */
  readonly second: number;
  readonly isSpoilt: boolean;
  state: "begun" | "accepted" | "refused";
  told: number;
};

/** What one reader may see: all loads that were complete when it began, and none that nobody has begun to commit. */
export type View = { readonly least: ReadonlySet<string>; readonly most: () => ReadonlySet<string> };

/** Keeps which loads several callers have committed, and says in words where a warehouse shows something else. */
export class Book {
  readonly faults: string[] = [];
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  begin(id: string, entry: Pick<Entry, "kind" | "load" | "second" | "isSpoilt">): void {
    this.#entries.set(id, { ...entry, state: "begun", told: 0 });
  }

  accept(id: string): void {
    const entry = this.#entry(id);
    entry.state = "accepted";
    if (entry.isSpoilt) this.faults.push(`${id} can't be stored, and was committed`);
  }

  refuse(id: string): void {
    this.#entry(id).state = "refused";
  }

  tell(id: string): void {
    const entry = this.#entry(id);
    entry.told += 1;
    if (entry.told > 1) this.faults.push(`${id} was told ${entry.told} times`);
  }

  second(id: string): number {
    return this.#entry(id).second;
  }

  /** What a read that begins now may give. */
  view(kind: Kind): View {
    return { least: this.#ids(kind, ["accepted"]), most: () => this.#ids(kind, ["begun", "accepted"]) };
  }

  /** Notes where a read gave too little or too much. */
  judge(name: string, seen: Iterable<string>, { least, most }: View): void {
    const found = new Set(seen);
    const possible = most();
    for (const id of least)
      if (!found.has(id)) this.faults.push(`${name} does not give ${id}, which was committed before`);
    for (const id of found) if (!possible.has(id)) this.faults.push(`${name} gives ${id}, which was not committed`);
  }

  /**
   * Notes where the end is not what was told: of each load, all or nothing is there, and it was told once or never.
   * @param rows ids of the rows that are there; @param loads ids of the loads that are marked as complete
   */
  judgeEnd(rows: readonly string[], loads: readonly string[], mayFail: boolean): void {
    for (const [id, { load, state, told, isSpoilt }] of this.#entries) {
      const counts = [rows.filter((row) => row === id).length, loads.filter((each) => each === load.id).length, told];
      const isThere = state === "accepted" && !isSpoilt && (!mayFail || told > 0);
      const wanted = isThere ? 1 : 0;
      if (counts.some((count) => count !== wanted))
        this.faults.push(
          `${id} (${state}${isSpoilt ? ", spoilt" : ""}) should be there ${wanted} times: rows ${counts[0]}, loads ${counts[1]}, told ${counts[2]}`,
        );
    }
    const strangers = rows.filter((id) => !this.#entries.has(id));
    if (strangers.length > 0) this.faults.push(`rows of nobody: ${strangers.join(", ")}`);
  }

  #ids(kind: Kind, states: readonly Entry["state"][]): ReadonlySet<string> {
    const found = [...this.#entries].filter(([, entry]) => entry.kind === kind && states.includes(entry.state));
    return new Set(found.filter(([, { isSpoilt }]) => !isSpoilt).map(([id]) => id));
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`no load has the row ${id}`);
    return entry;
  }
}
