import type { Effects } from "../effects.ts";
import { FatalError, messageOf, systemCodeOf, UnreadableAnswerError } from "../errors.ts";
import { headerText } from "../http/headers.ts";
import type { HttpProxy } from "../http/proxy.ts";
import { parseJsonBody } from "../json.ts";
import { type FailedAttempt, retry } from "../retry.ts";
import { withoutSecrets } from "../secrets.ts";
import { HttpExchange } from "./exchange.ts";
import type { RateBudget } from "./rate-budget.ts";
import { type RateHeaders, rateHeadersOf } from "./rate-headers.ts";
import type { IntercomRequest, IntercomResponse, ReadBody } from "./request.ts";
import { failureOf, finalError, nameOf, type ReceivedResponse, traceOf, unavailable } from "./request-errors.ts";
import type { ServerClock } from "./server-clock.ts";
import { actionFor, isTooHeavy, listRetryLimit } from "./status-actions.ts";

const intercomVersion = "2.16";
/** A 429 is no failed attempt: the budget pauses. A server that says nothing else is down. */
const refusalsMax = 60;
/** A record that is refused so often, while others are answered, is a bad record. */
const recordRefusalsMax = 10;

export type ClientOptions = {
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly proxy?: HttpProxy | undefined;
  /** What messages may say of Intercom's own words about a failure; all of them when left out. */
  readonly shown?: (message: string) => string;
};

/** One sent request: its response, read to its end, or why there is none. */
type Sent<T> = { readonly response?: ReceivedResponse<T>; readonly failure?: unknown; readonly sentAtMs: number };

/** What the attempts of one request share: the 429s so far, and whether the last attempt asked for too much at once. */
type RequestState = { refusals: number; isHeavy: boolean };

/**
 * Sends requests to Intercom, within the rate budget and with retries.
 *
 * Errors: NotFoundError (404, 410), RefusedError (401, 403), RequestError (another 4xx), UnavailableError (every
 * attempt failed); the signal's reason when it fires.
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

  /** The response's body as parsed JSON. */
  request(request: IntercomRequest): Promise<IntercomResponse> {
    return this.requestAs(request, parseJsonBody);
  }

  /** The response's body as `read` gives it. */
  async requestAs<T>(request: IntercomRequest, read: ReadBody<T>): Promise<IntercomResponse<T>> {
    const { attemptsMax, msMax } = request.retryLimit ?? listRetryLimit;
    const state = { refusals: 0, isHeavy: false };
    return retry<IntercomResponse<T>>((attempts, msLeft) => this.#attempt(request, read, attempts, msLeft, state), {
      effects: this.#effects,
      signal: this.#options.signal,
      request: nameOf(request),
      attemptsMax,
      msMax,
      // One record is not worth a long wait: half of what is left leaves time for another attempt.
      ...(request.kind === "record" ? { delayMsMax: (msLeft: number) => msLeft / 2 } : {}),
      errorAfter: (last, attempts) =>
        unavailable(last, attempts, { request, baseUrl: this.#options.baseUrl }, state.isHeavy),
    });
  }

  /** One attempt. Errors: those that no other attempt would mend. */
  async #attempt<T>(
    request: IntercomRequest,
    read: ReadBody<T>,
    attempts: number,
    msLeft: number,
    state: RequestState,
  ): Promise<{ readonly result: IntercomResponse<T> } | FailedAttempt> {
    const { sent, tookMs } = await this.#sendUntilNotLimited(request, read, msLeft, state);
    const { response } = sent;
    const requestedAtSeconds = this.#clock.storedSecondsAt(sent.sentAtMs);
    if (response?.isAccepted === true && response.content !== undefined)
      return { result: { content: response.content, requestedAtSeconds, attempts } };
    const action = response === undefined ? "retry" : actionFor(response.status, request.kind);
    if (response !== undefined && (action === "refuse" || action === "fail" || action === "missing"))
      throw finalError(action, response, { request, baseUrl: this.#options.baseUrl, requestedAtSeconds });
    state.isHeavy = isTooHeavy(response?.status, systemCodeOf(sent.failure));
    return {
      ...this.#failedAttempt(sent),
      tookMs,
      ...(state.isHeavy && request.heavyAttemptsMax !== undefined ? { attemptsMax: request.heavyAttemptsMax } : {}),
    };
  }

  /**
   * Sends a request, and sends it again after each 429, once the budget's pause is over.
   * @param msLeft for the requests; the pauses do not count
   */
  async #sendUntilNotLimited<T>(
    request: IntercomRequest,
    read: ReadBody<T>,
    msLeft: number,
    state: RequestState,
  ): Promise<{ readonly sent: Sent<T>; readonly tookMs: number }> {
    for (let tookMs = 0; ; ) {
      const sent = await this.#send(request, read, msLeft - tookMs);
      tookMs += this.#effects.now() - sent.sentAtMs;
      const { response } = sent;
      if (response === undefined || actionFor(response.status, request.kind) !== "pause") return { sent, tookMs };
      state.refusals += 1;
      if (state.refusals > (request.kind === "record" ? recordRefusalsMax : refusalsMax)) {
        const about = { request, baseUrl: this.#options.baseUrl };
        throw unavailable({ failure: failureOf(response) }, state.refusals, about, false);
      }
      const pauseMs = this.#budget.pause(
        rateHeadersOf(response.headers, this.#clock.nowMs()),
        headerText(response.headers["retry-after"]),
        sent.sentAtMs,
      );
      const fields = { request: nameOf(request), pause_ms: Math.round(pauseMs), ...traceOf(response) };
      this.#effects.log("rate_limited", fields);
    }
  }

  #failedAttempt({ response, failure }: Sent<unknown>): FailedAttempt {
    const serverNowMs = this.#clock.nowMs();
    if (response === undefined) return { failure: messageOf(failure), cause: failure, serverNowMs };
    const retryAfter = headerText(response.headers["retry-after"]);
    return { failure: failureOf(response), retryAfter, serverNowMs, logFields: traceOf(response) };
  }

  /** Sends a request once, as soon as the budget grants a permit. */
  async #send<T>(request: IntercomRequest, readBody: ReadBody<T>, msMax: number): Promise<Sent<T>> {
    const signal = this.#options.signal;
    const permit = await this.#budget.acquire(signal);
    const sentAtMs = this.#effects.now();
    let rate: RateHeaders | undefined;
    let hasResponse = false;
    let isRefused = false;
    let notRead: { readonly error: unknown } | undefined;
    const readResponse = (status: number, body: Buffer) => {
      const action = actionFor(status, request.kind);
      isRefused = action === "pause";
      if (action !== "accept")
        return { isAccepted: false as const, json: this.#refusalIn(body), shown: this.#options.shown };
      try {
        return { isAccepted: true as const, content: readBody(body, this.#clock.storedSecondsAt(sentAtMs)) };
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
          this.#clock.observe(headerText(headers["date"]), sentAtMs, this.#effects.now());
          rate = rateHeadersOf(headers, this.#clock.nowMs());
          hasResponse = true;
        },
        readResponse,
      );
      return { response: { status, headers, ...content }, sentAtMs };
    } catch (failure) {
      signal.throwIfAborted();
      if (notRead !== undefined) throw notRead.error;
      // A body that is too large, or a proxy that wants credentials: another attempt would fail in the same way.
      if (failure instanceof FatalError) throw failure;
      return { failure, sentAtMs };
    } finally {
      this.#budget.release(permit, rate, hasResponse, isRefused);
    }
  }

  /** The JSON of a refusal, which messages and `_rejected` quote: a gateway may repeat the token in it. */
  #refusalIn(body: Buffer): unknown {
    return parseJsonBody(Buffer.from(withoutSecrets(body.toString(), [this.#options.accessToken])));
  }
}
