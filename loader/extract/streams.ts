import { textAt, valueAt } from "../json-path.ts";
import { withoutIpAddresses } from "./ip-addresses.ts";
import { type ListRoute, listOf, lists, scopes } from "./lists.ts";
import { idOf, listedRecordSchema } from "./schemas.ts";

/**
 * Every stream: how Intercom gives it, what the token must be allowed, and what it costs. A stream that lists give needs an
 * entry here, a raw table of the same name, and its source in models/staging; the code that reads it is there already.
 */

type Shared = {
  /** The permission, as Intercom's developer hub names it. */
  readonly scope: string;
  /** The endpoint, for documents. */
  readonly endpoint: string;
  /** The requests of a run, for documents. */
  readonly requests: string;
  /** Read only where `--streams` names it: it costs much, or holds more than most want. */
  readonly isOnDemand?: true;
  /** A default run cannot do without it: a missing permission ends the run. */
  readonly isRequired?: true;
  /** Every workspace's API has the stream: where it is missing, something is wrong. */
  readonly isEverywhere?: true;
};

/** A stream whose reading is like no other's. */
type SingularStream = Shared & { readonly kind: "singular" };

/** Parts come with their threads, in the same requests. */
type PartsStream = Shared & { readonly kind: "parts"; readonly of: "conversations" | "tickets" };

/** A stream that lists give: a row for each new or changed record, a tombstone for each that is gone. */
export type ListStream = Shared & {
  readonly kind: "list";
  readonly lists: readonly ListRoute[];
  /** The id of a record without one. */
  readonly idOf?: (record: unknown) => string | undefined;
  /** Which records give way to another record of the same id, wherever the two are in the list. */
  readonly givesWay?: (record: unknown) => boolean;
  /** Which records are stored once a day, since what completes them changes without a trace in the list. */
  readonly isDaily?: (record: unknown, nowSeconds: number) => boolean;
  /** The list has only records created since a time, which this parameter names: nothing counts as gone. */
  readonly sinceParameter?: string;
  /** What is stored of a record unless a flag asks for all. */
  readonly without?: (record: unknown) => unknown;
};

/** A stream of lists that belong to one record each. */
export type ListsOfStream = Shared & {
  readonly kind: "lists of";
  readonly owner: "contacts" | "companies" | "conversations";
  /** The column with the owner's id. */
  readonly ownerColumn: string;
  readonly list: (ownerId: string) => ListRoute;
  /** The id of an entry without one. @param place in the list, from 1 */
  readonly idOf?: (entry: unknown, place: number) => string | undefined;
};

export type Stream = SingularStream | PartsStream | ListStream | ListsOfStream;

const perThread = "1 a changed conversation, 1 a page of 150 for the search";
const unpaged = "1";

/** A stream of one list. */
const oneList = (list: ListRoute, requests: string): ListStream => ({
  kind: "list",
  lists: [list],
  scope: list.scope,
  endpoint: `${list.method} ${list.path}`,
  requests,
});

const listsOf = (
  owner: ListsOfStream["owner"],
  ownerColumn: string,
  kind: string,
  { scope, under = ["data"] }: { readonly scope: string; readonly under?: readonly string[] },
): ListsOfStream => ({
  kind: "lists of",
  owner,
  ownerColumn,
  list: (id) => ({ ...listOf(`/${owner}/${encodeURIComponent(id)}/${kind}`, scope, ...under), isOfRecord: true }),
  scope,
  endpoint: `GET /${owner}/{id}/${kind}`,
  requests:
    owner === "conversations" ? "1 a changed conversation" : `1 a ${owner === "contacts" ? "contact" : "company"}`,
  isOnDemand: true,
});

/** A transcript may come days after its call. */
const transcriptDaysMax = 3;

function isRecentCall(call: unknown, nowSeconds: number): boolean {
  const { updated_at: updatedAt, created_at: createdAt } = listedRecordSchema.safeParse(call).data ?? {};
  return (updatedAt ?? createdAt ?? 0) > nowSeconds - transcriptDaysMax * 86_400;
}

const streams = {
  conversations: {
    kind: "singular",
    scope: scopes.conversations,
    endpoint: "POST /conversations/search, GET /conversations/{id}",
    requests: perThread,
    isRequired: true,
    isEverywhere: true,
  },
  conversation_parts: {
    kind: "parts",
    of: "conversations",
    scope: scopes.conversations,
    endpoint: "GET /conversations/{id}",
    requests: "none beyond its conversations",
    isRequired: true,
    isEverywhere: true,
  },
  tickets: {
    kind: "singular",
    scope: scopes.tickets,
    endpoint: "POST /tickets/search, GET /tickets/{id}",
    requests: "1 a page of 150 changed tickets, 1 a ticket whose parts the page cuts, 1 for the count",
  },
  ticket_parts: {
    kind: "parts",
    of: "tickets",
    scope: scopes.tickets,
    endpoint: "POST /tickets/search, GET /tickets/{id}",
    requests: "none beyond its tickets",
  },
  ticket_types: oneList(listOf("/ticket_types", scopes.tickets), unpaged),
  ticket_states: oneList(listOf("/ticket_states", scopes.tickets), unpaged),
  contacts: {
    kind: "singular",
    scope: scopes.contacts,
    endpoint: "GET /contacts, POST /contacts/search",
    requests: "1 a page of 150 changed contacts, 1 for the count; all pages where contacts are gone",
    isEverywhere: true,
  },
  companies: {
    kind: "singular",
    scope: scopes.contacts,
    endpoint: "GET /companies/scroll",
    requests: "1 a page of 100 companies",
    isEverywhere: true,
  },
  admins: { ...oneList(lists.admins, unpaged), isEverywhere: true },
  teams: { ...oneList(lists.teams, unpaged), isEverywhere: true },
  tags: { ...oneList(lists.tags, unpaged), isEverywhere: true },
  segments: { ...oneList(lists.segments, unpaged), isEverywhere: true },
  conversation_attributes: oneList(
    { ...listOf("/conversations/attributes", scopes.conversations), query: { include_archived: "true" } },
    unpaged,
  ),
  data_attributes: {
    ...oneList(listOf("/data_attributes", scopes.contacts), "2"),
    lists: ["contact", "company"].map((model) => ({
      ...listOf("/data_attributes", scopes.contacts),
      query: { model, include_archived: "true" },
    })),
    idOf: (record: unknown) => {
      const [model, name] = [textAt(record, "model"), textAt(record, "full_name") ?? textAt(record, "name")];
      return model === undefined || name === undefined ? undefined : `${model}.${name}`;
    },
    // A name may be in use again after its attribute was archived.
    givesWay: (record: unknown) => valueAt(record, "archived") === true,
  },
  office_hours_schedules: {
    ...oneList(lists.officeHoursSchedules, "1, and 1 a schedule"),
    endpoint: "GET /office_hours_schedules, GET /office_hours_schedules/{id}/office_hours_exceptions",
  },
  deleted_conversations: {
    kind: "singular",
    scope: scopes.conversations,
    endpoint: "GET /conversations/deleted",
    requests: "1 a page of 60 new deletions",
  },
  articles: {
    ...oneList(
      { ...listOf("/articles", scopes.articles), query: { per_page: 50 } },
      "1 a page of 50, 1 a changed article; once a day 1 an article",
    ),
    endpoint: "GET /articles, GET /articles/{id}",
    isDaily: () => true,
  },
  collections: oneList(
    { ...listOf("/help_center/collections", scopes.articles), query: { per_page: 50 } },
    "1 a page of 50",
  ),
  help_centers: oneList(listOf("/help_center/help_centers", scopes.articles), unpaged),
  subscription_types: oneList(listOf("/subscription_types", scopes.contacts), unpaged),
  away_status_reasons: oneList(listOf("/away_status_reasons", scopes.admins), unpaged),
  calls: {
    ...oneList(
      { ...listOf("/calls", scopes.conversations), query: { per_page: 25 } },
      "1 a page of 25 calls, 1 for the transcripts of 20 calls that changed, or that are of the last days",
    ),
    endpoint: "GET /calls, POST /calls/search",
    isDaily: isRecentCall,
    isOnDemand: true,
  },
  activity_logs: {
    ...oneList(listOf("/admins/activity_logs", scopes.activityLogs, "activity_logs"), "1 a page of 20 new entries"),
    sinceParameter: "created_at_after",
    without: withoutIpAddresses,
    isOnDemand: true,
  },
  contact_notes: listsOf("contacts", "contact_id", "notes", { scope: scopes.contacts }),
  contact_segments: listsOf("contacts", "contact_id", "segments", {
    scope: scopes.contacts,
    under: ["data", "segments"],
  }),
  company_notes: listsOf("companies", "company_id", "notes", { scope: scopes.contacts }),
  company_segments: listsOf("companies", "company_id", "segments", {
    scope: scopes.contacts,
    under: ["data", "segments"],
  }),
  handling_events: {
    ...listsOf("conversations", "conversation_id", "handling_events", {
      scope: scopes.conversations,
      under: ["handling_events"],
    }),
    idOf: (_entry: unknown, place: number) => String(place),
  },
  side_conversations: {
    ...listsOf("conversations", "conversation_id", "side_conversations", {
      scope: scopes.conversations,
      under: ["side_conversations"],
    }),
    idOf: (entry: unknown) => idOf({ id: valueAt(entry, "side_conversation_id") ?? valueAt(entry, "id") }),
  },
} as const satisfies Readonly<Record<string, Stream>>;

export type StreamName = keyof typeof streams;

/** The streams whose reading is like no other's. */
export type SingularStreamName = {
  [Name in StreamName]: (typeof streams)[Name]["kind"] extends "singular" ? Name : never;
}[StreamName];

/** The streams of `--streams`. */
export const streamNames = Object.keys(streams) as StreamName[];

/** A stream's entry. */
export function streamOf(name: StreamName): Stream {
  return streams[name];
}
