import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Effects } from "../../effects.ts";
import { ConfigError, messageOf, RefusedError, UnavailableError } from "../../errors.ts";
import { listAt, textAt } from "../../json-path.ts";
import type { ProxySettings } from "../../proxy.ts";
import { retry } from "../../retry.ts";
import type { Destination, Examined, Outcome, Sendable, Settled } from "../destination.ts";
import { Connection, type HttpResponse, retryHintsOf } from "../http.ts";
import type { Outbox, OutboxEntry, PendingTicket, Selection } from "../outbox.ts";
import { actionFor } from "./answers.ts";
import { batches } from "./batches.ts";
import {
  companiesDistinctId,
  companyKey,
  groupHash,
  groupOutboxUuid,
  type PostHogEvent,
  postHogEvent,
  type Unsendable,
} from "./event.ts";

/** When PostHog refuses so many single events in a row, the cause is not the events. */
const refusalsInARowMax = 20;

const compress = promisify(gzip);

export type PostHogSettings = { readonly host: string; readonly apiKey: string };

export type PostHogOptions = PostHogSettings & {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  readonly hasPersonProfiles: boolean;
  /** Whether to send companies that were sent before. */
  readonly isSendingAgain?: boolean;
  readonly proxies?: ProxySettings;
  readonly silenceMsMax?: number;
};

/**
 * PostHog, by its documented request `POST /batch/`. A batch is sent until PostHog answers, to the letter the same each time,
 * so that PostHog recognizes events that it has. `sent_at` is left out: PostHog would shift the events' times by it.
 * PostHog cannot list its events, and cannot change them.
 *
 * Errors: RefusedError (the key), ConfigError (the host), UnavailableError.
 */
export class PostHog implements Destination {
  readonly name = "posthog";
  readonly isUpdating = false;
  readonly pagesAtOnce = 1;
  readonly target: string;
  refusals = 0;
  readonly #options: PostHogOptions;
  readonly #connection: Connection;
  readonly #known: (eventUuids: readonly string[]) => Promise<ReadonlyMap<string, OutboxEntry>>;
  #isChecked = false;
  #refusedInARow = 0;

  constructor(options: PostHogOptions, outbox: Pick<Outbox, "entries">) {
    this.#options = options;
    // Not the host: a project has the same key behind a proxy.
    this.target = `project ${createHash("sha256").update(options.apiKey).digest("hex").slice(0, 12)}`;
    this.#connection = new Connection({ ...options, concurrency: 1 });
    const selection: Selection = {
      destination: this.name,
      target: this.target,
      isUpdating: false,
      isRetrying: false,
      isSendingAgain: false,
      since: undefined,
      limit: undefined,
    };
    this.#known = (eventUuids) => outbox.entries(selection, eventUuids);
  }

  get requests(): number {
    return this.#connection.requests;
  }

  async examine(page: readonly PendingTicket[]): Promise<Examined> {
    await this.#checkKey();
    const settled: Settled[] = [];
    const ready: Sendable[] = [];
    const tickets = page.map((pending): Sendable => ({ kind: "ticket", ...pending, entry: freshEntry(pending) }));
    for (const sendable of [...(await this.#companies(page)), ...tickets]) {
      const event = this.#event(sendable);
      if ("outcome" in event) settled.push({ entry: sendable.entry, outcome: event.outcome });
      else ready.push(sendable);
    }
    return { settled, ready };
  }

  /** Companies first: a group then has its name when its first event comes. */
  async send(ready: readonly Sendable[], onOutcome: (sent: Sendable, outcome: Outcome) => void): Promise<void> {
    for (const kind of ["company", "ticket"] as const) {
      const events = ready.filter((sendable) => sendable.kind === kind).map((sendable) => this.#event(sendable));
      for (const batch of batches(events.filter((event) => "text" in event))) await this.#sendBatch(batch, onOutcome);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #event(sendable: Sendable): PostHogEvent | Unsendable {
    const now = this.#options.effects.now() / 1000;
    return postHogEvent(sendable, { now, hasPersonProfiles: this.#options.hasPersonProfiles });
  }

  /** The page's companies whose group properties PostHog does not have yet. */
  async #companies(page: readonly PendingTicket[]): Promise<readonly Sendable[]> {
    if (!this.#options.hasPersonProfiles) return [];
    const latest = new Map<string, PendingTicket>();
    for (const pending of page) {
      const key = companyKey(pending.ticket);
      if (key !== undefined) latest.set(groupOutboxUuid(pending.ticket, key), pending);
    }
    const known = await this.#known([...latest.keys()]);
    return [...latest].flatMap(([eventUuid, { ticket }]): Sendable[] => {
      const payloadHash = groupHash(ticket);
      const before = known.get(eventUuid);
      const isSame = before?.payloadHash === payloadHash;
      const isDone = before?.state === "rejected" || (before?.state === "confirmed" && !this.#options.isSendingAgain);
      if (isSame && isDone) return [];
      const planned: OutboxEntry = {
        eventUuid,
        step: before?.step ?? 0,
        state: "planned",
        workspaceId: ticket.workspace_id,
        conversationId: null,
        distinctId: companiesDistinctId,
        eventAt: Math.min(ticket.closed_at, Math.floor(this.#options.effects.now() / 1000)),
        payloadHash,
        sentId: null,
        reason: null,
      };
      // A killed run may have sent it, or PostHog dropped it: it is sent again unchanged, with the same distinct_id.
      return [{ kind: "company", ticket, entry: isSame ? before : planned }];
    });
  }

  /** Sends a batch. A refused batch is halved again and again, until the refused events stand alone. */
  async #sendBatch(
    batch: readonly PostHogEvent[],
    onOutcome: (sent: Sendable, outcome: Outcome) => void,
  ): Promise<void> {
    const response = await this.#post("/batch/", await this.#body(batch));
    const action = actionFor(response.status);
    if (action === "accept") {
      this.#checkTaken(response);
      this.#refusedInARow = 0;
      for (const { sendable } of batch) onOutcome(sendable, { state: "confirmed" });
      return;
    }
    if (action !== "halve") throw this.#errorFor(response);
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.#sendBatch(batch.slice(0, middle), onOutcome);
      await this.#sendBatch(batch.slice(middle), onOutcome);
      return;
    }
    this.#refusedInARow += 1;
    for (const { sendable } of batch)
      onOutcome(sendable, { state: "rejected", reason: `PostHog refused the event (${response.status})` });
    if (this.#refusedInARow >= refusalsInARowMax)
      throw new UnavailableError(
        `PostHog refused ${refusalsInARowMax} events in a row, each by itself, last with ${response.status}. What was sent is recorded; look at \`reason\` in _activations, and at POSTHOG_HOST.`,
      );
  }

  async #body(batch: readonly PostHogEvent[]): Promise<Buffer> {
    const isHistorical = batch[0]?.isHistorical === true;
    const head = JSON.stringify({ api_key: this.#options.apiKey, historical_migration: isHistorical });
    return compress(`${head.slice(0, -1)},"batch":[${batch.map(({ text }) => text).join(",")}]}`);
  }

  /**
   * Checks the key first: PostHog answers 200 for an unknown project and drops the events. `/flags/` looks the key up, and
   * answers 401 to an unknown key.
   */
  async #checkKey(): Promise<void> {
    if (this.#isChecked) return;
    const body = await compress(JSON.stringify({ api_key: this.#options.apiKey, distinct_id: "intercom-warehouse" }));
    const response = await this.#post("/flags/?v=2", body);
    const action = actionFor(response.status);
    if (action === "refuse") throw this.#errorFor(response);
    if (action === "accept" && response.json === undefined) throw this.#errorFor(response);
    // A proxy may pass on only events: then the key cannot be checked.
    if (action !== "accept") this.#options.effects.log("key_not_checked", { status: response.status });
    this.#isChecked = true;
  }

  /** The first response that says what became of the request. Errors: UnavailableError after the last attempt. */
  async #post(path: string, body: Buffer): Promise<HttpResponse> {
    const { effects, host, signal } = this.#options;
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const attempt = async () => {
      const sent = await this.#connection.request({ method: "POST", url: host + path, headers, body });
      if ("failure" in sent) return { failure: messageOf(sent.failure), cause: sent.failure };
      const { response } = sent;
      if (response.status === 429) this.refusals += 1;
      if (actionFor(response.status) !== "retry") return { result: response };
      return { failure: String(response.status), ...retryHintsOf(response, effects.now()) };
    };
    return retry<HttpResponse>(attempt, {
      effects,
      signal,
      request: `POST ${path}`,
      errorAfter: ({ failure, cause }, attempts) =>
        new UnavailableError(
          `PostHog at ${new URL(host).host} failed ${attempts} times, last with ${failure}. What was sent is recorded; run the same command again.`,
          { cause },
        ),
    });
  }

  /**
   * A 200 does not prove that PostHog kept the events. Another server's page has it too, and the body may say that the
   * project's quota is used up. It need not: PostHog's source drops events over the billing limit and says `Ok`.
   */
  #checkTaken(response: HttpResponse): void {
    if (response.json === undefined) throw this.#errorFor(response);
    if (listAt(response.json, "quota_limited").length > 0) throw overQuota();
  }

  #errorFor(response: HttpResponse): Error {
    const { host } = this.#options;
    if (actionFor(response.status) === "unpaid") return overQuota();
    if (actionFor(response.status) === "refuse")
      return new RefusedError(
        `PostHog at ${host} answered ${response.status}${code(response)}: it does not know POSTHOG_API_KEY. Take the project's API key (phc_…) from its settings, and set POSTHOG_HOST to the project's region (https://us.i.posthog.com or https://eu.i.posthog.com).`,
      );
    return new ConfigError(
      `POSTHOG_HOST (${host}) answered ${response.status}, which PostHog does not: set it to https://us.i.posthog.com, https://eu.i.posthog.com, or the address of your own.`,
    );
  }
}

function overQuota(): UnavailableError {
  return new UnavailableError(
    "PostHog dropped the events because the project's quota is used up. Raise the billing limit or wait for the next billing period, then run again: these events are sent again.",
  );
}

/** An entry with the mart's distinct_id and time, as long as PostHog has not got them: later they stay as sent. */
function freshEntry({ ticket, entry }: PendingTicket): OutboxEntry {
  if (entry.state !== "planned" && entry.state !== "waiting") return entry;
  return { ...entry, distinctId: ticket.distinct_id, eventAt: ticket.closed_at };
}

function code(response: HttpResponse): string {
  const found = textAt(response.json, "code");
  return found === undefined || !/^[a-z_]{1,40}$/.test(found) ? "" : ` ${found}`;
}
