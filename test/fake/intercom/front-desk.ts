// The desk behind the socket: every request is counted, delayed, admitted, limited, made to fail or answered.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { World } from "../desk/world.ts";
import { type JsonValue, parseLossless } from "../json.ts";
import { toBytes } from "../json-text.ts";
import { AddedFields } from "./added-fields.ts";
import { type Answer, ApiError, errorAnswer, requestId } from "./answers.ts";
import { type FaultKind, Faults } from "./faults.ts";
import { Listings } from "./listings.ts";
import type { FakeIntercomOptions, ReceivedRequest } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Scope, SearchBehaviour } from "./route.ts";
import { findRoute } from "./routes.ts";
import { Scrolls } from "./scrolls.ts";
import { Wire } from "./wire.ts";

const INTERCOM_VERSION = "2.16";
const BODY_BYTES_MAX = 1_000_000;
const ERROR_PAGE =
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/** Words behind slashes: what a URL parser would leave as it is. */
const PLAIN_PATH = /^(?:\/\w+)+$/;

type Listener = (request: ReceivedRequest) => void | Promise<void>;

export class FrontDesk {
  /** The one that is valid now. */
  token: string;
  readonly faults = new Faults();
  readonly requests = { total: 0, byRoute: new Map<string, number>() };
  readonly unplanned: string[] = [];
  readonly rateLimit: RateLimit;
  readonly added = new AddedFields();
  private readonly world: World;
  private readonly search: SearchBehaviour;
  private readonly scopes: Set<Scope> | null;
  private readonly latencyMs: number;
  private readonly isNotFoundHtml: boolean;
  private readonly listings = new Listings();
  private readonly scrolls = new Scrolls();
  private readonly wire: Wire;
  private readonly listeners = new Set<Listener>();
  private dateSecond = Number.NaN;
  private dateText = "";

  constructor(world: World, options: FakeIntercomOptions<World>) {
    this.world = world;
    this.token = options.token ?? "fake-token";
    this.rateLimit = new RateLimit(options.rateLimit ?? null, () => world.time.serverNowMs());
    this.scopes = options.scopes === undefined ? null : new Set(options.scopes);
    this.latencyMs = options.latencyMs ?? 0;
    this.isNotFoundHtml = options.notFoundIsHtml ?? false;
    this.wire = new Wire({ isEscaped: options.escapesHtml ?? false, isGzip: options.compresses ?? false });
    this.search = {
      isStrict: options.searchIsStrict ?? false,
      order:
        options.searchOrder === "shuffled" ? { kind: "shuffled", seed: options.seed ?? 1 } : { kind: "updated_desc" },
      conversationLagSeconds: options.searchLagSeconds ?? 0,
      contactLagSeconds: options.contactSearchLagSeconds ?? 0,
      ticketPartsMax: options.ticketSearchPartsMax ?? Number.POSITIVE_INFINITY,
    };
  }

  /** From now on the token has the permission too. */
  permit(scope: Scope): void {
    this.scopes?.add(scope);
  }

  /** The token may no longer read it; only in a fake that was started with scopes. */
  forbid(scope: Scope): void {
    this.scopes?.delete(scope);
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = ++this.requests.total;
    const method = request.method ?? "GET";
    const { pathname: path, searchParams: query } = parts(request.url ?? "/");
    const route = findRoute(method, path);
    const name = route?.route.name ?? "unknown";
    this.requests.byRoute.set(name, (this.requests.byRoute.get(name) ?? 0) + 1);
    const text = method === "POST" ? await readBody(request) : "";
    const received: ReceivedRequest = {
      number,
      route: name,
      method,
      path,
      query,
      body: parsed(text),
    };
    for (const listener of this.listeners) await listener(received);
    if (this.latencyMs > 0) await delay(this.latencyMs);

    if (request.headers.authorization !== `Bearer ${this.token}`) {
      this.send(response, errorAnswer(new ApiError(401, "unauthorized", "Access Token Invalid"), number), number);
      return;
    }
    const { isRefused, headers } = this.rateLimit.take();
    if (isRefused) {
      const error = new ApiError(
        429,
        "rate_limit_exceeded",
        "Exceeded rate limit. Please see https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting",
      );
      this.send(response, errorAnswer(error, number), number, headers);
      return;
    }
    const fault = this.faults.next(name, path);
    const right = (): Answer =>
      this.wire.sent(
        this.added.sent(this.answer(request, received, route)),
        String(request.headers["accept-encoding"]),
      );
    if (fault === null) this.send(response, right(), number, headers);
    else await this.fail(fault, response, right, number, headers);
  }

  private answer(request: IncomingMessage, received: ReceivedRequest, found: ReturnType<typeof findRoute>): Answer {
    try {
      if (found === null)
        throw new ApiError(404, "not_found", `no such route: ${received.method} ${received.path}`, true);
      const { route, id } = found;
      if (request.headers["intercom-version"] !== INTERCOM_VERSION) {
        throw new ApiError(
          400,
          "intercom_version_invalid",
          "Requested resource is not available in current API version.",
          true,
        );
      }
      const mayRead = (scope: Scope): boolean => this.scopes === null || this.scopes.has(scope);
      if (route.scope !== null && !mayRead(route.scope)) {
        throw new ApiError(403, "forbidden", `The access token lacks the permission to read ${route.scope}.`);
      }
      for (const parameter of received.query.keys()) {
        if (!route.parameters.includes(parameter))
          throw new ApiError(400, "parameter_invalid", `${route.name} takes no ${parameter}`, true);
      }
      const { world, search, listings, scrolls, isNotFoundHtml } = this;
      return route.answer({
        world,
        search,
        listings,
        scrolls,
        id,
        query: received.query,
        body: received.body,
        mayRead,
        isNotFoundHtml,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isUnplanned) this.unplanned.push(`${received.method} ${received.path}: ${error.message}`);
      return errorAnswer(error, received.number);
    }
  }

  private send(
    response: ServerResponse,
    answer: Answer,
    number: number,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    response.writeHead(answer.status, { ...this.headersOf(answer, number), ...headers });
    response.end(answer.body, "latin1");
  }

  private headersOf(answer: Answer, number: number): Record<string, string | number> {
    return {
      date: this.date(),
      "content-type": "application/json; charset=utf-8",
      "content-length": answer.body.length,
      "intercom-version": INTERCOM_VERSION,
      "x-request-id": requestId(number),
      ...answer.headers,
    };
  }

  /** The `date` header: it changes once a second. */
  private date(): string {
    const second = Math.floor(this.world.time.serverNowMs() / 1000);
    if (second !== this.dateSecond) {
      this.dateSecond = second;
      this.dateText = new Date(second * 1000).toUTCString();
    }
    return this.dateText;
  }

  private async fail(
    fault: FaultKind,
    response: ServerResponse,
    right: () => Answer,
    number: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    switch (fault.kind) {
      case "status": {
        const isPage = typeof fault.body === "string";
        const error = new ApiError(fault.code, "server_error", "a fault was asked for");
        const answer =
          fault.body === undefined
            ? errorAnswer(error, number)
            : {
                status: fault.code,
                body: toBytes(typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body)),
                headers: {},
              };
        this.send(
          response,
          { ...answer, headers: { ...(isPage ? { "content-type": "text/html" } : {}), ...fault.headers } },
          number,
          headers,
        );
        return;
      }
      case "reset":
        response.socket?.resetAndDestroy();
        return;
      case "cut": {
        const answer = right();
        const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body, "latin1");
        response.writeHead(answer.status, { ...this.headersOf(answer, number), ...headers });
        response.write(body.subarray(0, Math.floor(body.length * (fault.share ?? 0.5))), () =>
          response.socket?.destroy(),
        );
        return;
      }
      case "rewritten": {
        const answer = right();
        const body = (Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body, "latin1")).toString("utf8");
        const rewritten = { body: Buffer.from(fault.rewrite(body)), headers: { ...answer.headers, ...fault.headers } };
        this.send(response, { ...answer, ...rewritten }, number, headers);
        return;
      }
      case "empty":
        this.send(response, { status: 200, body: "", headers: {} }, number, headers);
        return;
      case "html":
        this.send(
          response,
          { status: fault.code ?? 502, body: ERROR_PAGE, headers: { "content-type": "text/html" } },
          number,
          headers,
        );
        return;
      case "slow":
        // Without a delay the connection stays as it is until one side hangs up.
        if (fault.delayMs === null) return;
        await delay(fault.delayMs);
        this.send(response, right(), number, headers);
        return;
      default:
        throw new Error(`no such fault: ${fault satisfies never}`);
    }
  }
}

/** Most requests name a path and nothing else, which takes no parser. */
function parts(target: string): { readonly pathname: string; readonly searchParams: URLSearchParams } {
  return PLAIN_PATH.test(target)
    ? { pathname: target, searchParams: new URLSearchParams() }
    : new URL(target, "http://fake");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`a request of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** Undefined when it is no JSON: the routes that need a body say so. */
function parsed(text: string): JsonValue {
  try {
    return text === "" ? undefined : parseLossless(text);
  } catch {
    return undefined;
  }
}
