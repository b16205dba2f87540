import type { z } from "zod";
import type { Paging } from "./next-place.ts";
import { type ListPage, listUnder } from "./schemas.ts";

/** The permissions that requests need, as Intercom's developer hub names them. */
export const scopes = {
  conversations: "Read conversations",
  contacts: "Read one user and one company, List all users and companies",
  admins: "Read admins",
} as const;

/** One of Intercom's lists: its path, its paging, and the name that its records are under. */
export type ListRoute = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly paging: Paging;
  readonly page: z.ZodType<ListPage>;
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

/** An unpaged list. Should Intercom begin to page it, the loader follows its pages. */
const wholeList = (path: string, page: z.ZodType<ListPage>): ListRoute => ({
  method: "GET",
  path,
  paging: "number",
  page,
  scope: scopes.admins,
});

export const lists = {
  conversations: {
    method: "GET",
    path: "/conversations",
    query: { per_page: perPage.conversations },
    paging: "cursor",
    page: listUnder("conversations"),
    scope: scopes.conversations,
  },
  deletedConversations: {
    method: "GET",
    path: "/conversations/deleted",
    query: { per_page: perPage.deletedConversations, order: "desc" },
    paging: "number",
    page: listUnder("conversations"),
    scope: scopes.conversations,
  },
  contacts: {
    method: "GET",
    path: "/contacts",
    query: { per_page: perPage.contacts },
    paging: "cursor",
    page: data,
    scope: scopes.contacts,
  },
  /** The companies that have users, the first 10,000 of them. */
  companies: {
    method: "POST",
    path: "/companies/list",
    query: { per_page: perPage.companies, order: "desc" },
    paging: "number",
    page: data,
    scope: scopes.contacts,
  },
  admins: wholeList("/admins", listUnder("admins")),
  teams: wholeList("/teams", listUnder("teams")),
  tags: wholeList("/tags", data),
  segments: wholeList("/segments", listUnder("segments")),
  officeHoursSchedules: wholeList("/office_hours_schedules", data),
} as const satisfies Readonly<Record<string, ListRoute>>;

/** A contact's companies. They are under `companies` in the schema, and under `data` in the published example. */
export function companiesOfContact(id: string): ListRoute {
  return {
    method: "GET",
    path: `/contacts/${encodeURIComponent(id)}/companies`,
    paging: "number",
    page: listUnder("companies", "data"),
    scope: scopes.contacts,
    isOfRecord: true,
  };
}

/** The exceptions of an office hours schedule. */
export function officeHoursExceptions(scheduleId: string): ListRoute {
  const path = `/office_hours_schedules/${encodeURIComponent(scheduleId)}/office_hours_exceptions`;
  return { ...wholeList(path, data), isOfRecord: true };
}

/** A search, which pages by cursor. */
export type SearchRoute = { readonly path: string; readonly page: z.ZodType<ListPage>; readonly scope: string };

export const searches = {
  conversations: { path: "/conversations/search", page: lists.conversations.page, scope: scopes.conversations },
  contacts: { path: "/contacts/search", page: data, scope: scopes.contacts },
} as const satisfies Readonly<Record<string, SearchRoute>>;

export const searchPerPage = 150;
