// What is asked for record by record, and lists that most readers leave alone.
import { isObject, type JsonObject } from "../json.ts";
import { type Answer, ApiError, okAnswer, unplanned } from "./answers.ts";
import { askedPage, numberedPage, numberedPages } from "./numbered-pages.ts";
import type { Route, RouteContext } from "./route.ts";

const CALLS_PER_PAGE_MAX = 25;
const CALL_CONVERSATIONS_MAX = 20;
const LOGS_PER_PAGE = 20;
const NOTES_PER_PAGE = { perPage: 50, max: 150 } as const;
const SIDE_CONVERSATIONS_PER_PAGE = { perPage: 25, max: 50 } as const;

export const AROUND_ROUTES: readonly Route[] = [
  { name: "GET /calls", scope: "calls", parameters: ["page", "per_page"], answer: listCalls },
  { name: "POST /calls/search", scope: "calls", parameters: [], answer: searchCalls },
  {
    name: "GET /admins/activity_logs",
    scope: "activity_logs",
    parameters: ["created_at_after", "created_at_before", "page", "per_page"],
    answer: listActivityLogs,
  },
  {
    name: "GET /conversations/{id}/handling_events",
    scope: "conversations",
    parameters: [],
    answer: ({ world, id }) =>
      okAnswer({ handling_events: known(world.around.handlingEvents(id), "not_found", "Conversation not found") }),
  },
  {
    name: "GET /conversations/{id}/side_conversations",
    scope: "conversations",
    parameters: ["page", "per_page"],
    answer: listSideConversations,
  },
  {
    name: "GET /contacts/{id}/notes",
    scope: "contacts",
    parameters: ["page", "per_page"],
    answer: ({ world, id, query }) =>
      notesPage(query, known(world.around.contactNotes(id), "not_found", "User Not Found")),
  },
  {
    name: "GET /contacts/{id}/segments",
    scope: "contacts",
    parameters: [],
    answer: ({ world, id }) =>
      okAnswer({ type: "list", data: known(world.around.contactSegments(id), "not_found", "User Not Found") }),
  },
  {
    name: "GET /companies/{id}/notes",
    scope: "companies",
    parameters: ["page", "per_page"],
    answer: ({ world, id, query }) =>
      notesPage(query, known(world.around.companyNotes(id), "company_not_found", "Company Not Found")),
  },
  {
    name: "GET /companies/{id}/segments",
    scope: "companies",
    parameters: [],
    answer: ({ world, id }) =>
      okAnswer({
        type: "list",
        data: known(world.around.companySegments(id), "company_not_found", "Company Not Found"),
      }),
  },
  {
    name: "GET /subscription_types",
    scope: "subscription_types",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "list", data: world.subscriptionTypes() }),
  },
  {
    name: "GET /away_status_reasons",
    scope: "admins",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "list", data: world.awayStatusReasons() }),
  },
];

function listCalls({ world, query }: RouteContext): Answer {
  const asked = askedPage(query, { perPage: CALLS_PER_PAGE_MAX, max: CALLS_PER_PAGE_MAX });
  const total = world.around.callCount();
  const data = world.around.calls((asked.page - 1) * asked.perPage, asked.perPage);
  return okAnswer({ type: "list", data, total_count: total, pages: numberedPages(asked, total) });
}

function searchCalls({ world, body }: RouteContext): Answer {
  const ids = isObject(body) ? body["conversation_ids"] : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > CALL_CONVERSATIONS_MAX)
    throw unplanned("conversation_id_limit_exceeded", "A list of up to 20 conversation IDs is required");
  return okAnswer({ type: "list", data: world.around.callsOf(ids.map(String)) });
}

function listActivityLogs({ world, query }: RouteContext): Answer {
  const after = epochOf(query, "created_at_after");
  if (after === null) throw unplanned("parameter_not_found", "created_at_after is required");
  const before = epochOf(query, "created_at_before") ?? world.time.now();
  const asked = askedPage(query, { perPage: LOGS_PER_PAGE, max: 60 });
  const all = world.around.activityLogs(after, before);
  const from = (asked.page - 1) * asked.perPage;
  const pages = numberedPages(asked, all.length);
  const rest = new URLSearchParams(query);
  rest.set("page", String(asked.page + 1));
  const next =
    from + asked.perPage < all.length ? `https://api.intercom.io/admins/activity_logs?${rest.toString()}` : null;
  return okAnswer({
    type: "activity_log.list",
    pages: { ...pages, next },
    activity_logs: all.slice(from, from + asked.perPage),
  });
}

function epochOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!/^\d+$/.test(text)) throw unplanned("parameter_invalid", `${name} must be a UNIX timestamp`);
  return Number(text);
}

function listSideConversations({ world, id, query }: RouteContext): Answer {
  const all = known(world.around.sideConversations(id), "not_found", "Conversation not found");
  const { data, ...rest } = numberedPage(query, all, SIDE_CONVERSATIONS_PER_PAGE);
  return okAnswer({ type: "side_conversation.list", side_conversations: data, ...rest });
}

/** The published examples say that there is no next page, even where there is none to name. */
function notesPage(query: URLSearchParams, all: readonly JsonObject[]): Answer {
  const page = numberedPage(query, all, NOTES_PER_PAGE);
  const pages = page["pages"];
  return okAnswer({ type: "list", ...page, pages: { ...(isObject(pages) ? pages : {}), next: null } });
}

function known(list: readonly JsonObject[] | null, code: string, message: string): readonly JsonObject[] {
  if (list === null) throw new ApiError(404, code, message);
  return list;
}
