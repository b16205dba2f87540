/**
 * Errors, sorted by what the caller does about them: end the run, go around one request, ask again, reject one record.
 * A message says what failed, on what, what stays and the next command. None holds a body, an e-mail address or a token.
 */

/** What a command tells the shell. */
export const exitCodes = {
  done: 0,
  usage: 2,
  refused: 3,
  unavailable: 4,
  warehouse: 5,
  rejected: 6,
  alarm: 7,
  interrupted: 130,
} as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each exit code tells you, in `--help` and docs/configuration.md. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done",
  2: "the configuration or the command line is wrong, or another process holds the warehouse",
  3: "Intercom or the destination refused the token or a scope, or lacks a stream that `--streams` names; what was loaded stays",
  4: "Intercom or the destination is unavailable after every retry; what was loaded stays: run again",
  5: "the warehouse or the disk refused; what was loaded stays",
  6: "done, but some records were rejected",
  7: "`status --max-age` found something that is too old or went wrong",
  130: "interrupted; what was loaded stays: run again",
};

// The caller ends the run.

/** Ends the run; the exit code tells the shell why. */
export abstract class FatalError extends Error {
  abstract readonly exitCode: number;
  override get name(): string {
    return this.constructor.name;
  }
}

/** A wrong environment variable or flag, or a second run at the same warehouse. */
export class ConfigError extends FatalError {
  readonly exitCode = exitCodes.usage;
}

/** Intercom refused the token or a scope. */
export class RefusedError extends FatalError {
  readonly exitCode = exitCodes.refused;
}

/** The token lacks a scope, or the plan does not include what was requested. */
export class MissingScopeError extends RefusedError {}

/** The workspace's API lacks a stream. */
export class NotOfferedError extends RefusedError {}

/** Intercom or a destination did not respond usefully, in spite of every retry. */
export class UnavailableError extends FatalError {
  readonly exitCode = exitCodes.unavailable;
  /** Whether the request asked for too much at once: a smaller request may be answered. */
  readonly isTooHeavy: boolean;
  constructor(message: string, options: { readonly cause?: unknown; readonly isTooHeavy?: boolean } = {}) {
    super(message, options);
    this.isTooHeavy = options.isTooHeavy ?? false;
  }
}

/** So many records failed one after the other that the service must be down: the run requests nothing more. */
export class ServiceDownError extends UnavailableError {}

/** The warehouse, or the disk below the warehouse, refused. */
export class WarehouseError extends FatalError {
  readonly exitCode = exitCodes.warehouse;
}

/** SIGINT or SIGTERM. */
export class InterruptedError extends FatalError {
  readonly exitCode = exitCodes.interrupted;
}

// The caller goes around one request, or ends the run.

/** Intercom answered a request with an error that neither waiting nor another token can repair. */
export class RequestError extends UnavailableError {
  readonly status: number;
  readonly code: string;
  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether this workspace's API lacks the list that was requested. */
  get isRouteMissing(): boolean {
    return this.status === 404 || this.status === 410 || this.code === "intercom_version_invalid";
  }
}

/** Intercom has no such record (404), or no longer (410): a caller that can do without records that and goes on. */
export class NotFoundError extends RequestError {
  /** Intercom's clock when it was asked, seconds. */
  readonly requestedAtSeconds: number;
  constructor(message: string, status: number, code: string, requestedAtSeconds: number) {
    super(message, status, code);
    this.requestedAtSeconds = requestedAtSeconds;
  }
}

/** An answer is larger than the loader reads, as it came or decompressed: the same request would bring the same answer. */
export class BodyTooLargeError extends UnavailableError {
  constructor(message: string) {
    super(message, { isTooHeavy: true });
  }
}

// The caller asks again.

/** An answer came whole and is not what was requested: the same request may bring the right answer. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
}

/** One request took too long from its start to the last byte of its answer. */
export class RequestTimeoutError extends Error {
  override readonly name = "RequestTimeoutError";
  readonly code = "REQUEST_TIMEOUT";
  /** @param what was asked */
  constructor(what: string, milliseconds: number) {
    super(`${what} had no complete response within ${milliseconds / 1000} s`);
  }
}

/** One listing broke off in a way that a new start can repair, as with a repeated or refused cursor. */
export class RestartListingError extends Error {
  override readonly name = "RestartListingError";
}

// The caller rejects one record, and goes on.

/** One record failed while the service is up. */
export class FailedRecordError extends Error {
  override readonly name = "FailedRecordError";
  /** What came instead of the record, when it was JSON. */
  readonly record: unknown;
  constructor(reason: string, options: { readonly cause?: unknown; readonly record?: unknown } = {}) {
    super(reason, options);
    this.record = options.record;
  }
}

// What was thrown, in words.

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code (ENOSPC, ECONNRESET, …) of whatever was thrown, or of a cause of it. */
export function systemCodeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return undefined;
}
