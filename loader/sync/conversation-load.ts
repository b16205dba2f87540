import type { ConversationReference } from "../extract/references.ts";
import { notFoundRow, type Rejected, type ThreadRows, timestamp } from "../extract/rows.ts";
import type { SecondsRange } from "../extract/seconds-range.ts";
import type { LoadRecord, OpenLoad } from "../load/open-load.ts";
import { isNotFoundShareTooHigh, type NotFound, withoutListedAsDeleted } from "./deletions.ts";
import { commitLoad, type Run, reject } from "./run.ts";

/** A window whose threads are being retrieved. */
type PendingWindow = {
  readonly range: SecondsRange | undefined;
  readonly isWhole: boolean;
  /** Conversations that Intercom counts in the window and never shows. */
  readonly unseen: number;
  /** The conversations to retrieve. */
  readonly references: readonly ConversationReference[];
  readonly work: Promise<unknown>;
};

/**
 * A load of conversations and their parts that is being filled, window by window.
 *
 * It is stored once all its windows are done, or when the run ends early. In both cases every row is stored, since each is
 * right by itself; only the windows before the first unfinished window count as covered. When a row could not be written,
 * the load is discarded with all its windows.
 */
export class ConversationLoad {
  readonly #run: Run;
  readonly #load: OpenLoad;
  /** Start of the range that the run covers; undefined where the load covers nothing, as in a filtered run. */
  readonly #rangeFrom: number | undefined;
  readonly #windows: PendingWindow[] = [];
  readonly #rejected: Record<"conversations" | "conversation_parts", number> = {
    conversations: 0,
    conversation_parts: 0,
  };
  readonly #notFound: NotFound[] = [];
  readonly beganAtMs: number;
  #conversations = 0;
  #answered = 0;

  constructor(run: Run, rangeFrom: number | undefined) {
    this.#run = run;
    this.beganAtMs = run.effects.now();
    this.#load = run.spool.begin(this.beganAtMs);
    this.#rangeFrom = rangeFrom;
  }

  /** Conversations in the windows, retrieved or not. */
  get conversations(): number {
    return this.#conversations;
  }

  /** @param window its `work` resolves when every conversation is written, and rejects when the run must end */
  addWindow(window: PendingWindow): void {
    this.#windows.push(window);
    this.#conversations += window.references.length;
  }

  /**
   * Writes a thread's rows. The conversation comes last: with it the thread counts as stored, so it must never be there
   * without its parts.
   */
  addThread({ conversation, parts, rejected }: ThreadRows, requestedAtSeconds: number): void {
    for (const part of parts) this.#load.add("conversation_parts", part, requestedAtSeconds);
    for (const rejection of rejected) this.reject(rejection, requestedAtSeconds);
    if (conversation !== undefined) this.#load.add("conversations", conversation, requestedAtSeconds);
    this.#answered += 1;
    this.#run.progress.parts(parts.length);
  }

  /** Adds a conversation that answered 404. `store` decides whether the conversation counts as deleted. */
  addNotFound(notFound: NotFound): void {
    this.#notFound.push(notFound);
  }

  reject(rejected: Rejected, requestedAtSeconds: number): void {
    this.#rejected[rejected.stream === "conversation_parts" ? "conversation_parts" : "conversations"] += 1;
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
      window.references.some(({ id }) => id !== undefined && unconfirmed.has(id));
    const firstOpen = this.#windows.findIndex(isOpen);
    const finished = firstOpen === -1 ? this.#windows : this.#windows.slice(0, firstOpen);
    await commitLoad(this.#run, this.#load, this.#records(finished));
    return firstOpen === -1;
  }

  /** Records deleted conversations. @returns the ids that answered 404 and do not count as deleted */
  async #writeDeletions(): Promise<ReadonlySet<string>> {
    const { issues } = this.#run;
    const { unlisted, isAccepted } = await this.#judgeNotFound();
    const unconfirmed = new Set(isAccepted ? [] : unlisted.map(({ id }) => id));
    issues.threads.answered += this.#answered;
    issues.threads.notFound += isAccepted ? unlisted.length : 0;
    issues.addUnconfirmedDeletions(unconfirmed.size);
    for (const { id, requestedAtSeconds } of this.#notFound) {
      if (unconfirmed.has(id)) continue;
      this.#load.add("deleted_conversations", notFoundRow(id), requestedAtSeconds);
      this.#run.effects.log("conversation_not_found", { id });
    }
    return unconfirmed;
  }

  /**
   * Decides whether 404s count as deletions, by this load and by the run so far: each of many small loads may have few.
   * @returns the conversations that only a 404 calls deleted, and whether the 404s count
   */
  async #judgeNotFound(): Promise<{ readonly unlisted: readonly NotFound[]; readonly isAccepted: boolean }> {
    const { answered, notFound } = this.#run.issues.threads;
    const isAccepted = (count: number): boolean =>
      count === 0 ||
      !(
        isNotFoundShareTooHigh(count, this.#answered) ||
        isNotFoundShareTooHigh(notFound + count, answered + this.#answered)
      );
    if (isAccepted(this.#notFound.length)) return { unlisted: this.#notFound, isAccepted: true };
    const unlisted = await withoutListedAsDeleted(this.#run, this.#notFound);
    return { unlisted, isAccepted: isAccepted(unlisted.length) };
  }

  #records(covered: readonly PendingWindow[]): LoadRecord[] {
    const ranges = covered.flatMap(({ range }) => range ?? []);
    const isCovering = this.#rangeFrom !== undefined;
    const settledTo = this.#run.startedAtSeconds - this.#run.options.overlapSeconds;
    const deletions = this.#load.rowsOf("deleted_conversations");
    return [
      {
        stream: "conversations",
        row_count: this.#load.rowsOf("conversations"),
        rejected_count: this.#rejected.conversations,
        unseen_count: covered.reduce((sum, { unseen }) => sum + unseen, 0),
        range_from: isCovering ? timestamp(this.#rangeFrom) : null,
        window_from: isCovering ? timestamp(ranges[0]?.from) : null,
        window_to: isCovering ? timestamp(ranges.at(-1)?.to) : null,
        settled_to: isCovering ? timestamp(Math.max(0, settledTo)) : null,
      },
      {
        stream: "conversation_parts",
        row_count: this.#load.rowsOf("conversation_parts"),
        rejected_count: this.#rejected.conversation_parts,
      },
      ...(deletions === 0
        ? []
        : [{ stream: "deleted_conversations" as const, row_count: deletions, rejected_count: 0 }]),
    ];
  }
}
