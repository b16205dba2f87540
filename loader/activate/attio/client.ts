import type { Effects } from "../../effects.ts";
import { messageOf, RefusedError, systemCodeOf, UnavailableError } from "../../errors.ts";
import type { ProxySettings } from "../../proxy.ts";
import { attemptsMax } from "../../retry.ts";
import { Connection, jsonBody, pauseMs, type Reply, rest, retryDelayMs } from "../http.ts";
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

export type AttioQuestion = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** The scope that it takes, as Attio names it. */
  readonly scope: string;
};

/** What became of a write: Attio's answer, or that nobody knows whether it was done. */
export type Written = { readonly kind: "answered"; readonly reply: Reply } | Unknown;

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
  async read(question: AttioQuestion): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#ask(question, this.#reads);
      if (answer.kind === "answered") return answer.reply;
      await this.waitAfter(attempt, question, answer);
    }
  }

  /** One write; what is refused for its rate, or for another write at the same moment, is asked again. */
  async write(question: AttioQuestion): Promise<Written> {
    return this.#ask(question, this.#writes);
  }

  /** Waits before try number `attempt + 1` of what may have failed. Errors: UnavailableError when that was the last. */
  async waitAfter(attempt: number, { method, path }: AttioQuestion, { failure, cause }: Unknown): Promise<void> {
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

  async #ask(question: AttioQuestion, pace: Pace): Promise<Written> {
    const { effects, baseUrl, apiKey, signal } = this.#options;
    let conflicts = 0;
    for (let refusals = 0; ; ) {
      await pace.take(signal);
      const answer = await this.#connection.ask({
        method: question.method,
        url: baseUrl + question.path,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(question.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(question.body === undefined ? {} : { body: jsonBody(question.body) }),
      });
      if ("failure" in answer) {
        const { failure: cause } = answer;
        return { kind: "unknown", failure: systemCodeOf(cause) ?? messageOf(cause), cause };
      }
      const { reply } = answer;
      const action = actionFor(reply.status, codeOf(reply));
      if (action === "unknown") return { kind: "unknown", failure: String(reply.status) };
      if (action === "accept" && reply.json === undefined)
        return { kind: "unknown", failure: `${reply.status} and a body that is no JSON` };
      if (action === "refuse") throw this.#refused(question, reply);
      if (action === "pause") {
        refusals += 1;
        this.refusals += 1;
        if (refusals > refusalsInARowMax)
          throw new UnavailableError(
            `Attio at ${new URL(baseUrl).host} refused ${refusals} times in a row for its rate (429): another app may use it up. What was sent is recorded; run the same command again, with fewer --writes-per-second.`,
          );
        pace.pause(pauseMs(reply, effects.now()) ?? blindPauseMs);
      } else if (action === "again") {
        conflicts += 1;
        if (conflicts >= attemptsMax) return { kind: "unknown", failure: codeOf(reply) };
        await rest(effects, retryDelayMs(conflicts, reply, effects.now(), effects.random()), signal);
      } else {
        return { kind: "answered", reply };
      }
    }
  }

  #refused({ method, path, scope }: AttioQuestion, reply: Reply): RefusedError {
    const { baseUrl } = this.#options;
    const told = `${method} ${path} of Attio at ${baseUrl} answered ${`${reply.status} ${codeOf(reply)}`.trim()}`;
    return new RefusedError(
      reply.status === 401
        ? `${told}: it does not know the key. Check ATTIO_API_KEY (Workspace settings > Developers), and ATTIO_BASE_URL.`
        : `${told}: the key lacks the scope ${scope}. Grant it under Workspace settings > Developers, and run again.`,
    );
  }
}

/** What came of a write that is not done twice, and whether it was sent again after a try without an answer. */
export type WrittenOnce = ({ readonly id: string } | { readonly reply: Reply }) & { readonly isRepeated: boolean };

/**
 * A write that must not be done twice: when nobody knows whether it was done, it is looked up before it is sent again.
 * @param find the id of what was written, when it is there
 * Errors: as the client's.
 */
export async function writeOnce(
  client: AttioClient,
  question: AttioQuestion,
  find: () => Promise<string | undefined>,
): Promise<WrittenOnce> {
  for (let attempt = 1; ; attempt += 1) {
    const written = await client.write(question);
    const isRepeated = attempt > 1;
    if (written.kind === "answered") return { reply: written.reply, isRepeated };
    await client.waitAfter(attempt, question, written);
    const id = await find();
    if (id !== undefined) return { id, isRepeated };
  }
}
