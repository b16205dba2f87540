import { notFoundRow, type Rejected, type ThreadRows, timestamp } from "./extract/rows.ts";
import type { SecondsRange } from "./extract/windows.ts";
import type { LoadRecord, OpenLoad } from "./load/spool.ts";
import { commitLoad, type Run, reject } from "./run.ts";

type WindowInHand = {
  readonly range: SecondsRange | undefined;
  readonly isWhole: boolean;
  readonly work: Promise<unknown>;
};

/**
 * A load of conversations and their parts that is being filled, window by window.
 *
 * It is stored once all its windows are done, or when the run ends early. Then the rows that are there are stored all
 * the same (each is right by itself), but only the windows before the first unfinished one count as covered. A load of
 * which a row could not be written is discarded, with all its windows.
 */
export class ConversationLoad {
  readonly #run: Run;
  readonly #load: OpenLoad;
  /** Start of the range that the run covers; undefined when this load is to cover nothing (a filtered run). */
  readonly #rangeFrom: number | undefined;
  readonly #windows: WindowInHand[] = [];
  readonly #rejected: Record<"conversations" | "conversation_parts", number> = {
    conversations: 0,
    conversation_parts: 0,
  };
  readonly beganAtMs: number;
  #conversations = 0;

  constructor(run: Run, rangeFrom: number | undefined) {
    this.#run = run;
    this.beganAtMs = run.effects.now();
    this.#load = run.spool.begin(this.beganAtMs);
    this.#rangeFrom = rangeFrom;
  }

  /** Conversations that the windows have, retrieved or not yet. */
  get conversations(): number {
    return this.#conversations;
  }

  /** @param work resolves when every conversation of the window has been written, rejects when one could not be had */
  addWindow(range: SecondsRange | undefined, isWhole: boolean, conversations: number, work: Promise<unknown>): void {
    this.#windows.push({ range, isWhole, work });
    this.#conversations += conversations;
  }

  /**
   * Writes the rows of the thread that was asked for by this id. The conversation comes last: with it the thread counts as
   * stored, so it must not be there without its parts.
   */
  addThread(id: string, { conversation, parts, rejected }: ThreadRows, askedAtSeconds: number): void {
    for (const part of parts) this.#load.add("conversation_parts", part, askedAtSeconds);
    for (const rejection of rejected) {
      // What came may not even have an id.
      const isOfConversation = rejection.stream === "conversations";
      this.reject(isOfConversation ? { ...rejection, id } : rejection, askedAtSeconds);
    }
    if (conversation !== undefined) this.#load.add("conversations", conversation, askedAtSeconds);
    this.#run.progress.parts(parts.length);
  }

  /** Writes that a conversation was not found. */
  addDeletion(id: string, noticedAtSeconds: number): void {
    this.#load.add("deleted_conversations", notFoundRow(id), noticedAtSeconds);
  }

  reject(rejected: Rejected, askedAtSeconds: number): void {
    this.#rejected[rejected.stream === "conversation_parts" ? "conversation_parts" : "conversations"] += 1;
    reject(this.#run, this.#load, rejected, askedAtSeconds);
  }

  /** Waits for the windows, whatever becomes of them, and stores what they brought. Errors: WarehouseError. */
  async store(): Promise<void> {
    const results = await Promise.allSettled(this.#windows.map((window) => window.work));
    const failed = results.findIndex(
      (result, index) => result.status === "rejected" || this.#windows[index]?.isWhole === false,
    );
    const finished = failed === -1 ? this.#windows : this.#windows.slice(0, failed);
    await commitLoad(this.#run, this.#load, this.#records(finished.flatMap((window) => window.range ?? [])));
  }

  #records(covered: readonly SecondsRange[]): LoadRecord[] {
    const first = covered[0];
    const last = covered.at(-1);
    const isCovering = this.#rangeFrom !== undefined;
    const settledTo = this.#run.startedAtSeconds - this.#run.options.overlapSeconds;
    return [
      {
        stream: "conversations",
        row_count: this.#load.rowsOf("conversations"),
        rejected_count: this.#rejected.conversations,
        range_from: isCovering ? timestamp(this.#rangeFrom) : null,
        window_from: isCovering ? timestamp(first?.from) : null,
        window_to: isCovering ? timestamp(last?.to) : null,
        settled_to: isCovering ? timestamp(Math.max(0, settledTo)) : null,
      },
      {
        stream: "conversation_parts",
        row_count: this.#load.rowsOf("conversation_parts"),
        rejected_count: this.#rejected.conversation_parts,
      },
      ...(this.#load.rowsOf("deleted_conversations") === 0
        ? []
        : [
            {
              stream: "deleted_conversations" as const,
              row_count: this.#load.rowsOf("deleted_conversations"),
              rejected_count: 0,
            },
          ]),
    ];
  }
}
