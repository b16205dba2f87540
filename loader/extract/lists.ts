import type { z } from "zod";
import type { Paging } from "./next-place.ts";
import { type ListPage, listUnder } from "./schemas.ts";

/** The permissions that requests need, as Intercom's developer hub names them; office hours as the API's specification does. */
export const scopes = {
  conversations: "Read conversations",
  contacts: "Read one user and one company, List all users and companies",
  admins: "Read admins",
  tickets: "Read tickets",
  articles: "Read and list articles",
  activityLogs: "Read admin activity logs",
  officeHours: "read_write_office_hours",
} as const;

/** One of Intercom's lists: its path, its paging, and the name that its records are under. */
export type ListRoute = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly paging: Paging;
  readonly schema: z.ZodType<ListPage>;
  readonly scope: string;
  /** Whether the list belongs to one record: a 404 is then about the record. */
  readonly isOfRecord?: boolean;
};

/** https://developers.intercom.com/docs/references/2.16/rest-api/api.intercom.io */
const perPage = { conversations: 150, contacts: 150, companies: 60, deletedConversations: 60 } as const;

/** POST /companies/list ends here, however many companies there are. */
export const listedCompaniesMax = 10_000;
export const listedCompanyPagesMax = Math.ceil(listedCompaniesMax / perPage.companies);

const data = listUnder("data");

/**
 * A list that needs no parameters. Should Intercom begin to page it, the loader follows its pages.
 * @param under names that its records may be under, `data` when left out
 */
export const listOf = (path: string, scope: string, ...under: readonly string[]): ListRoute => ({
  method: "GET",
  path,
  paging: "number",
  schema: under.length === 0 ? data : listUnder(...under),
  scope,
});

export const lists = {
  conversations: {
    method: "GET",
    path: "/conversations",
    query: { per_page: perPage.conversations },
    paging: "cursor",
    schema: listUnder("conversations"),
    scope: scopes.conversations,
  },
  deletedConversations: {
    method: "GET",
    path: "/conversations/deleted",
    query: { per_page: perPage.deletedConversations, order: "desc" },
    paging: "number",
    schema: listUnder("conversations"),
    scope: scopes.conversations,
  },
  contacts: {
    method: "GET",
    path: "/contacts",
    query: { per_page: perPage.contacts },
    paging: "cursor",
    schema: data,
    scope: scopes.contacts,
  },
  /** The companies that have users, the first 10,000 of them. */
  companies: {
    method: "POST",
    path: "/companies/list",
    query: { per_page: perPage.companies, order: "desc" },
    paging: "number",
    schema: data,
    scope: scopes.contacts,
  },
  admins: listOf("/admins", scopes.admins, "admins"),
  teams: listOf("/teams", scopes.admins, "teams"),
  tags: listOf("/tags", scopes.admins),
  segments: listOf("/segments", scopes.admins, "segments"),
  officeHoursSchedules: listOf("/office_hours_schedules", scopes.officeHours),
} as const satisfies Readonly<Record<string, ListRoute>>;

/** A contact's companies. They are under `companies` in the schema, and under `data` in the published example. */
export function companiesOfContact(id: string): ListRoute {
  return {
    method: "GET",
    path: `/contacts/${encodeURIComponent(id)}/companies`,
    paging: "number",
    schema: listUnder("companies", "data"),
    scope: scopes.contacts,
    isOfRecord: true,
  };
}

/** The exceptions of an office hours schedule. */
export function officeHoursExceptions(scheduleId: string): ListRoute {
  const path = `/office_hours_schedules/${encodeURIComponent(scheduleId)}/office_hours_exceptions`;
  return { ...listOf(path, scopes.officeHours), isOfRecord: true };
}

/** A search, which pages by cursor. */
export type SearchRoute = {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly schema: z.ZodType<ListPage>;
  readonly scope: string;
};

export const searches = {
  conversations: {
    path: "/conversations/search",
    // What QA found, which no other request gives.
    query: { include_monitors: "true", include_scorecards: "true" },
    schema: lists.conversations.schema,
    scope: scopes.conversations,
  },
  contacts: { path: "/contacts/search", schema: data, scope: scopes.contacts },
  tickets: { path: "/tickets/search", schema: listUnder("tickets"), scope: scopes.tickets },
} as const satisfies Readonly<Record<string, SearchRoute>>;

export const searchPerPage = 150;

/** Conditions that one group of a search may have. */
export const searchConditionsMax = 15;
