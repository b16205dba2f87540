import type { Effects } from "../../effects.ts";
import { messageOf, RefusedError, systemCodeOf, UnavailableError } from "../../errors.ts";
import type { ProxySettings } from "../../proxy.ts";
import { attemptsMax } from "../../retry.ts";
import { Connection, type HttpResponse, jsonBody, pauseMs, rest, retryDelayMs } from "../http.ts";
import { actionFor, codeOf } from "./errors.ts";
import { Pace } from "./pace.ts";

/** Attio's documented limits are 25 writes and 100 reads a second; who takes part of the one takes that part of the other. */
const readsPerWrite = 4;
/** Enough under way to fill the pace when an answer takes a second. */
export const concurrency = 32;
/** A 429 that names no time pauses everybody for this long. */
const blindPauseMs = 1000;
const refusalsInARowMax = 60;

export type AttioSettings = { readonly baseUrl: string; readonly apiKey: string };

export type AttioClientOptions = AttioSettings & {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  /** Attio's 25, or a part of them. */
  readonly writesPerSecond: number;
  readonly proxies?: ProxySettings;
  readonly silenceMsMax?: number;
};

export type AttioRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** The scope that it takes, as Attio names it. */
  readonly scope: string;
};

/** What became of a write: Attio's answer, or that nobody knows whether it was done. */
export type Written = { readonly kind: "answered"; readonly response: HttpResponse } | Unknown;

/** In words what went wrong, and what was thrown where something was. */
type Unknown = { readonly kind: "unknown"; readonly failure: string; readonly cause?: unknown };

/**
 * Asks Attio at its pace. Reads are asked again until they are answered; a write is asked again only where Attio has said
 * that it was not done.
 *
 * Errors: RefusedError (401, 403), UnavailableError (every try failed), whatever the signal's reason is.
 */
export class AttioClient {
  refusals = 0;
  readonly #options: AttioClientOptions;
  readonly #connection: Connection;
  readonly #reads: Pace;
  readonly #writes: Pace;

  constructor(options: AttioClientOptions) {
    this.#options = options;
    this.#connection = new Connection({ ...options, concurrency });
    this.#reads = new Pace(options.effects, options.writesPerSecond * readsPerWrite);
    this.#writes = new Pace(options.effects, options.writesPerSecond);
  }

  get requests(): number {
    return this.#connection.requests;
  }

  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  /** The answer to a read, 404 and 400 included. */
  async read(request: AttioRequest): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#send(request, this.#reads);
      if (answer.kind === "answered") return answer.response;
      await this.waitAfter(attempt, request, answer);
    }
  }

  /** One write; what is refused for its rate, or for another write at the same moment, is asked again. */
  async write(request: AttioRequest): Promise<Written> {
    return this.#send(request, this.#writes);
  }

  /** Waits before try number `attempt + 1` of what may have failed. Errors: UnavailableError when that was the last. */
  async waitAfter(attempt: number, { method, path }: AttioRequest, { failure, cause }: Unknown): Promise<void> {
    const { effects, baseUrl, signal } = this.#options;
    if (attempt >= attemptsMax)
      throw new UnavailableError(
        `${method} ${path} of Attio at ${new URL(baseUrl).host} failed ${attempt} times, last with ${failure}. What was sent is recorded; run the same command again.`,
        { cause },
      );
    const delayMs = retryDelayMs(attempt, undefined, effects.now(), effects.random());
    effects.log("request_retried", { request: `${method} ${path}`, attempt, delay_ms: Math.round(delayMs), failure });
    await rest(effects, delayMs, signal);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #send(request: AttioRequest, pace: Pace): Promise<Written> {
    const { effects, baseUrl, apiKey, signal } = this.#options;
    let conflicts = 0;
    for (let refusals = 0; ; ) {
      await pace.acquire(signal);
      const answer = await this.#connection.request({
        method: request.method,
        url: baseUrl + request.path,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(request.body === undefined ? {} : { body: jsonBody(request.body) }),
      });
      if ("failure" in answer) {
        const { failure: cause } = answer;
        return { kind: "unknown", failure: systemCodeOf(cause) ?? messageOf(cause), cause };
      }
      const { response } = answer;
      const action = actionFor(response.status, codeOf(response));
      if (action === "unknown") return { kind: "unknown", failure: String(response.status) };
      if (action === "accept" && response.json === undefined)
        return { kind: "unknown", failure: `${response.status} and a body that is no JSON` };
      if (action === "refuse") throw this.#refused(request, response);
      if (action === "pause") {
        refusals += 1;
        this.refusals += 1;
        if (refusals > refusalsInARowMax)
          throw new UnavailableError(
            `Attio at ${new URL(baseUrl).host} refused ${refusals} times in a row for its rate (429): another app may use it up. What was sent is recorded; run the same command again, with fewer --writes-per-second.`,
          );
        pace.pause(pauseMs(response, effects.now()) ?? blindPauseMs);
      } else if (action === "again") {
        conflicts += 1;
        if (conflicts >= attemptsMax) return { kind: "unknown", failure: codeOf(response) };
        await rest(effects, retryDelayMs(conflicts, response, effects.now(), effects.random()), signal);
      } else {
        return { kind: "answered", response };
      }
    }
  }

  #refused({ method, path, scope }: AttioRequest, response: HttpResponse): RefusedError {
    const { baseUrl } = this.#options;
    const told = `${method} ${path} of Attio at ${baseUrl} answered ${`${response.status} ${codeOf(response)}`.trim()}`;
    return new RefusedError(
      response.status === 401
        ? `${told}: it does not know the key. Check ATTIO_API_KEY (Workspace settings > Developers), and ATTIO_BASE_URL.`
        : `${told}: the key lacks the scope ${scope}. Grant it under Workspace settings > Developers, and run again.`,
    );
  }
}

/** What came of a write that is not done twice, and whether it was sent again after a try without an answer. */
export type WrittenOnce = ({ readonly id: string } | { readonly response: HttpResponse }) & {
  readonly isRepeated: boolean;
};

/**
 * A write that must not be done twice: when nobody knows whether it was done, it is looked up before it is sent again.
 * @param find the id of what was written, when it is there
 * Errors: as the client's.
 */
export async function writeOnce(
  client: AttioClient,
  request: AttioRequest,
  find: () => Promise<string | undefined>,
): Promise<WrittenOnce> {
  for (let attempt = 1; ; attempt += 1) {
    const written = await client.write(request);
    const isRepeated = attempt > 1;
    if (written.kind === "answered") return { response: written.response, isRepeated };
    await client.waitAfter(attempt, request, written);
    const id = await find();
    if (id !== undefined) return { id, isRepeated };
  }
}
