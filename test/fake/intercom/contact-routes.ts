import { EVERYTHING } from "../desk/world.ts";
import { isObject, type JsonObject } from "../json.ts";
import { type JsonText, json } from "../json-text.ts";
import { type Answer, ApiError, okAnswer, unplanned } from "./answers.ts";
import { pagination } from "./conversation-routes.ts";
import { type ListingPage, type Order, pageSize, pagesOf } from "./listings.ts";
import type { Route, RouteContext } from "./route.ts";
import { CONTACT_SEARCH } from "./search-fields.ts";
import { parseQuery } from "./search-query.ts";

const PER_PAGE = 50;

export const CONTACT_ROUTES: readonly Route[] = [
  { name: "GET /contacts", scope: "contacts", parameters: ["per_page", "starting_after"], answer: list },
  { name: "POST /contacts/search", scope: "contacts", parameters: [], answer: search },
  { name: "GET /contacts/{id}", scope: "contacts", parameters: [], answer: retrieve },
  {
    name: "GET /contacts/{id}/companies",
    scope: "contacts",
    // It pages by number: a cursor is taken, and leads nowhere.
    parameters: ["page", "per_page", "starting_after"],
    answer: listCompanies,
  },
];

function list({ world, listings, query, search: behaviour }: RouteContext): Answer {
  const page = listings.page({
    name: "contacts all",
    records: world.contacts,
    query: { bounds: EVERYTHING, test: null },
    order: behaviour.order,
    epoch: world.time.now(),
    version: world.version(),
    perPage: pageSize(query.get("per_page"), PER_PAGE),
    cursor: query.get("starting_after"),
  });
  return okAnswer(pageOf(page));
}

function search({ world, listings, body, search: behaviour }: RouteContext): Answer {
  if (!isObject(body)) throw unplanned("parameter_invalid", "the body must be a JSON object with a query");
  for (const key of Object.keys(body))
    if (key !== "query" && key !== "pagination" && key !== "sort")
      throw unplanned("parameter_invalid", `no such parameter: ${key}`);
  const query = parseQuery(body["query"], { fields: CONTACT_SEARCH, isStrict: true, timeZone: world.timeZone });
  const order = orderOf(body) ?? behaviour.order;
  const page = listings.page({
    name: `contacts ${JSON.stringify(body["query"])} ${JSON.stringify(order)}`,
    records: world.contacts,
    query,
    order,
    epoch: world.time.now() - behaviour.contactLagSeconds,
    version: world.version(),
    ...pagination(body, PER_PAGE),
  });
  return okAnswer(pageOf(page));
}

function orderOf(body: JsonObject): Order | null {
  const sort = body["sort"];
  if (sort === undefined || sort === null) return null;
  if (!isObject(sort)) throw unplanned("parameter_invalid", "sort must be an object");
  const { field, order = "descending" } = sort;
  if (order !== "ascending" && order !== "descending") {
    throw new ApiError(
      400,
      "invalid_sort_order",
      `Invalid sort order '${String(order)}'. Must be one of: ascending, descending`,
    );
  }
  if (field !== "created_at" && field !== "updated_at")
    throw unplanned("parameter_invalid", `contacts can't be sorted by ${String(field)} here`);
  return { kind: "field", field, isAscending: order === "ascending" };
}

function pageOf(page: ListingPage): JsonText {
  return json`{
    "type": "list", "data": ${page.items}, "total_count": ${page.totalCount}, "pages": ${pagesOf(page)}
  }`;
}

function retrieve({ world, id }: RouteContext): Answer {
  const contact = world.contact(id);
  switch (contact.kind) {
    case "found":
      return okAnswer(contact.payload);
    case "merged":
      throw new ApiError(
        410,
        "contact_merged",
        "This contact has been merged. See the 'Link' header for the canonical contact.",
        false,
        {
          link: `</contacts/${contact.intoId}>; rel="canonical"`,
        },
      );
    case "missing":
      throw new ApiError(404, "not_found", "User Not Found");
    default:
      throw new Error(`no such answer: ${contact satisfies never}`);
  }
}

function listCompanies({ world, id, query }: RouteContext): Answer {
  const all = world.companiesOfContact(id);
  if (all === null) throw new ApiError(404, "not_found", "User Not Found");
  const perPage = pageSize(query.get("per_page"), PER_PAGE);
  const page = pageSize(query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const totalPages = Math.max(1, Math.ceil(all.length / perPage));
  const next =
    page < totalPages ? `https://api.intercom.io/contacts/${id}/companies?per_page=${perPage}&page=${page + 1}` : null;
  return okAnswer({
    type: "list",
    [world.companiesKey]: all.slice((page - 1) * perPage, page * perPage),
    pages: { type: "pages", next, page, per_page: perPage, total_pages: totalPages },
    total_count: all.length,
  });
}
