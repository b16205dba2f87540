import { EVERYTHING, type Records } from "../desk/world.ts";
import { isObject, type JsonObject, parseObject } from "../json.ts";
import { encoded, JsonText, json } from "../json-text.ts";
import { type Answer, ApiError, okAnswer, unplanned } from "./answers.ts";
import { type ListingPage, pageSize, pagesOf } from "./listings.ts";
import type { Route, RouteContext } from "./route.ts";
import { CONVERSATION_SEARCH } from "./search-fields.ts";
import { parseQuery, type Query } from "./search-query.ts";

const PER_PAGE = 20;
const DELETED_PER_PAGE_MAX = 60;
/** A deleted conversation is sometimes not Intercom's to answer for. */
const NOT_FOUND_PAGE = "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not found</h1></body></html>";

export const CONVERSATION_ROUTES: readonly Route[] = [
  { name: "GET /conversations", scope: "conversations", parameters: ["per_page", "starting_after"], answer: list },
  {
    name: "POST /conversations/search",
    scope: "conversations",
    parameters: ["include_monitors", "include_scorecards"],
    answer: search,
  },
  {
    name: "GET /conversations/deleted",
    scope: "conversations",
    parameters: ["page", "per_page", "order"],
    answer: listDeleted,
  },
  {
    name: "GET /conversations/attributes",
    scope: "conversations",
    parameters: ["include_archived"],
    answer: ({ world, query }) =>
      okAnswer({ type: "list", data: world.conversationAttributes(query.get("include_archived") === "true") }),
  },
  { name: "GET /conversations/{id}", scope: "conversations", parameters: ["display_as"], answer: retrieve },
];

function list(context: RouteContext): Answer {
  const { query } = context;
  const page = listPage(
    context,
    { bounds: EVERYTHING, test: null },
    "all",
    pageSize(query.get("per_page"), PER_PAGE),
    query.get("starting_after"),
    0,
  );
  return okAnswer(pageOf(page));
}

function search(context: RouteContext): Answer {
  const { body, world, search: behaviour } = context;
  if (!isObject(body)) throw unplanned("parameter_invalid", "the body must be a JSON object with a query");
  for (const key of Object.keys(body))
    if (key !== "query" && key !== "pagination") throw unplanned("parameter_invalid", `no such parameter: ${key}`);
  const query = parseQuery(body["query"], {
    fields: CONVERSATION_SEARCH,
    isStrict: behaviour.isStrict,
    timeZone: world.timeZone,
  });
  const { perPage, cursor } = pagination(body, PER_PAGE);
  const page = listPage(
    context,
    query,
    JSON.stringify(body["query"]),
    perPage,
    cursor,
    behaviour.conversationLagSeconds,
  );
  return okAnswer(pageOf(page));
}

/** The records as a search shows them, with what QA found where that was asked for. */
function recordsOf(context: RouteContext): Records {
  const { world, query } = context;
  const records = hidesTickets(context) ? withoutTickets(world.conversations) : world.conversations;
  const withMonitors = flag(query, "include_monitors");
  const withScorecards = flag(query, "include_scorecards");
  if (!withMonitors && !withScorecards) return records;
  const text = (key: number, epoch: number): JsonText => {
    const { monitors, scorecards } = world.around.quality(key, epoch);
    const found = [
      withMonitors ? `,"monitor_evaluations":${encoded(monitors).bytes}` : "",
      withScorecards ? `,"scorecards":${encoded(scorecards).bytes}` : "",
    ];
    return new JsonText(`${records.text(key, epoch).bytes.slice(0, -1)}${found.join("")}}`);
  };
  return { select: records.select.bind(records), render: records.render.bind(records), text };
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? "false";
  if (value !== "true" && value !== "false") throw unplanned("parameter_invalid", `${name} can't be ${value}`);
  return value === "true";
}

function listPage(
  context: RouteContext,
  query: Query,
  name: string,
  perPage: number,
  cursor: string | null,
  lagSeconds: number,
): ListingPage {
  const { world, listings, search: behaviour } = context;
  return listings.page({
    name: `conversations ${name}`,
    records: recordsOf(context),
    query,
    order: behaviour.order,
    epoch: world.time.now() - lagSeconds,
    version: world.version(),
    perPage,
    cursor,
  });
}

function pageOf(page: ListingPage): JsonText {
  return json`{
    "type": "conversation.list",
    "pages": ${pagesOf(page)},
    "total_count": ${page.totalCount},
    "conversations": ${page.items}
  }`;
}

/** A token that may not read tickets is not told of conversations that are tickets. */
function hidesTickets({ world, mayRead }: RouteContext): boolean {
  return world.hasTickets && !mayRead("tickets");
}

function withoutTickets(records: Records): Records {
  return {
    select: (bounds, epoch, visit) =>
      records.select(bounds, epoch, (key, updatedAt) => {
        if (!isTicket(records.render(key, epoch))) visit(key, updatedAt);
      }),
    render: (key, epoch) => records.render(key, epoch),
    text: (key, epoch) => records.text(key, epoch),
  };
}

function isTicket(conversation: JsonObject): boolean {
  return isObject(conversation["ticket"]);
}

function retrieve(context: RouteContext): Answer {
  const { world, id, query, isNotFoundHtml } = context;
  const display = query.get("display_as");
  if (display !== null && display !== "plaintext")
    throw unplanned("parameter_invalid", `display_as can't be ${display}`);
  const conversation = world.conversationBytes(id, display === "plaintext");
  const isHidden = conversation !== null && hidesTickets(context) && isTicket(parseObject(conversation.toString()));
  if (conversation !== null && !isHidden) return okAnswer(conversation);
  return notFound(isNotFoundHtml, "not_found", "Resource Not Found");
}

/** Intercom's error, or the page for people. Throws ApiError. */
export function notFound(isHtml: boolean, code: string, message: string): Answer {
  if (isHtml) return { status: 404, body: NOT_FOUND_PAGE, headers: { "content-type": "text/html" } };
  throw new ApiError(404, code, message);
}

function listDeleted({ world, query }: RouteContext): Answer {
  const perPage = pageSize(query.get("per_page"), PER_PAGE, DELETED_PER_PAGE_MAX);
  const page = pageSize(query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw unplanned("parameter_invalid", `order can't be ${order}`);
  const all = world.deletedConversations();
  const ordered = order === "asc" ? all : all.toReversed();
  const totalPages = Math.ceil(all.length / perPage);
  const next =
    page < totalPages
      ? `https://api.intercom.io/conversations/deleted?per_page=${perPage}&order=${order}&page=${page + 1}`
      : null;
  return okAnswer({
    type: "conversations.list",
    total_count: all.length,
    pages: { type: "pages", next, page, per_page: perPage, total_pages: totalPages },
    conversations: ordered.slice((page - 1) * perPage, page * perPage),
  });
}

/** The `pagination` of a search's body. Throws ApiError. */
export function pagination(
  body: JsonObject,
  perPage: number,
): { readonly perPage: number; readonly cursor: string | null } {
  const given = body["pagination"];
  if (given === undefined || given === null) return { perPage, cursor: null };
  if (!isObject(given)) throw unplanned("parameter_invalid", "pagination must be an object");
  const cursor = given["starting_after"] ?? null;
  if (cursor !== null && typeof cursor !== "string")
    throw unplanned("parameter_invalid", "starting_after must be a string");
  return { perPage: pageSize(given["per_page"], perPage), cursor };
}
