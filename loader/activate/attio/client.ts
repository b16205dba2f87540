import type { Effects } from "../../effects.ts";
import { messageOf, RefusedError, systemCodeOf, UnavailableError } from "../../errors.ts";
import type { ProxySettings } from "../../proxy.ts";
import { attemptsMax, type FailedAttempt, retry, retryDelayMs, wait } from "../../retry.ts";
import { Connection, type HttpResponse, jsonBody, pauseMs, retryHintsOf } from "../http.ts";
import { actionFor, codeOf } from "./errors.ts";
import { Pace } from "./pace.ts";

/** Attio documents 25 writes and 100 reads a second: a part of the one limit means the same part of the other. */
const readsPerWrite = 4;
/** Open requests that fill the pace while a response takes a second. */
export const concurrency = 32;
/** The pause for a 429 that names no time. */
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
  /** The scope that the request needs, as Attio names it. */
  readonly scope: string;
};

/** What became of a write: Attio's response, or that nobody knows whether the write was done. */
export type Written = { readonly response: HttpResponse } | FailedAttempt;

/**
 * Sends requests to Attio at its pace. Reads are retried until they are answered. A write is sent again only where Attio
 * said that it was not done.
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

  /** The response to a read, 404 and 400 included. */
  async read(request: AttioRequest): Promise<HttpResponse> {
    return this.retrying(request, async () => resultOf(await this.#send(request, this.#reads)));
  }

  /** Sends a write once. A write that was refused for its rate, or for another write at the same moment, is sent again. */
  async write(request: AttioRequest): Promise<Written> {
    return this.#send(request, this.#writes);
  }

  /** The response to a write that may be done twice. */
  async writeUntilAnswered(request: AttioRequest): Promise<HttpResponse> {
    return this.retrying(request, async () => resultOf(await this.write(request)));
  }

  /** Makes attempts until one has a result. Errors: UnavailableError after the last one. */
  async retrying<T>(request: AttioRequest, attempt: Parameters<typeof retry<T>>[0]): Promise<T> {
    const { effects, baseUrl, signal } = this.#options;
    const name = `${request.method} ${request.path}`;
    return retry(attempt, {
      effects,
      signal,
      request: name,
      errorAfter: ({ failure, cause }, attempts) =>
        new UnavailableError(
          `${name} of Attio at ${new URL(baseUrl).host} failed ${attempts} times, last with ${failure}. What was sent is recorded; run the same command again.`,
          { cause },
        ),
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /**
   * Sends a request until Attio says what became of it. This loop is not `retry`: a 429 pauses all requests of the pace, and
   * is counted apart from the conflicts, which no other attempt may follow when a write's fate is unknown.
   */
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
        return { failure: systemCodeOf(cause) ?? messageOf(cause), cause };
      }
      const { response } = answer;
      const action = actionFor(response.status, codeOf(response));
      if (action === "unknown") return { failure: String(response.status) };
      if (action === "accept" && response.json === undefined)
        return { failure: `${response.status} and a body that is not JSON` };
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
        if (conflicts >= attemptsMax) return { failure: codeOf(response) };
        const { retryAfter, serverNowMs } = retryHintsOf(response, effects.now());
        await wait(effects, retryDelayMs(conflicts, retryAfter, serverNowMs, effects.random()), signal);
      } else {
        return { response };
      }
    }
  }

  #refused({ method, path, scope }: AttioRequest, response: HttpResponse): RefusedError {
    const { baseUrl } = this.#options;
    const said = `${method} ${path} of Attio at ${baseUrl} answered ${`${response.status} ${codeOf(response)}`.trim()}`;
    return new RefusedError(
      response.status === 401
        ? `${said}: it does not know the key. Check ATTIO_API_KEY (Workspace settings > Developers), and ATTIO_BASE_URL.`
        : `${said}: the key lacks the scope ${scope}. Grant the scope under Workspace settings > Developers, and run again.`,
    );
  }
}

function resultOf(written: Written): { readonly result: HttpResponse } | FailedAttempt {
  return "response" in written ? { result: written.response } : written;
}

/** What became of a write that must not be done twice, and whether it was sent again after an attempt without a response. */
export type WrittenOnce = ({ readonly id: string } | { readonly response: HttpResponse }) & {
  readonly isRepeated: boolean;
};

/**
 * Sends a write that must not be done twice: where nobody knows whether it was done, it is looked up before the next
 * attempt.
 * @param find the id of what was written, when it is there
 * Errors: as the client's.
 */
export async function writeOnce(
  client: AttioClient,
  request: AttioRequest,
  find: () => Promise<string | undefined>,
): Promise<WrittenOnce> {
  return client.retrying<WrittenOnce>(request, async (attempt) => {
    const id = attempt === 1 ? undefined : await find();
    // What is found was written by the attempt before this one.
    if (id !== undefined) return { result: { id, isRepeated: attempt > 2 } };
    const written = await client.write(request);
    return "response" in written ? { result: { response: written.response, isRepeated: attempt > 1 } } : written;
  });
}
