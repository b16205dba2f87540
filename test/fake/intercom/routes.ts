// Every route that the fake knows: its name, the scope it takes, the query parameters it may be given, and its answer.

import type { World } from "../desk/world.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Answer, ApiError, okAnswer, unplanned } from "./answers.ts";
import { AROUND_ROUTES } from "./around-routes.ts";
import { COMPANY_ROUTES } from "./company-routes.ts";
import { CONTACT_ROUTES } from "./contact-routes.ts";
import { CONVERSATION_ROUTES } from "./conversation-routes.ts";
import { KNOWLEDGE_ROUTES } from "./knowledge-routes.ts";
import type { Listings, Order } from "./listings.ts";
import type { Scrolls } from "./scrolls.ts";
import { TICKET_ROUTES } from "./ticket-routes.ts";

/** What an access token may be allowed to read. */
export type Scope =
  | "conversations"
  | "contacts"
  | "companies"
  | "admins"
  | "teams"
  | "tags"
  | "segments"
  | "office_hours"
  /** Without it, conversations that are tickets are left out of every answer, without a word. */
  | "tickets"
  | "articles"
  | "subscription_types"
  | "calls"
  | "activity_logs";

export interface SearchBehaviour {
  /** Whether `>` and `<` of the conversation search leave out the value itself. */
  readonly isStrict: boolean;
  readonly order: Order;
  /** A change is found only so much later. */
  readonly conversationLagSeconds: number;
  readonly contactLagSeconds: number;
  /** Parts of a ticket in a search's answer; Infinity: as many as Intercom ever shows. */
  readonly ticketPartsMax: number;
}

export interface RouteContext {
  readonly world: World;
  readonly search: SearchBehaviour;
  readonly listings: Listings;
  readonly scrolls: Scrolls;
  /** What stood in the path's braces. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: JsonValue;
  /** Whether the token has a scope. */
  readonly mayRead: (scope: Scope) => boolean;
  /** A deleted conversation or ticket is answered with a page for people instead of Intercom's error. */
  readonly isNotFoundHtml: boolean;
}

export interface Route {
  /** Method and path, as the OpenAPI has them. */
  readonly name: string;
  /** Null: any valid token. */
  readonly scope: Scope | null;
  readonly parameters: readonly string[];
  readonly answer: (context: RouteContext) => Answer;
}

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
