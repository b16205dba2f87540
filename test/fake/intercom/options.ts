// How a fake Intercom is started, and what its listeners are told of each request.
import type { GeneratedWorld } from "../desk/generated-world.ts";
import type { World } from "../desk/world.ts";
import type { JsonValue } from "../json.ts";
import type { RateLimitOptions } from "./rate-limit.ts";
import type { Scope } from "./route.ts";

export interface FakeIntercomOptions<W extends World = GeneratedWorld> {
  /** The world to serve; a GeneratedWorld of `seed` and `conversations` unless given. */
  readonly world?: W;
  readonly seed?: number;
  readonly conversations?: number;
  readonly token?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** What the token may read; everything unless told. */
  readonly scopes?: readonly Scope[];
  readonly rateLimit?: RateLimitOptions | null;
  readonly latencyMs?: number;
  readonly searchIsStrict?: boolean;
  readonly searchOrder?: "updated_desc" | "shuffled";
  readonly searchLagSeconds?: number;
  readonly contactSearchLagSeconds?: number;
  /** Parts of each ticket in a search's answer, the latest ones; as many as Intercom ever shows unless told. */
  readonly ticketSearchPartsMax?: number;
  /** A conversation or ticket that is not there is answered with an HTML page. */
  readonly notFoundIsHtml?: boolean;
  /** JSON has hexadecimal escapes for `<`, `>`, `&`, line separators and emoji. */
  readonly escapesHtml?: boolean;
  /** Answers are compressed where the client takes gzip. */
  readonly compresses?: boolean;
}

export interface ReceivedRequest {
  /** From 1, in order of arrival. */
  readonly number: number;
  /** As the OpenAPI has it, "GET /conversations/{id}"; "unknown" when there is no such route. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonValue;
}
