/**
 * Errors, sorted by what the caller does with them. Each message says what failed and the next step;
 * none carries a response body, an e-mail address or a token.
 */

export const exitCodes = {
  done: 0,
  usage: 2,
  refused: 3,
  unavailable: 4,
  warehouse: 5,
  rejected: 6,
  interrupted: 130,
} as const;

/** Ends the run: `exitCode` tells the shell why. */
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

/** The other side did not answer usefully in spite of every retry. */
export class UnavailableError extends FatalError {
  readonly exitCode = exitCodes.unavailable;
  /** Whether the request asked for too much at once: a smaller one may be answered. */
  readonly isTooHeavy: boolean;
  constructor(message: string, options: { readonly cause?: unknown; readonly isTooHeavy?: boolean } = {}) {
    super(message, options);
    this.isTooHeavy = options.isTooHeavy ?? false;
  }
}

/** So many records failed one after the other that the service must be down: nothing more is asked for. */
export class ServiceDownError extends UnavailableError {}

/** An answer came whole and is not what was asked for: asking again may bring the right one. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
}

/** One record could not be had, and the service is up: the caller rejects the record and goes on. */
export class FailedRecordError extends Error {
  override readonly name = "FailedRecordError";
  /** What came instead of the record, when it was JSON. */
  readonly record: unknown;
  constructor(reason: string, options: { readonly cause?: unknown; readonly record?: unknown } = {}) {
    super(reason, options);
    this.record = options.record;
  }
}

/** The warehouse, or the disk below it, refused. */
export class WarehouseError extends FatalError {
  readonly exitCode = exitCodes.warehouse;
}

/** SIGINT or SIGTERM. */
export class InterruptedError extends FatalError {
  readonly exitCode = exitCodes.interrupted;
}

/** One listing went wrong in a way that starting it again can mend (a repeated or refused cursor). */
export class RestartListingError extends Error {
  override readonly name = "RestartListingError";
}

/** Intercom answered a request with an error that neither waiting nor another token mends. */
export class RequestError extends UnavailableError {
  readonly status: number;
  readonly code: string;
  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Of a list: this workspace's API does not have it. */
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

/** An answer is larger than what is taken in, as it came or decompressed: asking again would bring the same. */
export class BodyTooLargeError extends UnavailableError {
  constructor(message: string) {
    super(message, { isTooHeavy: true });
  }
}

/** One request took too long from its start to its answer's last byte. */
export class RequestTimeoutError extends Error {
  override readonly name = "RequestTimeoutError";
  readonly code = "REQUEST_TIMEOUT";
  /** @param what was asked */
  constructor(what: string, milliseconds: number) {
    super(`${what} was not answered to the end in ${milliseconds / 1000} s`);
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code (ENOSPC, ECONNRESET, …) of whatever was thrown, its causes included. */
export function systemCodeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return undefined;
}
