// The fake PostHog: a real HTTP server that takes events as the documentation says, and drops what it drops, silently.
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  answerOrErr,
  type DestinationAnswer,
  type DestinationRequest,
  type FaultPlan,
  type LateRequests,
  readRequest,
} from "../destination-faults.ts";
import { listening } from "../listening.ts";

const bodyBytesMax = 20 * 2 ** 20;
const eventBytesMax = 2 ** 20;
const historicalMs = 48 * 3600 * 1000;
const futureMs = 23 * 3600 * 1000;
const distinctIdLengthMax = 200;
const groupKeyLengthMax = 400;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** PostHog's own list (`person-utils.ts`): it takes such events, and never links the id to anybody. */
const nobody = [
  /^(["']?)(anonymous|guest|distinctid|distinct_id|id|not_authenticated|email|undefined|true|false)\1$/i,
  /^(["']?)(\[object Object\]|NaN|None|none|null|0)\1$/,
];

export type StoredEvent = {
  readonly event: string;
  readonly uuid: string;
  readonly distinctId: string;
  /** As PostHog stores it. */
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

export type FakePostHogOptions = {
  readonly apiKey?: string;
  readonly port?: number;
  readonly faults?: FaultPlan;
  /** An event without a name, a distinct_id or a valid uuid refuses its whole batch, as by PostHog's source; else it is dropped. */
  readonly isRefusingBatches?: boolean;
  /** Events that refuse their whole batch for a reason that nobody documented. */
  readonly refuses?: (event: Readonly<Record<string, unknown>>) => boolean;
  /** Whether the answer says that the quota is used up, or, as by PostHog's source, nothing does. */
  readonly overQuota?: "told" | "silent";
  /** Milliseconds since the epoch; the real clock unless told. */
  readonly now?: () => number;
};

export class FakePostHog {
  readonly apiKey: string;
  url = "";
  /** Everything taken, repeats included. */
  readonly taken: StoredEvent[] = [];
  readonly dropped: { readonly reason: string; readonly event: unknown }[] = [];
  /** What no correct client sends, in words. */
  readonly unplanned: string[] = [];
  readonly requests: { total: number; batches: number } = { total: 0, batches: 0 };
  faults: FaultPlan | undefined;
  overQuota: "told" | "silent" | undefined;
  close: () => Promise<void> = async () => undefined;
  readonly #options: FakePostHogOptions;
  readonly #now: () => number;
  readonly #late: LateRequests = [];

  private constructor(options: FakePostHogOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.apiKey = options.apiKey ?? "phc_fake";
    this.faults = options.faults;
    this.overQuota = options.overQuota;
  }

  static async start(options: FakePostHogOptions = {}): Promise<FakePostHog> {
    const fake = new FakePostHog(options);
    const server = await listening((request, response) => fake.#receive(request, response), options.port);
    fake.url = server.url;
    fake.close = server.close;
    return fake;
  }

  /** What a query finds in the end: events with the same uuid, event, timestamp and distinct_id are one, the latest. */
  get events(): readonly StoredEvent[] {
    const one = new Map(
      this.taken.map((stored) => [`${stored.uuid} ${stored.event} ${stored.timestamp} ${stored.distinctId}`, stored]),
    );
    return [...one.values()];
  }

  /** Properties of each company, by its key. */
  get companies(): ReadonlyMap<string, unknown> {
    const identified = this.taken.filter(({ event }) => event === "$groupidentify");
    return new Map(identified.map(({ properties }) => [String(properties["$group_key"]), properties["$group_set"]]));
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.total += 1;
    const request = await readRequest(incoming, this.requests.total);
    answerOrErr(response, this.faults?.(request), () => this.#answer(request), this.#late, true);
  }

  #answer(request: DestinationRequest): DestinationAnswer {
    const body = isObject(request.body) ? request.body : undefined;
    const isKnown = body?.["api_key"] === this.apiKey;
    if (request.method === "POST" && /^\/flags\/?$/.test(request.url.pathname)) {
      return isKnown
        ? { status: 200, body: { flags: {} } }
        : {
            status: 401,
            body: "The provided API key is invalid or has expired. Please check your API key and try again.",
          };
    }
    if (request.method !== "POST" || !/^\/batch\/?$/.test(request.url.pathname)) {
      this.unplanned.push(`${request.method} ${request.url.pathname}`);
      return { status: 404, body: "<html>Not found</html>" };
    }
    this.requests.batches += 1;
    if (request.bytes > bodyBytesMax) return { status: 413, body: { status: "Payload too large" } };
    const batch = body?.["batch"];
    if (body === undefined || !Array.isArray(batch) || batch.length === 0)
      return { status: 400, body: { status: "Error", detail: "no batch" } };
    if (typeof body["api_key"] !== "string") return { status: 401, body: { status: "Error" } };
    if (this.overQuota !== undefined)
      return {
        status: 200,
        body: { status: "Ok", ...(this.overQuota === "told" ? { quota_limited: ["events"] } : {}) },
      };
    const isRefused = batch.some((event) => isObject(event) && this.#options.refuses?.(event) === true);
    if (
      isRefused ||
      (this.#options.isRefusingBatches === true && batch.some((event) => dropReason(event) !== undefined))
    )
      return { status: 400, body: { status: "Error", detail: "invalid event" } };
    // A project that is not there is no error: its events come to nothing.
    if (isKnown) for (const event of batch) this.#take(event, body);
    return { status: 200, body: { status: "Ok" } };
  }

  #take(event: unknown, body: Readonly<Record<string, unknown>>): void {
    const reason = dropReason(event);
    if (reason !== undefined || !isObject(event)) {
      this.dropped.push({ reason: reason ?? "no object", event });
      return;
    }
    const properties = isObject(event["properties"]) ? event["properties"] : {};
    const sentAt = event["sent_at"] ?? body["sent_at"];
    const skewMs = typeof sentAt === "string" ? Date.parse(sentAt) - this.#now() : 0;
    const wantedMs = Date.parse(String(event["timestamp"])) - skewMs;
    const atMs = wantedMs - this.#now() > futureMs ? this.#now() : wantedMs;
    const distinctId = String(event["distinct_id"]);
    if (nobody.some((pattern) => pattern.test(distinctId)))
      this.unplanned.push(`an event of ${distinctId}, whom all customers without an id would be`);
    if (distinctId.length > distinctIdLengthMax) this.unplanned.push("an event of somebody whose id is cut");
    if (body["historical_migration"] !== true && this.#now() - atMs > historicalMs + 60_000)
      this.unplanned.push("an event of more than 48 hours ago that is no historical_migration");
    if (body["historical_migration"] === true && this.#now() - atMs < historicalMs - 60_000)
      this.unplanned.push("a live event in a historical_migration");
    this.taken.push({
      event: String(event["event"]),
      uuid: String(event["uuid"]),
      distinctId: distinctId.slice(0, distinctIdLengthMax),
      timestamp: new Date(atMs).toISOString(),
      properties,
    });
  }
}

/** Why PostHog would drop an event without a word; undefined when it takes it. */
function dropReason(event: unknown): string | undefined {
  if (!isObject(event)) return "no object";
  if (typeof event["event"] !== "string" || event["event"] === "") return "no name";
  const id = event["distinct_id"];
  if (typeof id !== "string" || id.trim() === "") return "no distinct_id";
  if (typeof event["uuid"] !== "string" || !uuidPattern.test(event["uuid"])) return "no valid uuid";
  if (Number.isNaN(Date.parse(String(event["timestamp"])))) return "no valid timestamp";
  if (Buffer.byteLength(JSON.stringify(JSON.stringify(event))) > eventBytesMax) return "more than 1 MB";
  const properties = isObject(event["properties"]) ? event["properties"] : {};
  const isGroup = event["event"] === "$groupidentify";
  if (isGroup && properties["$process_person_profile"] === false) return "a group without profiles";
  if (isGroup && (!properties["$group_type"] || !properties["$group_key"])) return "a group without type or key";
  if (isGroup && String(properties["$group_key"]).length > groupKeyLengthMax) return "a group key that is too long";
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
