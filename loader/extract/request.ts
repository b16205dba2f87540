import type { RequestKind, RetryLimit } from "./status-actions.ts";

export type IntercomRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  /** The permission that the request needs, as Intercom's developer hub names it. */
  readonly scope: string;
  readonly kind: RequestKind;
  /** `listRetryLimit` when left out. */
  readonly retryLimit?: RetryLimit;
  /** The most attempts of a request that takes Intercom too long; those of `retryLimit` when left out. */
  readonly heavyAttemptsMax?: number;
};

export type IntercomResponse<T = unknown> = {
  readonly content: T;
  /** Intercom's clock when the request was sent, seconds, rounded down: the content is at least as new. */
  readonly requestedAtSeconds: number;
  /** Pauses for the rate limit not counted. */
  readonly attempts: number;
};

/**
 * Turns a response's body into content. Undefined for a body that is not whole JSON: the request is sent again. The
 * bytes are lent: the next response overwrites them as soon as this returns.
 */
export type ReadBody<T> = (body: Buffer, requestedAtSeconds: number) => T | undefined;

/** What sends requests: the client, or what minimises its answers before anybody reads them. */
export type Requests = {
  readonly request: (request: IntercomRequest) => Promise<IntercomResponse>;
  readonly requestAs: <T>(request: IntercomRequest, read: ReadBody<T>) => Promise<IntercomResponse<T>>;
};
