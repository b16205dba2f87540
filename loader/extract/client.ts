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
import { type Headers, HttpExchange } from "./fast/exchange.ts";
import { type RateBudget, type RateHeaders, rateHeadersOf } from "./rate-budget.ts";
import type { ServerClock } from "./server-clock.ts";
import { actionFor, isTooHeavy, listPatience, type Patience, type Wanted } from "./status-actions.ts";

const intercomVersion = "2.16";
/** A 429 is the budget's affair, not a failed try; but a server that says nothing else is down. */
const refusalsInARowMax = 60;
/** One record that is refused so often while others are answered is a bad record. */
const recordRefusalsMax = 10;

export type Question = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  /** The permission that the answer takes, as Intercom's developer hub names it. */
  readonly scope: string;
  readonly wanted: Wanted;
  /** `listPatience` when left out. */
  readonly patience?: Patience;
  /** Asks at most so often for what takes too long. */
  readonly heavyAttemptsMax?: number;
};

export type Answer<T = unknown> = {
  /** What the body says. */
  readonly content: T;
  /** Intercom's clock when the question was sent, seconds, rounded down: the answer is at least as new as this. */
  readonly askedAtSeconds: number;
  /** Tries that it took, pauses for the rate limit not counted. */
  readonly attempts: number;
};

/**
 * Makes of an answer's body what is wanted; undefined when it is no whole JSON, which is asked for again. The bytes are
 * lent: once it returns, the next answer overwrites them.
 */
export type ReadBody<T> = (body: Buffer, askedAtSeconds: number) => T | undefined;

/** An answer as it came. */
type Reply<T> = { readonly status: number; readonly headers: Headers } & (
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

  ask(question: Question): Promise<Answer> {
    return this.askFor(question, parseJsonBody);
  }

  /** The same, of a body that is not wanted as JSON values. */
  async askFor<T>(question: Question, read: ReadBody<T>): Promise<Answer<T>> {
    const name = `${question.method} ${question.path}`;
    const { attemptsMax, msMax } = question.patience ?? listPatience;
    let refusals = 0;
    let spentMs = 0;
    for (let attempt = 1; ; ) {
      const sent = await this.#send(question, read, msMax - spentMs);
      spentMs += this.#effects.now() - sent.sentAtMs;
      const { reply } = sent;
      const action = reply === undefined ? "retry" : actionFor(reply.status, question.wanted);
      const askedAtSeconds = this.#secondsAt(sent.sentAtMs);
      if (reply?.isAccepted === true && reply.content !== undefined)
        return { content: reply.content, askedAtSeconds, attempts: attempt };
      if (reply !== undefined && (action === "refuse" || action === "fail" || action === "missing"))
        throw this.#errorFor(action, name, question, reply, askedAtSeconds);
      const failure = reply === undefined ? messageOf(sent.failure) : describe(reply);
      if (action === "pause" && reply !== undefined) {
        refusals += 1;
        if (refusals > (question.wanted === "record" ? recordRefusalsMax : refusalsInARowMax))
          throw this.#unavailable(name, failure, refusals);
        const pauseMs = this.#budget.pause(
          rateHeadersOf(reply.headers, this.#clock.nowMs()),
          textOf(reply.headers["retry-after"]),
          sent.sentAtMs,
        );
        this.#effects.log("rate_limited", { request: name, pause_ms: Math.round(pauseMs), ...traceOf(reply) });
        continue;
      }
      const retryAfter = reply === undefined ? undefined : textOf(reply.headers["retry-after"]);
      const askedMs = retryDelayMs(attempt, retryAfter, this.#clock.nowMs(), this.#effects.random());
      // One record is not worth a long wait: half of what is left leaves time for another try.
      const delayMs = question.wanted === "record" ? Math.min(askedMs, (msMax - spentMs) / 2) : askedMs;
      const isHeavy = isTooHeavy(reply?.status, systemCodeOf(sent.failure));
      const isLast =
        attempt >= Math.min(attemptsMax, isHeavy ? (question.heavyAttemptsMax ?? attemptsMax) : attemptsMax);
      if (isLast || spentMs + delayMs > msMax) throw this.#unavailable(name, failure, attempt, sent.failure, isHeavy);
      this.#effects.log("request_retried", {
        request: name,
        attempt,
        delay_ms: Math.round(delayMs),
        failure,
        ...traceOf(reply),
      });
      await this.#effects.sleep(delayMs, this.#options.signal);
      spentMs += delayMs;
      attempt += 1;
    }
  }

  /** One try: an answer read to its end, or why there is none. */
  async #send<T>(
    question: Question,
    readBody: ReadBody<T>,
    msMax: number,
  ): Promise<{ reply?: Reply<T>; failure?: unknown; sentAtMs: number }> {
    const signal = this.#options.signal;
    const leave = await this.#budget.take(signal);
    const sentAtMs = this.#effects.now();
    let rate: RateHeaders | undefined;
    let hasAnswer = false;
    let isRefused = false;
    let notRead: { readonly error: unknown } | undefined;
    const taken = (status: number, body: Buffer) => {
      const action = actionFor(status, question.wanted);
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
      const { method, path, query, body } = question;
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
      return { reply: { status, headers, ...content }, sentAtMs };
    } catch (failure) {
      signal.throwIfAborted();
      if (notRead !== undefined) throw notRead.error;
      // A body that is too large, or a proxy that wants credentials: the same would come again.
      if (failure instanceof FatalError) throw failure;
      return { failure, sentAtMs };
    } finally {
      this.#budget.settle(leave, rate, hasAnswer, isRefused);
    }
  }

  /** Intercom's clock at a time of ours, seconds, rounded down. */
  #secondsAt(ms: number): number {
    return Math.floor(this.#clock.atMs(ms) / 1000);
  }

  #errorFor(
    action: "refuse" | "fail" | "missing",
    name: string,
    question: Question,
    reply: Reply<unknown>,
    askedAtSeconds: number,
  ): Error {
    const { code, message } = intercomErrorOf(reply);
    const told = `${name} answered ${`${reply.status} ${code}`.trim()}${message === "" ? "" : ` (${message})`}`;
    if (action === "fail") return new RequestError(told, reply.status, code);
    if (action === "missing") return new NotFoundError(told, reply.status, code, askedAtSeconds);
    if (reply.status === 403) {
      return new RefusedError(
        `${told}. The access token lacks the scope "${question.scope}", or the plan does not include it: ` +
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
function intercomErrorOf(reply: Reply<unknown>): { code: string; message: string } {
  const json = reply.isAccepted ? undefined : reply.json;
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

function describe(reply: Reply<unknown>): string {
  if (reply.isAccepted) return `${reply.status} and a body that is not whole JSON`;
  return `${reply.status} ${intercomErrorOf(reply).code}`.trim();
}

/** Intercom's id of a request, for their support. */
function traceOf(reply: Reply<unknown> | undefined): { request_id?: string } {
  const header = reply === undefined ? undefined : textOf(reply.headers["x-request-id"]);
  if (header !== undefined) return { request_id: header };
  const json = reply === undefined || reply.isAccepted ? undefined : reply.json;
  if (typeof json === "object" && json !== null && "request_id" in json && typeof json.request_id === "string") {
    return { request_id: json.request_id };
  }
  return {};
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
