import { FailedRecordError, NotFoundError } from "../../errors.ts";
import { firstPlace, type Place } from "../../extract/next-place.ts";
import { readListing } from "../../extract/pages.ts";
import type { Reference } from "../../extract/references.ts";
import type { SearchQuery } from "../../extract/routes.ts";
import type { SecondsRange } from "../../extract/seconds-range.ts";
import { RecordLoad } from "../record-load.ts";
import type { Run } from "../run.ts";
import { isMuchShorter } from "../tombstones.ts";
import { within, withReferences } from "./found.ts";
import { PurgedThreads } from "./purged.ts";
import { takeThread } from "./retrieval.ts";
import type { NotFound, ThreadStream } from "./stream.ts";
import type { TakenThreads } from "./taken.ts";
import { ThreadLoad } from "./thread-load.ts";

/** So few stored tickets are compared one by one: a page of the search has as many. */
const listedMax = 150;
/** When so many missing tickets in a row exist after all, the search is wrong, and no more are requested. */
const livingInARowMax = 20;
/** So many missing tickets beside a search that shows none at all: the token has lost its access. */
const allGoneMin = 3;
/** Conditions that exclude one ticket each: Intercom allows 15 in all. */
const leftOutMax = 12;
/** Tickets of the last hour are not compared: the search may show them late. */
const lateSecondsMax = 3600;

/** A stored ticket; `createdAt` in epoch seconds. */
type Stored = { readonly id: string; readonly createdAt: number };

/** What the warehouse has once the run's changes are stored. */
export type ReconciliationOptions = {
  /** `created_at` (epoch seconds) of each ticket that changed since the start of the range, by id. */
  readonly stored: ReadonlyMap<string, number>;
  readonly taken: TakenThreads;
  /** Start of the range, epoch seconds: every ticket that changed since then should be stored. */
  readonly rangeFrom: number;
};

/**
 * Finds tickets that Intercom no longer has, and tickets that the warehouse lacks: no list names deleted tickets.
 *
 * Intercom's count is compared with the stored tickets. Where they differ, the range of `created_at` is halved, and each half
 * is counted. A page of tickets is compared one by one. A missing ticket is deleted when its own request
 * answers 404 too. A count that differs by as much as after the last comparison is wrong: it would show the same again.
 */
export async function reconcile(run: Run, stream: ThreadStream, options: ReconciliationOptions): Promise<void> {
  const { taken, rangeFrom } = options;
  const whole = { from: 0, to: run.startedAtSeconds - Math.min(lateSecondsMax, run.options.overlapSeconds) };
  // A ticket that cannot be stored would hide one that is gone: the count has the one and lacks the other.
  const leftOut = taken.rejectedIds.filter((id) => !options.stored.has(id)).slice(0, leftOutMax);
  const conditions = (range: SecondsRange) => conditionsOf(range, rangeFrom, leftOut);
  const total = await countOf(run, stream, conditions(whole));
  if (total === undefined) return;
  const stored = [...options.stored]
    .map(([id, createdAt]) => ({ id, createdAt }))
    .filter(({ createdAt }) => createdAt <= whole.to);
  const explained = await run.warehouse.unseenCount(run.workspaceId, stream.name);
  if (total - stored.length === explained) return;
  run.effects.log("counts_differ", { stream: stream.name, counted: total, stored: stored.length });
  const load = new ThreadLoad(run, stream, undefined);
  const purged = await PurgedThreads.read(run, stream, rangeFrom);
  const reconciliation = new Reconciliation(run, stream, { load, purged, stored, taken, rangeFrom, conditions });
  try {
    await reconciliation.compareAll(whole, total);
  } finally {
    await load.store();
  }
  const difference = total - reconciliation.stored;
  if (difference === explained || reconciliation.isOpen) return;
  run.issues.addUnseen(stream.name, difference - reconciliation.refused);
  await new RecordLoad(run, stream.name, new Map()).store(undefined, difference);
}

/**
 * Tickets by `created_at`, which never changes, of those that changed since the start of the covered range.
 * @param leftOut ids of tickets that are not wanted
 */
function conditionsOf(range: SecondsRange, rangeFrom: number, leftOut: readonly string[]): SearchQuery {
  const changed: SearchQuery[] = rangeFrom > 0 ? [{ field: "updated_at", operator: ">", value: rangeFrom - 1 }] : [];
  const wanted: SearchQuery[] = leftOut.map((id) => ({ field: "id", operator: "!=", value: id }));
  return { operator: "AND", value: [...within("created_at", range), ...changed, ...wanted] };
}

/** How many tickets Intercom counts; undefined where it names no count. */
async function countOf(run: Run, stream: ThreadStream, query: SearchQuery): Promise<number | undefined> {
  return (await stream.search(run.routes, query, firstPlace, {}, 1)).total;
}

type Comparison = Omit<ReconciliationOptions, "stored"> & {
  /** Conditions of a search for the tickets of a range of `created_at`. */
  readonly conditions: (range: SecondsRange) => SearchQuery;
  readonly load: ThreadLoad;
  readonly purged: PurgedThreads;
  readonly stored: readonly Stored[];
};

class Reconciliation {
  readonly #run: Run;
  readonly #stream: ThreadStream;
  readonly #comparison: Comparison;
  readonly #stored: readonly Stored[];
  readonly #storedIds: ReadonlySet<string>;
  readonly #gone: NotFound[] = [];
  readonly #refused = new Set<string>();
  #isDoubtful = false;
  #isUndecided = false;
  #taken = 0;
  #livingInARow = 0;

  constructor(run: Run, stream: ThreadStream, comparison: Comparison) {
    this.#run = run;
    this.#stream = stream;
    this.#comparison = comparison;
    this.#stored = comparison.stored.toSorted((a, b) => a.createdAt - b.createdAt);
    this.#storedIds = new Set(this.#stored.map(({ id }) => id));
  }

  /** Stored tickets, now that those that are gone count as deleted and those that were missing are stored. */
  get stored(): number {
    return this.#stored.length - (this.#isDoubtful ? 0 : this.#gone.length) + this.#taken;
  }

  /** Tickets that the search shows and that cannot be stored, or that a purge removed. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Whether the next run must compare again: 404s prove no deletion, a request failed, or the search kept changing. */
  get isOpen(): boolean {
    return this.#isDoubtful || this.#isUndecided;
  }

  /** Compares the whole range, and adds a tombstone for each deleted ticket. @param total Intercom's count */
  async compareAll(range: SecondsRange, total: number): Promise<void> {
    if (total === 0 && this.#stored.length >= allGoneMin) {
      // A few tell as much as all of them.
      await this.#confirmGone(this.#stored.slice(0, livingInARowMax));
      this.#isDoubtful = this.#gone.length > 0;
      this.#run.issues.answersOf(this.#stream.noun).unconfirmed += this.#gone.length;
      return;
    }
    await this.#compare(range, this.#stored, total);
    if (isMuchShorter(this.#gone.length, this.#stored.length))
      this.#run.issues.note(
        `${this.#stream.name}: ${this.#gone.length} of ${this.#stored.length} are gone from Intercom's search, and answer 404. They count as deleted.`,
      );
    for (const { id, requestedAtSeconds } of this.#gone) this.#comparison.load.addTombstone(id, requestedAtSeconds);
  }

  async #compare(range: SecondsRange, stored: readonly Stored[], total: number): Promise<void> {
    if (total === stored.length || this.#livingInARow >= livingInARowMax) return;
    const middle = stored.length > listedMax ? quietMiddle(stored) : undefined;
    if (middle === undefined) return this.#compareOneByOne(range, stored);
    const older = { from: range.from, to: middle };
    const counted = await countOf(this.#run, this.#stream, this.#comparison.conditions(older));
    const isOlder = (ticket: Stored): boolean => ticket.createdAt <= middle;
    const olderStored = stored.filter(isOlder);
    await this.#compare(older, olderStored, counted ?? -1);
    await this.#compare(
      { from: middle + 1, to: range.to },
      stored.slice(olderStored.length),
      counted === undefined ? -1 : total - counted,
    );
  }

  async #compareOneByOne(range: SecondsRange, stored: readonly Stored[]): Promise<void> {
    const query = this.#comparison.conditions(range);
    const fetchPage = async (place: Place) =>
      withReferences(this.#stream, await this.#stream.search(this.#run.routes, query, place, {}));
    const listed = new Set<string>();
    let isWhole = false;
    for await (const { items, end } of readListing(fetchPage, (item) => item.id)) {
      for (const reference of items) await this.#take(reference, listed);
      isWhole = end?.isWhole === true;
    }
    if (isWhole) await this.#confirmGone(stored.filter(({ id }) => !listed.has(id)));
    else this.#isUndecided = true;
  }

  /** Takes a ticket that the warehouse lacks. @param listed gets its id; an empty text where there is none */
  async #take(reference: Reference, listed: Set<string>): Promise<void> {
    const { load, purged, taken, rangeFrom } = this.#comparison;
    const { id = "", updatedAt } = reference;
    listed.add(id);
    if (this.#storedIds.has(id) || (updatedAt ?? rangeFrom) < rangeFrom) return;
    if (id === "" || taken.hasRejected(id) || purged.has(reference)) this.#refused.add(id);
    else if (await takeThread(this.#run, this.#stream, reference, load)) {
      this.#taken += 1;
      this.#run.progress.done(this.#stream.name);
    } else this.#refused.add(id);
  }

  /** Requests tickets that the search lacks, some at a time: they may exist all the same. */
  async #confirmGone(missing: readonly Stored[]): Promise<void> {
    for (let start = 0; start < missing.length; start += livingInARowMax) {
      const some = missing.slice(start, start + livingInARowMax);
      const answers = await Promise.all(some.map(({ id }) => this.#request(id)));
      for (const answer of answers) {
        if (answer === "living") this.#livingInARow += 1;
        else if (answer === "failed") this.#isUndecided = true;
        else {
          this.#gone.push(answer);
          this.#livingInARow = 0;
        }
      }
      if (this.#livingInARow < livingInARowMax) continue;
      this.#run.issues.note(
        `${this.#stream.name}: Intercom's search lacks stored ones, but the first ${livingInARowMax} of them exist. No more of them count as deleted.`,
      );
      return;
    }
  }

  /** Whether a ticket exists; its 404 where it does not. */
  async #request(id: string): Promise<"living" | "failed" | NotFound> {
    const { health, routes } = this.#run;
    try {
      const request = (): Promise<void> => this.#stream.retrieve(routes, id, () => undefined);
      await health.requestRecord(`${this.#stream.noun} ${id}`, request, { retriesNotFound: true });
      return "living";
    } catch (error) {
      if (error instanceof NotFoundError) return { id, requestedAtSeconds: error.requestedAtSeconds };
      if (error instanceof FailedRecordError) return "failed";
      throw error;
    }
  }
}

/**
 * A second near the middle of the tickets' `created_at`, with none created in it, before it or after it: a count up to it is
 * the same whether a bound includes the second that it names. Undefined where there is no such second.
 */
function quietMiddle(stored: readonly Stored[]): number | undefined {
  const half = Math.floor(stored.length / 2);
  for (let step = 0; step < half; step += 1) {
    for (const index of [half + step, half - step]) {
      const [before, after] = [stored[index - 1]?.createdAt, stored[index]?.createdAt];
      if (before !== undefined && after !== undefined && after - before > 3) return before + 1;
    }
  }
  return undefined;
}
