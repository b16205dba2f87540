// Every route that the fake knows.

import type { JsonObject } from "../json.ts";
import { type Answer, ApiError, okAnswer, unplanned } from "./answers.ts";
import { AROUND_ROUTES } from "./around-routes.ts";
import { COMPANY_ROUTES } from "./company-routes.ts";
import { CONTACT_ROUTES } from "./contact-routes.ts";
import { CONVERSATION_ROUTES } from "./conversation-routes.ts";
import { KNOWLEDGE_ROUTES } from "./knowledge-routes.ts";
import type { Route, RouteContext } from "./route.ts";
import { TICKET_ROUTES } from "./ticket-routes.ts";

const OTHER_ROUTES: readonly Route[] = [
  { name: "GET /me", scope: null, parameters: [], answer: ({ world }) => okAnswer(world.me()) },
  {
    name: "GET /admins",
    scope: "admins",
    parameters: ["display_avatar"],
    answer: ({ world }) => okAnswer({ type: "admin.list", admins: world.admins() }),
  },
  {
    name: "GET /teams",
    scope: "teams",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "team.list", teams: world.teams() }),
  },
  {
    name: "GET /tags",
    scope: "tags",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "list", data: world.tags() }),
  },
  {
    name: "GET /segments",
    scope: "segments",
    parameters: ["include_count"],
    answer: ({ world, query }) =>
      okAnswer({ type: "segment.list", segments: world.segments(query.get("include_count") === "true") }),
  },
  {
    name: "GET /data_attributes",
    scope: "contacts",
    parameters: ["model", "include_archived"],
    answer: listDataAttributes,
  },
  {
    name: "GET /office_hours_schedules",
    scope: "office_hours",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "office_hours_schedule.list", data: world.officeHoursSchedules() }),
  },
  {
    name: "GET /office_hours_schedules/{id}",
    scope: "office_hours",
    parameters: [],
    answer: ({ world, id }) => okAnswer(found(world.officeHoursSchedules().find((schedule) => schedule["id"] === id))),
  },
  {
    name: "GET /office_hours_schedules/{id}/office_hours_exceptions",
    scope: "office_hours",
    parameters: [],
    answer: ({ world, id }) =>
      okAnswer({ type: "office_hours_exception.list", data: found(world.officeHoursExceptions(id)) }),
  },
];

const ROUTES: readonly Route[] = [
  ...OTHER_ROUTES,
  ...CONVERSATION_ROUTES,
  ...TICKET_ROUTES,
  ...CONTACT_ROUTES,
  ...COMPANY_ROUTES,
  ...KNOWLEDGE_ROUTES,
  ...AROUND_ROUTES,
];
const BY_NAME = new Map(ROUTES.map((route) => [route.name, route]));

/** Names of every route. */
export const ROUTE_NAMES: readonly string[] = ROUTES.map((route) => route.name);

/** The route of a request and the id in its path; null when there is none. */
export function findRoute(method: string, path: string): { readonly route: Route; readonly id: string } | null {
  const plain = BY_NAME.get(`${method} ${path}`);
  if (plain !== undefined) return { route: plain, id: "" };
  const [, first, id, rest] = /^\/([^/]+)\/([^/]+)(\/[^/]+)?$/.exec(path) ?? [];
  if (first === undefined || id === undefined) return null;
  const route = BY_NAME.get(`${method} /${first}/{id}${rest ?? ""}`);
  return route === undefined ? null : { route, id: decodeURIComponent(id) };
}

function listDataAttributes({ world, query }: RouteContext): Answer {
  const model = query.get("model");
  if (model === "conversation") {
    const message = "model=conversation is no longer supported. Use GET /conversations/attributes instead";
    throw new ApiError(422, "parameter_invalid", message, true);
  }
  if (model !== null && model !== "contact" && model !== "company")
    throw unplanned("parameter_invalid", `model can't be ${model}`);
  return okAnswer({ type: "list", data: world.dataAttributes(model, query.get("include_archived") === "true") });
}

function found<T extends JsonObject | readonly JsonObject[]>(what: T | null | undefined): T {
  if (what === null || what === undefined) throw new ApiError(404, "not_found", "Resource Not Found");
  return what;
}
