import { isObject } from "../json.ts";
import { json } from "../json-text.ts";
import { type Answer, okAnswer, unplanned } from "./answers.ts";
import { notFound, pagination } from "./conversation-routes.ts";
import { pagesOf } from "./listings.ts";
import type { Route, RouteContext } from "./route.ts";
import { TICKET_SEARCH } from "./search-fields.ts";
import { parseQuery } from "./search-query.ts";

const PER_PAGE = 20;

export const TICKET_ROUTES: readonly Route[] = [
  { name: "POST /tickets/search", scope: "tickets", parameters: [], answer: search },
  { name: "GET /tickets/{id}", scope: "tickets", parameters: [], answer: retrieve },
  {
    name: "GET /ticket_types",
    scope: "tickets",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "list", data: world.tickets.types() }),
  },
  {
    name: "GET /ticket_states",
    scope: "tickets",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "list", data: world.tickets.states() }),
  },
];

function search({ world, listings, body, search: behaviour }: RouteContext): Answer {
  if (!isObject(body)) throw unplanned("parameter_invalid", "the body must be a JSON object with a query");
  for (const key of Object.keys(body))
    if (key !== "query" && key !== "pagination") throw unplanned("parameter_invalid", `no such parameter: ${key}`);
  const query = parseQuery(body["query"], {
    fields: TICKET_SEARCH,
    isStrict: behaviour.isStrict,
    timeZone: world.timeZone,
  });
  const page = listings.page({
    name: `tickets ${JSON.stringify(body["query"])}`,
    records: world.tickets.records(behaviour.ticketPartsMax),
    query,
    order: behaviour.order,
    epoch: world.time.now() - behaviour.conversationLagSeconds,
    version: world.version(),
    ...pagination(body, PER_PAGE),
  });
  return okAnswer(json`{
    "type": "ticket.list",
    "pages": ${pagesOf(page)},
    "total_count": ${page.totalCount},
    "tickets": ${page.items}
  }`);
}

function retrieve({ world, id, isNotFoundHtml }: RouteContext): Answer {
  const ticket = world.tickets.retrieve(id);
  return ticket === null ? notFound(isNotFoundHtml, "ticket_not_found", "Ticket not found") : okAnswer(ticket);
}
