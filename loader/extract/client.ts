import type { Effects } from "../effects.ts";
import {
  FatalError,
  messageOf,
  NotFoundError,
  RefusedError,
  RequestError,
  systemCodeOf,
  UnavailableError,
  UnreadableAnswerError,
} from "../errors.ts";
import { parseJsonBody } from "../json.ts";
import type { HttpProxy } from "../proxy.ts";
import { retryDelayMs } from "../retry.ts";
import { type Headers, HttpExchange } from "./exchange.ts";
import { type RateBudget, type RateHeaders, rateHeadersOf } from "./rate-budget.ts";
import type { ServerClock } from "./server-clock.ts";
import { actionFor, isTooHeavy, listRetryLimit, type RequestKind, type RetryLimit } from "./status-actions.ts";

const intercomVersion = "2.16";
/** A 429 is the budget's affair, not a failed try; but a server that says nothing else is down. */
const refusalsInARowMax = 60;
/** One record that is refused so often while others are answered is a bad record. */
const recordRefusalsMax = 10;

export type IntercomRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  /** The permission that the answer takes, as Intercom's developer hub names it. */
  readonly scope: string;
  readonly kind: RequestKind;
  /** `listRetryLimit` when left out. */
  readonly retryLimit?: RetryLimit;
  /** Asks at most so often for what takes too long. */
  readonly heavyAttemptsMax?: number;
};

export type IntercomResponse<T = unknown> = {
  /** What the body says. */
  readonly content: T;
  /** Intercom's clock when the request was sent, seconds, rounded down: the answer is at least as new as this. */
  readonly requestedAtSeconds: number;
  /** Tries that it took, pauses for the rate limit not counted. */
  readonly attempts: number;
};

/**
 * Makes of an answer's body what is wanted; undefined when it is no whole JSON, which is asked for again. The bytes are
 * lent: once it returns, the next answer overwrites them.
 */
export type ReadBody<T> = (body: Buffer, requestedAtSeconds: number) => T | undefined;

/** An answer as it came. */
type ReceivedResponse<T> = { readonly status: number; readonly headers: Headers } & (
  | { readonly isAccepted: true; readonly content: T | undefined }
  | { readonly isAccepted: false; readonly json: unknown }
);

export type ClientOptions = {
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly proxy?: HttpProxy | undefined;
};

/**
 * Asks Intercom, within the rate budget and with retries, and gives parsed JSON.
 *
 * Errors: NotFoundError (404, 410), RefusedError (401, 403), RequestError (another 4xx), UnavailableError (every try
 * failed); whatever the signal's reason is when it fires.
 */
export class IntercomClient {
  readonly #effects: Effects;
  readonly #budget: RateBudget;
  readonly #clock: ServerClock;
  readonly #options: ClientOptions;
  readonly #exchange: HttpExchange;
  readonly #headers: Readonly<Record<string, string>>;
  #requests = 0;

  constructor(effects: Effects, budget: RateBudget, clock: ServerClock, options: ClientOptions) {
    this.#effects = effects;
    this.#budget = budget;
    this.#clock = clock;
    this.#options = options;
    this.#exchange = new HttpExchange(options.baseUrl, options.concurrency, options.signal, options.proxy);
    this.#headers = {
      accept: "application/json",
      authorization: `Bearer ${options.accessToken}`,
      "intercom-version": intercomVersion,
      "user-agent": "intercom-warehouse",
    };
  }

  /** Requests sent so far, retries included. */
  get requests(): number {
    return this.#requests;
  }

  async close(): Promise<void> {
    await this.#exchange.close();
  }

  request(request: IntercomRequest): Promise<IntercomResponse> {
    return this.requestAs(request, parseJsonBody);
  }

  /** The same, of a body that is not wanted as JSON values. */
  async requestAs<T>(request: IntercomRequest, read: ReadBody<T>): Promise<IntercomResponse<T>> {
    const name = `${request.method} ${request.path}`;
    const { attemptsMax, msMax } = request.retryLimit ?? listRetryLimit;
    let refusals = 0;
    let spentMs = 0;
    for (let attempt = 1; ; ) {
      const sent = await this.#send(request, read, msMax - spentMs);
      spentMs += this.#effects.now() - sent.sentAtMs;
      const { response } = sent;
      const action = response === undefined ? "retry" : actionFor(response.status, request.kind);
      const requestedAtSeconds = this.#secondsAt(sent.sentAtMs);
      if (response?.isAccepted === true && response.content !== undefined)
        return { content: response.content, requestedAtSeconds, attempts: attempt };
      if (response !== undefined && (action === "refuse" || action === "fail" || action === "missing"))
        throw this.#errorFor(action, name, request, response, requestedAtSeconds);
      const failure = response === undefined ? messageOf(sent.failure) : describe(response);
      if (action === "pause" && response !== undefined) {
        refusals += 1;
        if (refusals > (request.kind === "record" ? recordRefusalsMax : refusalsInARowMax))
          throw this.#unavailable(name, failure, refusals);
        const pauseMs = this.#budget.pause(
          rateHeadersOf(response.headers, this.#clock.nowMs()),
          textOf(response.headers["retry-after"]),
          sent.sentAtMs,
        );
        this.#effects.log("rate_limited", { request: name, pause_ms: Math.round(pauseMs), ...traceOf(response) });
        continue;
      }
      const retryAfter = response === undefined ? undefined : textOf(response.headers["retry-after"]);
      const askedMs = retryDelayMs(attempt, retryAfter, this.#clock.nowMs(), this.#effects.random());
      // One record is not worth a long wait: half of what is left leaves time for another try.
      const delayMs = request.kind === "record" ? Math.min(askedMs, (msMax - spentMs) / 2) : askedMs;
      const isHeavy = isTooHeavy(response?.status, systemCodeOf(sent.failure));
      const isLast =
        attempt >= Math.min(attemptsMax, isHeavy ? (request.heavyAttemptsMax ?? attemptsMax) : attemptsMax);
      if (isLast || spentMs + delayMs > msMax) throw this.#unavailable(name, failure, attempt, sent.failure, isHeavy);
      this.#effects.log("request_retried", {
        request: name,
        attempt,
        delay_ms: Math.round(delayMs),
        failure,
        ...traceOf(response),
      });
      await this.#effects.sleep(delayMs, this.#options.signal);
      spentMs += delayMs;
      attempt += 1;
    }
  }

  /** One try: an answer read to its end, or why there is none. */
  async #send<T>(
    request: IntercomRequest,
    readBody: ReadBody<T>,
    msMax: number,
  ): Promise<{ response?: ReceivedResponse<T>; failure?: unknown; sentAtMs: number }> {
    const signal = this.#options.signal;
    const permit = await this.#budget.acquire(signal);
    const sentAtMs = this.#effects.now();
    let rate: RateHeaders | undefined;
    let hasAnswer = false;
    let isRefused = false;
    let notRead: { readonly error: unknown } | undefined;
    const taken = (status: number, body: Buffer) => {
      const action = actionFor(status, request.kind);
      isRefused = action === "pause";
      if (action !== "accept") return { isAccepted: false as const, json: parseJsonBody(body) };
      try {
        return { isAccepted: true as const, content: readBody(body, this.#secondsAt(sentAtMs)) };
      } catch (error) {
        if (!(error instanceof UnreadableAnswerError)) notRead = { error };
        throw error;
      }
    };
    try {
      this.#requests += 1;
      const { method, path, query, body } = request;
      const { status, headers, content } = await this.#exchange.send(
        {
          method,
          path,
          msMax,
          ...(query === undefined ? {} : { query }),
          ...(body === undefined
            ? { headers: this.#headers }
            : { headers: { ...this.#headers, "content-type": "application/json" }, body: JSON.stringify(body) }),
        },
        (headers) => {
          this.#clock.observe(textOf(headers["date"]), sentAtMs, this.#effects.now());
          rate = rateHeadersOf(headers, this.#clock.nowMs());
          hasAnswer = true;
        },
        taken,
      );
      return { response: { status, headers, ...content }, sentAtMs };
    } catch (failure) {
      signal.throwIfAborted();
      if (notRead !== undefined) throw notRead.error;
      // A body that is too large, or a proxy that wants credentials: the same would come again.
      if (failure instanceof FatalError) throw failure;
      return { failure, sentAtMs };
    } finally {
      this.#budget.release(permit, rate, hasAnswer, isRefused);
    }
  }

  /** Intercom's clock at a time of ours, seconds, rounded down. */
  #secondsAt(ms: number): number {
    return Math.floor(this.#clock.atMs(ms) / 1000);
  }

  #errorFor(
    action: "refuse" | "fail" | "missing",
    name: string,
    request: IntercomRequest,
    response: ReceivedResponse<unknown>,
    requestedAtSeconds: number,
  ): Error {
    const { code, message } = intercomErrorOf(response);
    const told = `${name} answered ${`${response.status} ${code}`.trim()}${message === "" ? "" : ` (${message})`}`;
    if (action === "fail") return new RequestError(told, response.status, code);
    if (action === "missing") return new NotFoundError(told, response.status, code, requestedAtSeconds);
    if (response.status === 403) {
      return new RefusedError(
        `${told}. The access token lacks the scope "${request.scope}", or the plan does not include it: ` +
          "grant it under Developer hub > your app > Authentication, or leave the stream out with --streams.",
      );
    }
    return new RefusedError(
      `${told}. Intercom at ${this.#options.baseUrl} does not know the token in the Authorization header: ` +
        "check INTERCOM_ACCESS_TOKEN, and INTERCOM_REGION (a token works only in its workspace's region).",
    );
  }

  #unavailable(name: string, failure: string, attempts: number, cause?: unknown, isTooHeavy = false): UnavailableError {
    if (cause instanceof UnreadableAnswerError) return new UnavailableError(cause.message, { cause });
    const code = systemCodeOf(cause);
    const host = new URL(this.#options.baseUrl).host;
    const hint =
      code === "ENOTFOUND" || code === "EAI_AGAIN"
        ? `The name ${host} does not resolve: check the network, and INTERCOM_BASE_URL.`
        : code === "ECONNREFUSED"
          ? `Nothing listens at ${host}: check the network, and INTERCOM_BASE_URL.`
          : "What was loaded stays; run the same command again.";
    return new UnavailableError(`${name} failed ${attempts} times, last with ${failure}. ${hint}`, {
      cause,
      isTooHeavy,
    });
  }
}

/** The error's code and message in Intercom's own words; of another kind of body, nothing. */
function intercomErrorOf(response: ReceivedResponse<unknown>): { code: string; message: string } {
  const json = response.isAccepted ? undefined : response.json;
  if (typeof json === "object" && json !== null && "errors" in json && Array.isArray(json.errors)) {
    const first: unknown = json.errors[0];
    if (typeof first === "object" && first !== null) {
      const code = "code" in first && typeof first.code === "string" ? first.code : "";
      const message = "message" in first && typeof first.message === "string" ? first.message : "";
      return { code, message };
    }
  }
  return { code: "", message: "" };
}

function describe(response: ReceivedResponse<unknown>): string {
  if (response.isAccepted) return `${response.status} and a body that is not whole JSON`;
  return `${response.status} ${intercomErrorOf(response).code}`.trim();
}

/** Intercom's id of a request, for their support. */
function traceOf(response: ReceivedResponse<unknown> | undefined): { request_id?: string } {
  const header = response === undefined ? undefined : textOf(response.headers["x-request-id"]);
  if (header !== undefined) return { request_id: header };
  const json = response === undefined || response.isAccepted ? undefined : response.json;
  if (typeof json === "object" && json !== null && "request_id" in json && typeof json.request_id === "string") {
    return { request_id: json.request_id };
  }
  return {};
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
