import { FailedRecordError, NotFoundError } from "../../errors.ts";
import { firstPlace, type Place } from "../../extract/next-place.ts";
import { readListing } from "../../extract/pages.ts";
import type { Reference } from "../../extract/references.ts";
import type { SearchQuery } from "../../extract/routes.ts";
import type { SecondsRange } from "../../extract/seconds-range.ts";
import type { Coverage } from "../../load/warehouse.ts";
import { RecordLoad } from "../record-load.ts";
import type { Run } from "../run.ts";
import { isMuchShorter } from "../tombstones.ts";
import { within, withReferences } from "./found.ts";
import { takeThread } from "./retrieval.ts";
import type { NotFound, ThreadStream } from "./stream.ts";
import { ThreadLoad } from "./thread-load.ts";

/** So few stored tickets are compared one by one: a page of the search has as many. */
const listedMax = 150;
/** When so many missing tickets in a row exist after all, the search is wrong, and no more are requested. */
const livingInARowMax = 20;
/** So many missing tickets beside a search that shows none at all: the token has lost its access. */
const allGoneMin = 3;

/** A stored ticket; `createdAt` in epoch seconds. */
type Stored = { readonly id: string; readonly createdAt: number };

/**
 * Finds tickets that Intercom no longer has, and tickets that the warehouse lacks: no list names deleted tickets.
 *
 * Intercom's count of the tickets that earlier runs covered is compared with the stored tickets. Where they differ, the range of `created_at` is halved, and each half
 * is counted, down to a page of tickets, which are compared one by one. A missing ticket is deleted when its own request
 * answers 404 too. A count that differs by as much as after the last comparison is wrong: it would show the same again.
 */
export async function reconcile(run: Run, stream: ThreadStream, { rangeFrom, coveredTo }: Coverage): Promise<void> {
  if (rangeFrom === undefined || coveredTo === undefined) return;
  const whole = { from: 0, to: coveredTo };
  const total = await countOf(run, stream, conditionsOf(whole, rangeFrom));
  if (total === undefined) return;
  const { warehouse, workspaceId } = run;
  const live = [...(await warehouse.liveTickets(workspaceId, rangeFrom))];
  const stored = live.map(([id, createdAt]) => ({ id, createdAt })).filter(({ createdAt }) => createdAt <= coveredTo);
  const explained = await warehouse.unseenCount(workspaceId, stream.name);
  if (total - stored.length === explained) return;
  run.effects.log("counts_differ", { stream: stream.name, counted: total, stored: stored.length });
  const load = new ThreadLoad(run, stream, undefined);
  const reconciliation = new Reconciliation(run, stream, { load, stored, rangeFrom });
  try {
    await reconciliation.compareAll(whole, total);
  } finally {
    await load.store();
  }
  const difference = total - reconciliation.stored;
  if (difference === explained) return;
  run.issues.addUnseen(stream.name, difference);
  await new RecordLoad(run, stream.name, new Map()).store(undefined, difference);
}

/** Tickets by `created_at`, which never changes, of those that changed since the start of the covered range. */
function conditionsOf(range: SecondsRange, rangeFrom: number): SearchQuery {
  const changed: SearchQuery[] = rangeFrom > 0 ? [{ field: "updated_at", operator: ">", value: rangeFrom - 1 }] : [];
  return { operator: "AND", value: [...within("created_at", range), ...changed] };
}

/** How many tickets Intercom counts; undefined where it names no count. */
async function countOf(run: Run, stream: ThreadStream, query: SearchQuery): Promise<number | undefined> {
  return (await stream.search(run.routes, query, firstPlace, {}, 1)).total;
}

type Comparison = { readonly load: ThreadLoad; readonly stored: readonly Stored[]; readonly rangeFrom: number };

class Reconciliation {
  readonly #run: Run;
  readonly #stream: ThreadStream;
  readonly #load: ThreadLoad;
  readonly #stored: readonly Stored[];
  readonly #storedIds: ReadonlySet<string>;
  readonly #rangeFrom: number;
  readonly #gone: NotFound[] = [];
  #deleted = 0;
  #taken = 0;
  #livingInARow = 0;

  constructor(run: Run, stream: ThreadStream, { load, stored, rangeFrom }: Comparison) {
    this.#run = run;
    this.#stream = stream;
    this.#load = load;
    this.#stored = stored.toSorted((a, b) => a.createdAt - b.createdAt);
    this.#storedIds = new Set(stored.map(({ id }) => id));
    this.#rangeFrom = rangeFrom;
  }

  /** Stored tickets, now that those that are gone count as deleted and those that were missing are stored. */
  get stored(): number {
    return this.#stored.length - this.#deleted + this.#taken;
  }

  /** Compares the whole range, and adds a tombstone for each deleted ticket. @param total Intercom's count */
  async compareAll(range: SecondsRange, total: number): Promise<void> {
    await this.#compare(range, this.#stored, total);
    const answers = this.#run.issues.answersOf(this.#stream.noun);
    if (total === 0 && this.#gone.length >= allGoneMin) {
      answers.unconfirmed += this.#gone.length;
      return;
    }
    if (isMuchShorter(this.#gone.length, this.#stored.length))
      this.#run.issues.note(
        `${this.#stream.name}: ${this.#gone.length} of ${this.#stored.length} are gone from Intercom's search, and answer 404. They count as deleted.`,
      );
    for (const { id, requestedAtSeconds } of this.#gone) this.#load.addTombstone(id, requestedAtSeconds);
    this.#deleted = this.#gone.length;
  }

  async #compare(range: SecondsRange, stored: readonly Stored[], total: number): Promise<void> {
    if (total === stored.length || this.#livingInARow >= livingInARowMax) return;
    const middle = stored.length > listedMax ? quietMiddle(stored) : undefined;
    if (middle === undefined) return this.#compareOneByOne(range, stored);
    const older = { from: range.from, to: middle };
    const counted = await countOf(this.#run, this.#stream, conditionsOf(older, this.#rangeFrom));
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
    const query = conditionsOf(range, this.#rangeFrom);
    const fetchPage = async (place: Place) =>
      withReferences(this.#stream, await this.#stream.search(this.#run.routes, query, place, {}));
    const listed = new Set<string>();
    let isWhole = false;
    for await (const { items, end } of readListing(fetchPage, (item) => item.id)) {
      for (const reference of items) await this.#take(reference, listed);
      isWhole = end?.isWhole === true && !listed.has("");
    }
    if (!isWhole) return;
    for (const { id } of stored) {
      if (!listed.has(id)) await this.#confirmGone(id);
      if (this.#livingInARow < livingInARowMax) continue;
      this.#run.issues.note(
        `${this.#stream.name}: Intercom's search lacks stored ones, but the first ${livingInARowMax} of them exist. No more of them count as deleted.`,
      );
      return;
    }
  }

  /** Takes a ticket that the warehouse lacks. @param listed gets its id; an empty text where there is none */
  async #take(reference: Reference, listed: Set<string>): Promise<void> {
    const { id = "", updatedAt } = reference;
    listed.add(id);
    if (id === "" || this.#storedIds.has(id) || (updatedAt ?? this.#rangeFrom) < this.#rangeFrom) return;
    if (!(await takeThread(this.#run, this.#stream, reference, this.#load))) return;
    this.#taken += 1;
    this.#run.progress.done(this.#stream.name);
  }

  /** Requests a ticket that the search lacks: it may exist all the same. */
  async #confirmGone(id: string): Promise<void> {
    const { health, routes } = this.#run;
    try {
      const request = (): Promise<void> => this.#stream.retrieve(routes, id, () => undefined);
      await health.requestRecord(`${this.#stream.noun} ${id}`, request, { retriesNotFound: true });
      this.#livingInARow += 1;
    } catch (error) {
      if (error instanceof NotFoundError) {
        this.#gone.push({ id, requestedAtSeconds: error.requestedAtSeconds });
        this.#livingInARow = 0;
      } else if (!(error instanceof FailedRecordError)) {
        throw error;
      }
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
