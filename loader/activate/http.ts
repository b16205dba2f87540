import { bodyBytesMax, bodyOfAnswer, tooLarge } from "../answer-body.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, RequestTimeoutError } from "../errors.ts";
import { httpDateMs } from "../http-date.ts";
import { parseJsonBody } from "../json.ts";
import { noProxies, type ProxySettings, proxyFor } from "../proxy.ts";
import { retryDelayMs as delayMs, retryAfterMs } from "../retry.ts";
import { type ServerPool, serverPool } from "../server-pool.ts";

/** An answer's first byte, and any pause within its body, may take this long. */
const silenceMsMax = 60_000;
const connectMsMax = 30_000;
/** One request may take this long from its start to its answer's last byte. */
const exchangeMsMax = 300_000;
const userAgent = "intercom-warehouse";

export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined when the body is no JSON. */
  readonly json: unknown;
};

export type HttpRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

/** What came of one try: an answer read to its end, or why there is none. */
export type Attempt = { readonly response: HttpResponse } | { readonly failure: unknown };

export type ConnectionOptions = {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly proxies?: ProxySettings;
  readonly silenceMsMax?: number;
  readonly exchangeMsMax?: number;
};

/** Asks once, and says what came of it; retries are the caller's affair. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #signal: AbortSignal;
  readonly #exchangeMsMax: number;
  /** By their origins; one, as a rule. */
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

/** A body to its end. Errors: BodyTooLargeError; those of the connection */
async function wholeOf(pieces: AsyncIterable<Buffer>, what: string): Promise<Buffer> {
  const taken: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) throw tooLarge(what);
    taken.push(piece);
  }
  return Buffer.concat(taken);
}

/** Waits. Errors: the signal's reason, and not that the wait was aborted. */
export async function rest({ sleep }: Effects, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** Milliseconds before try number `attempt + 1` (the first is 1): what the server asked for, else a growing delay. */
export function retryDelayMs(
  attempt: number,
  response: HttpResponse | undefined,
  nowMs: number,
  random: number,
): number {
  const retryAfter = response === undefined ? undefined : textOf(response.headers["retry-after"]);
  return delayMs(attempt, retryAfter, response === undefined ? nowMs : serverNowMs(response, nowMs), random);
}

/** `Retry-After` in milliseconds from now, capped: a server that asks for hours is as good as gone. */
export function pauseMs(response: HttpResponse, nowMs: number): number | undefined {
  return retryAfterMs(textOf(response.headers["retry-after"]), serverNowMs(response, nowMs));
}

/** What time it is to the server, whose dates `Retry-After` has. */
function serverNowMs(response: HttpResponse, nowMs: number): number {
  return httpDateMs(textOf(response.headers["date"]) ?? "") ?? nowMs;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Value → JSON text without what no API takes: halves of surrogate pairs and the character NUL become U+FFFD. */
export function jsonBody(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? inner.toWellFormed().replaceAll("\0", "\ufffd") : inner,
  );
}

/** A property of what an API answered. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === String(key))?.[1];
  }
  return found;
}

/** The same, when it is a text. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The same, when it is a list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}
