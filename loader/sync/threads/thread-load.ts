import { partsOf, type Rejected, type ThreadRows, timestamp } from "../../extract/rows.ts";
import type { SecondsRange } from "../../extract/seconds-range.ts";
import { JsonMembers } from "../../json.ts";
import type { LoadRecord, OpenLoad } from "../../load/open-load.ts";
import { isNotFoundShareTooHigh } from "../deletions.ts";
import { areTicketsReadable } from "../hidden.ts";
import { commitLoad, type Run, reject } from "../run.ts";
import type { NotFound, ThreadStream } from "./stream.ts";

/** A window whose threads are being retrieved. */
type PendingWindow = {
  readonly range: SecondsRange | undefined;
  readonly isWhole: boolean;
  /** Threads that Intercom counts in the window and never shows. */
  readonly unseen: number;
  /** Ids of the threads to take. */
  readonly references: readonly (string | undefined)[];
  readonly work: Promise<unknown>;
};

/**
 * A load of conversations or tickets and their parts that is being filled, window by window.
 *
 * It is stored once all its windows are done, or when the run ends early. In both cases every row is stored, since each is
 * right by itself; only the windows before the first unfinished window count as covered. When a row could not be written,
 * the load is discarded with all its windows.
 */
export class ThreadLoad {
  readonly #run: Run;
  readonly #stream: ThreadStream;
  readonly #load: OpenLoad;
  /** Start of the range that the run covers; undefined where the load covers nothing, as in a filtered run. */
  readonly #rangeFrom: number | undefined;
  readonly #windows: PendingWindow[] = [];
  readonly #rejected = { records: 0, parts: 0 };
  readonly #notFound: NotFound[] = [];
  readonly beganAtMs: number;
  #threads = 0;
  #answered = 0;

  constructor(run: Run, stream: ThreadStream, rangeFrom: number | undefined) {
    this.#run = run;
    this.#stream = stream;
    this.beganAtMs = run.effects.now();
    this.#load = run.spool.begin(this.beganAtMs);
    this.#rangeFrom = rangeFrom;
  }

  /** Threads in the windows, written or not. */
  get threads(): number {
    return this.#threads;
  }

  /** @param window its `work` resolves when every thread is written, and rejects when the run must end */
  addWindow(window: PendingWindow): void {
    this.#windows.push(window);
    this.#threads += window.references.length;
  }

  /**
   * Writes a thread's rows. The record comes last: with it the thread counts as stored, so it must never be there without
   * its parts.
   */
  addThread({ id, record, parts, rejected }: ThreadRows, requestedAtSeconds: number): void {
    const { name, taken } = this.#stream;
    for (const part of parts) this.#load.add(partsOf[name], part, requestedAtSeconds);
    for (const rejection of rejected) this.reject(rejection, requestedAtSeconds);
    if (record !== undefined) this.#load.add(name, record, requestedAtSeconds);
    if (id !== undefined && record !== undefined && !(record instanceof JsonMembers))
      taken?.stored(id, Date.parse(String(record["created_at"])) / 1000);
    this.#answered += 1;
    this.#run.progress.parts(name, parts.length);
  }

  /** Adds a thread that answered 404. `store` decides whether the thread counts as deleted. */
  addNotFound(notFound: NotFound): void {
    this.#notFound.push(notFound);
  }

  /** Records that Intercom no longer has a thread. */
  addTombstone(id: string, requestedAtSeconds: number): void {
    const { deletion, noun, taken } = this.#stream;
    taken?.gone(id);
    this.#load.add(deletion.table, deletion.row(id), requestedAtSeconds);
    this.#run.effects.log(`${noun}_not_found`, { id });
  }

  reject(rejected: Rejected, requestedAtSeconds: number): void {
    const isThread = rejected.stream === this.#stream.name;
    this.#rejected[isThread ? "records" : "parts"] += 1;
    if (isThread && rejected.id !== undefined) this.#stream.taken?.rejected(rejected.id);
    reject(this.#run, this.#load, rejected, requestedAtSeconds);
  }

  /**
   * Waits until every window has ended, in whatever way, and stores the rows.
   * @returns whether every window is covered
   * Errors: WarehouseError.
   */
  async store(): Promise<boolean> {
    const results = await Promise.allSettled(this.#windows.map((window) => window.work));
    const unconfirmed = await this.#writeDeletions();
    const isOpen = (window: PendingWindow, index: number): boolean =>
      results[index]?.status === "rejected" ||
      !window.isWhole ||
      window.references.some((id) => id !== undefined && unconfirmed.has(id));
    const firstOpen = this.#windows.findIndex(isOpen);
    const finished = firstOpen === -1 ? this.#windows : this.#windows.slice(0, firstOpen);
    await commitLoad(this.#run, this.#load, this.#records(finished));
    return firstOpen === -1;
  }

  /** Records deleted threads. @returns the ids that answered 404 and do not count as deleted */
  async #writeDeletions(): Promise<ReadonlySet<string>> {
    const answers = this.#run.issues.answersOf(this.#stream.noun);
    const { unlisted, isAccepted } = await this.#judgeNotFound();
    const unconfirmed = new Set(isAccepted ? [] : unlisted.map(({ id }) => id));
    answers.answered += this.#answered;
    answers.notFound += isAccepted ? unlisted.length : 0;
    if (this.#mayBeHidden) this.#noteHidden(unconfirmed.size);
    else answers.unconfirmed += unconfirmed.size;
    for (const { id, requestedAtSeconds } of this.#notFound) {
      if (!unconfirmed.has(id)) this.addTombstone(id, requestedAtSeconds);
    }
    return unconfirmed;
  }

  /**
   * Decides whether 404s count as deletions, by this load and by the run so far: each of many small loads may have few.
   * @returns the threads that only a 404 calls deleted, and whether the 404s count
   */
  async #judgeNotFound(): Promise<{ readonly unlisted: readonly NotFound[]; readonly isAccepted: boolean }> {
    // The stream of tickets runs at the same time, and may not have learnt yet that the token lacks their permission.
    if (this.#hasConversationsNotFound && this.#run.options.streams.has("tickets")) await areTicketsReadable(this.#run);
    const { answered, notFound } = this.#run.issues.answersOf(this.#stream.noun);
    const isAccepted = (count: number): boolean =>
      count === 0 ||
      !(
        isNotFoundShareTooHigh(count, this.#answered) ||
        isNotFoundShareTooHigh(notFound + count, answered + this.#answered)
      );
    if (!this.#mayBeHidden && isAccepted(this.#notFound.length)) return { unlisted: this.#notFound, isAccepted: true };
    const unlisted = await this.#stream.withoutListed(this.#run, this.#notFound);
    if (this.#mayBeHidden) return { unlisted, isAccepted: unlisted.length === 0 };
    return { unlisted, isAccepted: isAccepted(unlisted.length) };
  }

  /** Whether a 404 may hide a conversation that became a ticket, because the token may not read tickets. */
  get #mayBeHidden(): boolean {
    return this.#hasConversationsNotFound && this.#run.issues.areTicketsHidden;
  }

  get #hasConversationsNotFound(): boolean {
    return this.#stream.noun === "conversation" && this.#notFound.length > 0;
  }

  #noteHidden(conversations: number): void {
    if (conversations === 0) return;
    this.#run.issues.note(
      "conversations: some answered 404 and may have become tickets, which the token may not read. None of them counts as deleted.",
    );
  }

  #records(covered: readonly PendingWindow[]): LoadRecord[] {
    const ranges = covered.flatMap(({ range }) => range ?? []);
    const isCovering = this.#rangeFrom !== undefined;
    const settledTo = this.#run.startedAtSeconds - this.#run.options.overlapSeconds;
    const { name, deletion, recordsUnseen } = this.#stream;
    const deletions = deletion.table === name ? 0 : this.#load.rowsOf(deletion.table);
    const unseen = covered.reduce((sum, window) => sum + window.unseen, 0);
    return [
      {
        stream: name,
        row_count: this.#load.rowsOf(name),
        rejected_count: this.#rejected.records,
        ...(recordsUnseen ? { unseen_count: unseen } : {}),
        range_from: isCovering ? timestamp(this.#rangeFrom) : null,
        window_from: isCovering ? timestamp(ranges[0]?.from) : null,
        window_to: isCovering ? timestamp(ranges.at(-1)?.to) : null,
        settled_to: isCovering ? timestamp(Math.max(0, settledTo)) : null,
      },
      {
        stream: partsOf[name],
        row_count: this.#load.rowsOf(partsOf[name]),
        rejected_count: this.#rejected.parts,
      },
      ...(deletions === 0 ? [] : [{ stream: deletion.table, row_count: deletions, rejected_count: 0 }]),
    ];
  }
}
