import { UnavailableError } from "../errors.ts";

/** Threads that were there, threads whose 404 counts as a deletion, and threads whose 404 does not. */
type Answers = { answered: number; notFound: number; unconfirmed: number };

/** What a run's numbers alone do not say: notes for its summary, and why the run must not exit with 0. */
export class RunIssues {
  readonly #notes: string[] = [];
  readonly #unseen = new Map<string, number>();
  #streamError: unknown;
  /** Whether the token may not read tickets: Intercom then hides conversations that became tickets. */
  areTicketsHidden = false;
  readonly #answers = new Map<string, Answers>();

  /** Sentences for the summary. */
  get notes(): readonly string[] {
    const unseen = [...this.#unseen].map(
      ([stream, count]) =>
        `${stream}: Intercom counts ${count} more than it shows, in pass after pass. The count is treated as wrong.`,
    );
    return [...this.#notes, ...unseen];
  }

  /** Adds a sentence to the summary, once. */
  note(sentence: string): void {
    if (!this.#notes.includes(sentence)) this.#notes.push(sentence);
  }

  /** Adds records that Intercom counts in the stream and never shows. */
  addUnseen(stream: string, records: number): void {
    if (records > 0) this.#unseen.set(stream, (this.#unseen.get(stream) ?? 0) + records);
  }

  /** Records that a stream ended early. The run goes on without it. */
  streamFailed(error: unknown): void {
    this.#streamError ??= error;
  }

  /** How the threads of a kind answered so far; the caller counts on. @param noun what messages call one of them */
  answersOf(noun: string): Answers {
    const known = this.#answers.get(noun);
    if (known !== undefined) return known;
    const none = { answered: 0, notFound: 0, unconfirmed: 0 };
    this.#answers.set(noun, none);
    return none;
  }

  /** Why the run must not exit with 0 although it came to its end; undefined where all is well. */
  get error(): unknown {
    if (this.#streamError !== undefined) return this.#streamError;
    const [noun, answers] = [...this.#answers].find(([, { unconfirmed }]) => unconfirmed > 0) ?? [];
    if (answers === undefined) return undefined;
    const { answered, notFound, unconfirmed } = answers;
    const list = noun === "ticket" ? "and no list names deleted tickets" : "and Intercom lists none of them as deleted";
    return new UnavailableError(
      `${unconfirmed} of ${answered + notFound + unconfirmed} ${noun}s answered 404, ${list}: ` +
        "none counts as deleted, and the next run requests them again. Check that the token may still read conversations and tickets.",
    );
  }
}
