// What a route is: its name, the scope and the query parameters that it takes, and its answer.
import type { World } from "../desk/world.ts";
import type { JsonValue } from "../json.ts";
import type { Answer } from "./answers.ts";
import type { Listings, Order } from "./listings.ts";
import type { Scrolls } from "./scrolls.ts";

/** What an access token may be allowed to read. */
export const scopes = [
  "conversations",
  "contacts",
  "companies",
  "admins",
  "teams",
  "tags",
  "segments",
  "office_hours",
  // Without it, conversations that are tickets are left out of every answer, without a word.
  "tickets",
  "articles",
  "subscription_types",
  "calls",
  "activity_logs",
] as const;

export type Scope = (typeof scopes)[number];

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
