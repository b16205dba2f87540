import { bodyBytesMax, bodyOfAnswer, tooLarge } from "../answer-body.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, RequestTimeoutError } from "../errors.ts";
import { httpDateMs } from "../http-date.ts";
import { type HttpHeaders, headerText } from "../http-headers.ts";
import { parseJsonBody } from "../json.ts";
import { noProxies, type ProxySettings, proxyFor } from "../proxy.ts";
import { retryAfterMs } from "../retry.ts";
import { type ServerPool, serverPool } from "../server-pool.ts";

/** The longest wait for a response's first byte, and the longest pause within its body. */
const silenceMsMax = 60_000;
const connectMsMax = 30_000;
/** The longest time from a request's start to its response's last byte. */
const exchangeMsMax = 300_000;
const userAgent = "intercom-warehouse";

export type HttpResponse = {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Undefined when the body is not JSON. */
  readonly json: unknown;
};

export type HttpRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

/** What one attempt came to: a response, read to its end, or why there is none. */
export type Attempt = { readonly response: HttpResponse } | { readonly failure: unknown };

export type ConnectionOptions = {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly proxies?: ProxySettings;
  readonly silenceMsMax?: number;
  readonly exchangeMsMax?: number;
};

/** Sends each request once. The callers retry. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #signal: AbortSignal;
  readonly #exchangeMsMax: number;
  /** By origin; one, as a rule. */
  readonly #servers = new Map<string, ServerPool>();
  requests = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#signal = options.signal;
    this.#exchangeMsMax = options.exchangeMsMax ?? exchangeMsMax;
  }

  /** Errors: the signal's reason when it fires; ConfigError when a proxy wants credentials. */
  async request(request: HttpRequest): Promise<Attempt> {
    this.#signal.throwIfAborted();
    this.requests += 1;
    const { origin, pathname, search } = new URL(request.url);
    const what = `${request.method} ${pathname}`;
    const server = this.#serverAt(origin);
    const ending = new AbortController();
    const end = (): void => ending.abort(this.#signal.reason);
    const expire = (): void => ending.abort(new RequestTimeoutError(what, this.#exchangeMsMax));
    const timer = setTimeout(expire, this.#exchangeMsMax);
    this.#signal.addEventListener("abort", end, { once: true });
    try {
      const answer = await server.pool.request({
        path: server.pathPrefix + pathname + search,
        method: request.method,
        signal: ending.signal,
        headers: { accept: "application/json", "user-agent": userAgent, ...request.headers, ...server.headers },
        body: request.body ?? null,
      });
      const { statusCode: status, headers } = answer;
      server.check(status);
      const body = bodyOfAnswer(status, headers["content-encoding"], await wholeOf(answer.body, what), what);
      return { response: { status, headers, json: parseJsonBody(body) } };
    } catch (failure) {
      this.#signal.throwIfAborted();
      if (failure instanceof ConfigError) throw failure;
      return { failure };
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener("abort", end);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(({ pool }) => pool.destroy()));
  }

  #serverAt(origin: string): ServerPool {
    const known = this.#servers.get(origin);
    if (known !== undefined) return known;
    const silenceMs = this.#options.silenceMsMax ?? silenceMsMax;
    const server = serverPool(origin, {
      connections: this.#options.concurrency,
      silenceMsMax: silenceMs,
      connectMsMax: Math.min(silenceMs, connectMsMax),
      proxy: proxyFor(this.#options.proxies ?? noProxies, origin),
    });
    this.#servers.set(origin, server);
    return server;
  }
}

/** A body to its end. Errors: BodyTooLargeError; those of the connection. */
async function wholeOf(pieces: AsyncIterable<Buffer>, what: string): Promise<Buffer> {
  const received: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) throw tooLarge(what);
    received.push(piece);
  }
  return Buffer.concat(received);
}

/** What a response says of the next attempt: for `retry`, and for the delays in retry.ts. */
export function retryHintsOf(
  { headers }: HttpResponse,
  nowMs: number,
): { readonly retryAfter: string | undefined; readonly serverNowMs: number } {
  // A date in `Retry-After` is one by the server's clock.
  const serverNowMs = httpDateMs(headerText(headers["date"]) ?? "") ?? nowMs;
  return { retryAfter: headerText(headers["retry-after"]), serverNowMs };
}

/** `Retry-After` in milliseconds from now, between the bounds of retry.ts; undefined where it asks for no wait. */
export function pauseMs(response: HttpResponse, nowMs: number): number | undefined {
  const { retryAfter, serverNowMs } = retryHintsOf(response, nowMs);
  return retryAfterMs(retryAfter, serverNowMs);
}

/** Value → JSON text. Halves of surrogate pairs and NUL, which no API takes, become U+FFFD. */
export function jsonBody(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? inner.toWellFormed().replaceAll("\0", "\ufffd") : inner,
  );
}
