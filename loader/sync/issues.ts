import { UnavailableError } from "../errors.ts";

/** What a run found out that its numbers alone don't tell: sentences for its summary, and why it may not end with 0. */
export class RunIssues {
  readonly #notes: string[] = [];
  readonly #unseen = new Map<string, number>();
  #streamError: unknown;
  #unconfirmedDeletions = 0;
  /** Threads that were there, and those that answered 404 and were taken for deleted. */
  readonly threads = { answered: 0, notFound: 0 };

  /** Sentences for whoever reads the summary. */
  get notes(): readonly string[] {
    const unseen = [...this.#unseen].map(
      ([stream, count]) =>
        `${stream}: Intercom counts ${count} more than it shows, pass after pass. Its count is taken for wrong.`,
    );
    return [...this.#notes, ...unseen];
  }

  /** A sentence for the summary; the same one is told once. */
  note(sentence: string): void {
    if (!this.#notes.includes(sentence)) this.#notes.push(sentence);
  }

  /** Intercom counts so many records of the stream beyond those that it shows. */
  addUnseen(stream: string, records: number): void {
    if (records > 0) this.#unseen.set(stream, (this.#unseen.get(stream) ?? 0) + records);
  }

  /** A stream ended early, and the run goes on without it. */
  streamFailed(error: unknown): void {
    this.#streamError ??= error;
  }

  /** So many conversations answered 404 that none of them is believed gone. */
  addUnconfirmedDeletions(conversations: number): void {
    this.#unconfirmedDeletions += conversations;
  }

  /** Why the run must not end with 0 although it came to its end; undefined when all is well. */
  get error(): unknown {
    if (this.#streamError !== undefined) return this.#streamError;
    if (this.#unconfirmedDeletions === 0) return undefined;
    const { answered, notFound } = this.threads;
    return new UnavailableError(
      `${this.#unconfirmedDeletions} of ${answered + notFound + this.#unconfirmedDeletions} conversations answered 404, and Intercom lists none of them as deleted: ` +
        "none is taken for deleted, and the next run asks for them again. Check that the token may still read conversations and tickets.",
    );
  }
}
