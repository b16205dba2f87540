import type { z } from "zod";
import {
  MissingScopeError,
  RequestError,
  RestartListingError,
  UnavailableError,
  UnreadableAnswerError,
} from "../errors.ts";
import { parseJsonBody } from "../json.ts";
import { ReadCounters, readPage, readThread } from "./fast/reader.ts";
import {
  type ListRoute,
  listedCompanyPagesMax,
  lists,
  type SearchRoute,
  scopes,
  searches,
  searchPerPage,
} from "./lists.ts";
import { nextPlace, type Paging, type Place, UnknownNextError } from "./next-place.ts";
import type { Page } from "./pages.ts";
import type { IntercomRequest, IntercomResponse, Requests } from "./request.ts";
import { nameOf } from "./request-errors.ts";
import type { ThreadRows } from "./rows.ts";
import { type ListPage, listUnder, meSchema, reasonOf } from "./schemas.ts";
import { firstRetryLimit, listRetryLimit, recordRetryLimit } from "./status-actions.ts";

/** One condition, or a group of them, of Intercom's search. */
export type SearchQuery =
  | { readonly field: string; readonly operator: string; readonly value: string | number | boolean }
  | { readonly operator: "AND" | "OR"; readonly value: readonly SearchQuery[] };

/** When to give up a search that can be split. */
export type SearchLimit = Pick<IntercomRequest, "retryLimit" | "heavyAttemptsMax">;

export type UnknownPage = Page<unknown> & { readonly requestedAtSeconds: number };

export type Workspace = {
  readonly id: string;
  readonly region: string | undefined;
  readonly requestedAtSeconds: number;
};

/** Whether the probe had to wait for Intercom. */
export type Probe = { readonly hasWaited: boolean };

const me: IntercomRequest = { method: "GET", path: "/me", scope: scopes.admins, kind: "list" };
const scrollPage = listUnder("data");

/**
 * The requests that the loader sends to Intercom. The envelope of each response is checked.
 * Errors: those of IntercomClient.request; UnavailableError for an envelope that the API does not describe;
 * RestartListingError for a refused cursor.
 */
export class Routes {
  readonly #client: Requests;
  #lacksQuality = false;
  /** The lists that have answered: each is there. */
  readonly #answered = new Set<string>();
  /** How many threads were read, and how. */
  readonly counters = new ReadCounters();

  constructor(client: Requests) {
    this.#client = client;
  }

  /** The workspace that the token belongs to. */
  async workspace(): Promise<Workspace> {
    const { content, requestedAtSeconds } = await this.#request(
      { ...me, retryLimit: firstRetryLimit },
      meSchema,
      parseJsonBody,
    );
    return { id: content.app.id_code, region: content.app.region?.toLowerCase(), requestedAtSeconds };
  }

  /** Requests what any healthy service answers, and waits for it. */
  async probe(): Promise<Probe> {
    const { attempts } = await this.#request(me, meSchema, parseJsonBody);
    return { hasWaited: attempts > 1 };
  }

  /** Whether Intercom refused to say what QA found. */
  get lacksQuality(): boolean {
    return this.#lacksQuality;
  }

  /**
   * A page of the conversations that a search finds, with what QA found where Intercom says so.
   * @param limit when to give up, where a smaller search may succeed
   */
  async searchConversations(query: SearchQuery, place: Place, limit: SearchLimit = {}): Promise<UnknownPage> {
    const search = (route: SearchRoute) => this.#search(route, query, place, readPage, limit);
    const { query: flags, ...plain } = searches.conversations;
    if (this.#lacksQuality) return search(plain);
    const searchWithFlags = () => search({ ...plain, query: flags });
    // One refusal may be a slip, and the findings would be missing. Two are about the flags if the search works without them.
    return unlessRefused(searchWithFlags, () =>
      unlessRefused(searchWithFlags, async () => {
        const page = await search(plain);
        this.#lacksQuality = true;
        return page;
      }),
    );
  }

  searchContacts(query: SearchQuery, place: Place): Promise<UnknownPage> {
    return this.#search(searches.contacts, query, place, parseJsonBody, {});
  }

  /** A page of the tickets that a search finds, with their parts. @param perPage 1 where only the count is wanted */
  searchTickets(query: SearchQuery, place: Place, limit: SearchLimit = {}, perPage?: number): Promise<UnknownPage> {
    return this.#search(searches.tickets, query, place, parseJsonBody, limit, perPage);
  }

  /** A page of a list. @param query replaces the list's own parameters */
  async list(list: ListRoute, place: Place, query: ListRoute["query"] = list.query): Promise<UnknownPage> {
    const { method, path, scope, isOfRecord } = list;
    const kind =
      isOfRecord === true ? ({ kind: "record", retryLimit: recordRetryLimit } as const) : ({ kind: "list" } as const);
    const request: IntercomRequest = { method, path, scope, ...kind, query: { ...query, ...place } };
    const parse = list === lists.conversations ? readPage : parseJsonBody;
    return this.#requestPage(request, list.schema, place, list.paging, parse, Number(query?.["per_page"] ?? Infinity));
  }

  /**
   * One conversation and its thread.
   * @param use must use the rows at once: the next response overwrites their bytes
   */
  async thread(id: string, use: (rows: ThreadRows, requestedAtSeconds: number) => void): Promise<void> {
    const path = `/conversations/${encodeURIComponent(id)}`;
    const request: IntercomRequest = {
      method: "GET",
      path,
      scope: scopes.conversations,
      kind: "record",
      retryLimit: recordRetryLimit,
    };
    await this.#client.requestAs(request, (body, requestedAtSeconds) => {
      const rows = readThread(body, this.counters);
      if (rows !== undefined) use(rows, requestedAtSeconds);
      return rows === undefined ? undefined : "used";
    });
  }

  /** One contact, unchecked. */
  contact(id: string): Promise<IntercomResponse> {
    return this.#record(`/contacts/${encodeURIComponent(id)}`, scopes.contacts);
  }

  /** One ticket with its parts, unchecked. */
  ticket(id: string): Promise<IntercomResponse> {
    return this.#record(`/tickets/${encodeURIComponent(id)}`, scopes.tickets);
  }

  /** One article with its statistics, unchecked. */
  article(id: string): Promise<IntercomResponse> {
    return this.#record(`/articles/${encodeURIComponent(id)}`, scopes.articles);
  }

  /** The calls of some conversations, with transcripts. @param conversationIds at most 20 */
  async callsOf(conversationIds: readonly string[]): Promise<Pick<UnknownPage, "items">> {
    const request: IntercomRequest = {
      method: "POST",
      path: "/calls/search",
      body: { conversation_ids: conversationIds },
      scope: scopes.conversations,
      kind: "list",
    };
    return (await this.#request(request, listUnder("data"), parseJsonBody)).content;
  }

  #record(path: string, scope: string): Promise<IntercomResponse> {
    return this.#client.request({ method: "GET", path, scope, kind: "record", retryLimit: recordRetryLimit });
  }

  /**
   * The next companies of a scroll; no `next` at its end. Sent once: the scroll may have moved on although its response was
   * lost, and a second attempt would get the page after.
   * Errors: RestartListingError when the scroll broke off; RequestError `scroll_exists` while another scroll is open.
   */
  async scrollCompanies(place: Place): Promise<UnknownPage> {
    const isFirst = !("scroll_param" in place);
    const request: IntercomRequest = {
      method: "GET",
      path: "/companies/scroll",
      query: place,
      scope: scopes.contacts,
      kind: "list",
      ...(isFirst ? {} : { retryLimit: { ...listRetryLimit, attemptsMax: 1 } }),
    };
    const answer = await this.#request(request, scrollPage, parseJsonBody).catch((error: unknown) => {
      const isBrokenOff = !isFirst && error instanceof UnavailableError;
      throw isBrokenOff ? new RestartListingError("a scroll broke off", { cause: error }) : error;
    });
    const { items, total_count, scroll_param } = answer.content;
    const hasNext = items.length > 0 && scroll_param !== undefined && scroll_param !== null && scroll_param !== "";
    return {
      items,
      total: total_count ?? undefined,
      next: hasNext ? { scroll_param } : undefined,
      requestedAtSeconds: answer.requestedAtSeconds,
    };
  }

  /** A page of the companies that have users; no `next` where Intercom's list ends, at the 10,000th company. */
  async listCompanies(place: Place): Promise<UnknownPage & { readonly isCutOff: boolean }> {
    const page = await this.list(lists.companies, place);
    const isCutOff = page.next !== undefined && Number(page.next["page"] ?? 0) > listedCompanyPagesMax;
    return { ...page, next: isCutOff ? undefined : page.next, isCutOff };
  }

  async #search(
    search: SearchRoute,
    query: SearchQuery,
    place: Place,
    parse: ParseBody,
    limit: SearchLimit,
    perPage = searchPerPage,
  ): Promise<UnknownPage> {
    const { path, scope, query: parameters = {} } = search;
    const pagination = { per_page: perPage, ...numbered(place) };
    const request: IntercomRequest = {
      method: "POST",
      path,
      query: parameters,
      body: { query, pagination },
      scope,
      kind: "list",
      ...limit,
    };
    return this.#requestPage(request, search.schema, place, "cursor", parse, perPage);
  }

  /** A cursor that Intercom refuses is a reason to start the listing again, not to give up. */
  async #requestPage(
    request: IntercomRequest,
    schema: z.ZodType<ListPage>,
    place: Place,
    paging: Paging,
    parse: ParseBody,
    perPage: number,
  ): Promise<UnknownPage> {
    try {
      const { content, requestedAtSeconds } = await this.#request(request, schema, parse);
      const next = nextPlace(content.pages, place, paging);
      const { items, total_count } = content;
      return { items, total: total_count ?? undefined, next, isFull: items.length >= perPage, requestedAtSeconds };
    } catch (error) {
      if (error instanceof UnknownNextError) throw new UnavailableError(unlikeIntercom(request, error.message));
      const isCursorRefused = error instanceof RequestError && error.status === 400 && "starting_after" in place;
      throw isCursorRefused ? new RestartListingError("a cursor was refused", { cause: error }) : error;
    }
  }

  /** A response of another shape than the schema's is requested again, as one that is not JSON. */
  async #request<T>(request: IntercomRequest, schema: z.ZodType<T>, parse: ParseBody): Promise<IntercomResponse<T>> {
    const read = (body: Buffer): T | undefined => {
      const json = parse(body);
      if (json === undefined) return undefined;
      const parsed = schema.safeParse(json);
      if (parsed.success) return parsed.data;
      throw new UnreadableAnswerError(unlikeIntercom(request, reasonOf(parsed.error)));
    };
    try {
      const answer = await this.#client.requestAs(request, read);
      if (request.kind === "list") this.#answered.add(nameOf(request));
      return answer;
    } catch (error) {
      const isSlip = error instanceof RequestError && error.isRouteMissing && this.#answered.has(nameOf(request));
      throw isSlip ? new UnavailableError(`${error.message}, although it answered before. Run again later.`) : error;
    }
  }
}

type ParseBody = (body: Buffer) => unknown;

/** In a body, page numbers are numbers. */
function numbered({ page, ...place }: Place): Readonly<Record<string, string | number>> {
  return page === undefined ? place : { ...place, page: Number(page) };
}

function unlikeIntercom({ method, path }: IntercomRequest, reason: string): string {
  return (
    `${method} ${path} answered with a shape that is not Intercom's (${reason}): ` +
    "check INTERCOM_BASE_URL, and that no proxy on the way rewrites responses."
  );
}

/** What a request answers; if Intercom refuses it as wrong or not permitted, what the other one answers. */
async function unlessRefused<T>(request: () => Promise<T>, other: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const isRefused = (error instanceof RequestError && error.status !== 404) || error instanceof MissingScopeError;
    if (!isRefused) throw error;
  }
  return other();
}
