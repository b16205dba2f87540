import { UnavailableError } from "../errors.ts";

/** What a run's numbers alone do not say: notes for its summary, and why the run must not exit with 0. */
export class RunIssues {
  readonly #notes: string[] = [];
  readonly #unseen = new Map<string, number>();
  #streamError: unknown;
  #unconfirmedDeletions = 0;
  /** Threads that were there, and threads whose 404 counts as a deletion. */
  readonly threads = { answered: 0, notFound: 0 };

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

  /** Adds conversations whose 404 does not count as a deletion. */
  addUnconfirmedDeletions(conversations: number): void {
    this.#unconfirmedDeletions += conversations;
  }

  /** Why the run must not exit with 0 although it came to its end; undefined where all is well. */
  get error(): unknown {
    if (this.#streamError !== undefined) return this.#streamError;
    if (this.#unconfirmedDeletions === 0) return undefined;
    const { answered, notFound } = this.threads;
    return new UnavailableError(
      `${this.#unconfirmedDeletions} of ${answered + notFound + this.#unconfirmedDeletions} conversations answered 404, and Intercom lists none of them as deleted: ` +
        "none counts as deleted, and the next run requests them again. Check that the token may still read conversations and tickets.",
    );
  }
}
