import type { z } from "zod";
import { RequestError, RestartListingError, UnavailableError } from "../errors.ts";
import { parseJsonBody } from "../json.ts";
import type { Answer, IntercomClient, Question } from "./client.ts";
import { readConversationPage } from "./page-scan.ts";
import type { Page } from "./pages.ts";
import { ReadWays } from "./read-ways.ts";
import type { ThreadRows } from "./rows.ts";
import {
  companyPageSchema,
  contactCompaniesSchema,
  contactPageSchema,
  conversationPageSchema,
  deletedPageSchema,
  meSchema,
  reasonOf,
} from "./schemas.ts";
import { readThread } from "./thread-scan.ts";

const conversationsPerPage = 150;
const contactsPerPage = 150;
const deletedPerPage = 60;
const companiesPerPage = 60;
/** A run that can't even begin says so within seconds. */
const firstAttemptsMax = 4;

/** One condition, or a group of them, of Intercom's search. */
export type SearchQuery =
  | { readonly field: string; readonly operator: string; readonly value: string | number | boolean }
  | { readonly operator: "AND" | "OR"; readonly value: readonly SearchQuery[] };

export type UnknownPage = Page<unknown> & { readonly askedAtSeconds: number };

export type Workspace = { readonly id: string; readonly region: string | undefined; readonly askedAtSeconds: number };

const scopes = {
  conversations: "Read conversations",
  contacts: "Read one user and one company, List all users and companies",
  admins: "Read admins",
} as const;

/**
 * The questions that the loader asks Intercom, each with the envelope of its answer checked.
 * Errors: those of IntercomClient.ask; UnavailableError when an envelope is not what the API describes.
 */
export class Routes {
  readonly #client: IntercomClient;
  /** How the threads were read. */
  readonly ways = new ReadWays();

  constructor(client: IntercomClient) {
    this.#client = client;
  }

  /** The workspace that the token belongs to. */
  async workspace(): Promise<Workspace> {
    const answer = await this.#client.ask({
      method: "GET",
      path: "/me",
      scope: scopes.admins,
      attemptsMax: firstAttemptsMax,
    });
    const { app } = this.#envelope(meSchema, answer, "GET /me");
    return { id: app.id_code, region: app.region?.toLowerCase(), askedAtSeconds: answer.askedAtSeconds };
  }

  async searchConversations(query: SearchQuery, cursor: string | undefined): Promise<UnknownPage> {
    return this.#conversationPage(
      searchQuestion("/conversations/search", query, conversationsPerPage, cursor, scopes.conversations),
    );
  }

  async listConversations(cursor: string | undefined): Promise<UnknownPage> {
    return this.#conversationPage(listQuestion("/conversations", conversationsPerPage, cursor, scopes.conversations));
  }

  /**
   * One conversation and its thread.
   * @param take does with the rows what is to be done, at once: their bytes lie where the next answer will
   */
  async thread(id: string, take: (rows: ThreadRows, askedAtSeconds: number) => void): Promise<void> {
    const path = `/conversations/${encodeURIComponent(id)}`;
    await this.#client.askFor({ method: "GET", path, scope: scopes.conversations }, (body, askedAtSeconds) => {
      const rows = readThread(body, this.ways);
      if (rows !== undefined) take(rows, askedAtSeconds);
      return rows === undefined ? undefined : "taken";
    });
  }

  /** A page of the deleted conversations, counted from 1; `next` is the page after it. */
  async deletedConversations(page: number): Promise<UnknownPage> {
    const query = { page, per_page: deletedPerPage, order: "desc" };
    const question: Question = { method: "GET", path: "/conversations/deleted", query, scope: scopes.conversations };
    const answer = await this.#client.ask(question);
    const { conversations, total_count, pages } = this.#envelope(
      deletedPageSchema,
      answer,
      "GET /conversations/deleted",
    );
    return {
      items: conversations,
      total: total_count ?? undefined,
      next: nextNumber(page, pages),
      askedAtSeconds: answer.askedAtSeconds,
    };
  }

  async searchContacts(query: SearchQuery, cursor: string | undefined): Promise<UnknownPage> {
    return this.#contactPage(searchQuestion("/contacts/search", query, contactsPerPage, cursor, scopes.contacts));
  }

  async listContacts(cursor: string | undefined, perPage = contactsPerPage): Promise<UnknownPage> {
    return this.#contactPage(listQuestion("/contacts", perPage, cursor, scopes.contacts));
  }

  /** One contact, unchecked. */
  contact(id: string): Promise<Answer> {
    return this.#client.ask({ method: "GET", path: `/contacts/${encodeURIComponent(id)}`, scope: scopes.contacts });
  }

  /** A page of a contact's companies, counted from 1; `next` is the page after it. */
  async contactCompanies(contactId: string, page: number): Promise<UnknownPage> {
    const path = `/contacts/${encodeURIComponent(contactId)}/companies`;
    const query = page === 1 ? {} : { page };
    const answer = await this.#client.ask({ method: "GET", path, query, scope: scopes.contacts });
    const { companies, pages } = this.#envelope(contactCompaniesSchema, answer, `GET ${path}`);
    return { items: companies, total: undefined, next: nextNumber(page, pages), askedAtSeconds: answer.askedAtSeconds };
  }

  /**
   * The next companies of a scroll; no `next` once it has reached its end. Asked once: the scroll may have moved on
   * although its answer was lost, and what a second try gave would be the page after it.
   * Errors: RestartListingError when the scroll broke off; RequestError `scroll_exists` when there is another one.
   */
  async scrollCompanies(scrollParam: string | undefined): Promise<UnknownPage> {
    const isFirst = scrollParam === undefined;
    const question: Question = {
      method: "GET",
      path: "/companies/scroll",
      query: isFirst ? {} : { scroll_param: scrollParam },
      scope: scopes.contacts,
      ...(isFirst ? {} : { attemptsMax: 1 }),
    };
    const answer = await this.#client.ask(question).catch((error: unknown) => {
      const isBrokenOff = !isFirst && error instanceof UnavailableError;
      throw isBrokenOff ? new RestartListingError("a scroll broke off", { cause: error }) : error;
    });
    const { data, scroll_param } = this.#envelope(companyPageSchema, answer, "GET /companies/scroll");
    const next = data.length === 0 ? undefined : (scroll_param ?? undefined);
    return { items: data, total: undefined, next, askedAtSeconds: answer.askedAtSeconds };
  }

  /** A page of the companies that have users, the first 10,000 of them, counted from 1. */
  async listCompanies(page: number): Promise<UnknownPage> {
    const query = { page, per_page: companiesPerPage, order: "desc" };
    const answer = await this.#client.ask({ method: "POST", path: "/companies/list", query, scope: scopes.contacts });
    const { data, pages } = this.#envelope(companyPageSchema, answer, "POST /companies/list");
    return { items: data, total: undefined, next: nextNumber(page, pages), askedAtSeconds: answer.askedAtSeconds };
  }

  /** A list that Intercom gives whole. */
  async wholeList(path: string, schema: z.ZodType<readonly unknown[]>): Promise<UnknownPage> {
    const answer = await this.#client.ask({ method: "GET", path, scope: scopes.admins });
    return {
      items: this.#envelope(schema, answer, `GET ${path}`),
      total: undefined,
      next: undefined,
      askedAtSeconds: answer.askedAtSeconds,
    };
  }

  async #conversationPage(question: Question): Promise<UnknownPage> {
    const answer = await this.#askPage(question, readConversationPage);
    const { conversations, total_count, pages } = this.#envelope(
      conversationPageSchema,
      answer,
      `${question.method} ${question.path}`,
    );
    return {
      items: conversations,
      total: total_count ?? undefined,
      next: pages?.next,
      askedAtSeconds: answer.askedAtSeconds,
    };
  }

  async #contactPage(question: Question): Promise<UnknownPage> {
    const answer = await this.#askPage(question, parseJsonBody);
    const { data, total_count, pages } = this.#envelope(
      contactPageSchema,
      answer,
      `${question.method} ${question.path}`,
    );
    return { items: data, total: total_count ?? undefined, next: pages?.next, askedAtSeconds: answer.askedAtSeconds };
  }

  /** A cursor that Intercom does not take (any more) is a reason to begin the listing again, not to give up. */
  async #askPage(question: Question, read: (body: Buffer) => unknown): Promise<Answer> {
    try {
      return await this.#client.askFor(question, read);
    } catch (error) {
      const isCursorRefused = error instanceof RequestError && error.code === "invalid_param" && hasCursor(question);
      throw isCursorRefused ? new RestartListingError("a cursor was refused", { cause: error }) : error;
    }
  }

  #envelope<T>(schema: z.ZodType<T>, answer: Answer, name: string): T {
    const parsed = schema.safeParse(answer.content);
    if (parsed.success) return parsed.data;
    throw new UnavailableError(
      `${name} answered with a shape that is not Intercom's (${reasonOf(parsed.error)}): ` +
        "check INTERCOM_BASE_URL, and that nothing between here and there rewrites answers.",
    );
  }
}

function searchQuestion(
  path: string,
  query: SearchQuery,
  perPage: number,
  cursor: string | undefined,
  scope: string,
): Question {
  const pagination = cursor === undefined ? { per_page: perPage } : { per_page: perPage, starting_after: cursor };
  return { method: "POST", path, body: { query, pagination }, scope };
}

function listQuestion(path: string, perPage: number, cursor: string | undefined, scope: string): Question {
  const query = cursor === undefined ? { per_page: perPage } : { per_page: perPage, starting_after: cursor };
  return { method: "GET", path, query, scope };
}

function hasCursor(question: Question): boolean {
  return JSON.stringify(question.body ?? question.query ?? {}).includes('"starting_after"');
}

function nextNumber(
  page: number,
  pages: { readonly next?: string | undefined; readonly total_pages?: number | null | undefined } | null | undefined,
): string | undefined {
  if (pages === null || pages === undefined) return undefined;
  const hasMore = pages.next !== undefined || (pages.total_pages ?? 0) > page;
  return hasMore ? String(page + 1) : undefined;
}
