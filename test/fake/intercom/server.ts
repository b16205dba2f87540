// The fake Intercom: a real HTTP server on a free port of the loopback, answering as the OpenAPI 2.16 says.
import { createServer } from "node:http";
import { GeneratedWorld } from "../desk/generated-world.ts";
import type { World } from "../desk/world.ts";
import type { JsonValue } from "../json.ts";
import type { Faults } from "./faults.ts";
import { FrontDesk } from "./front-desk.ts";
import type { FakeIntercomOptions, ReceivedRequest } from "./options.ts";
import type { RateLimitOptions, RateWindow } from "./rate-limit.ts";
import type { Scope } from "./route.ts";

export type { FakeIntercomOptions } from "./options.ts";

export interface FakeIntercom<W extends World = GeneratedWorld> {
  readonly url: string;
  /** The one that is valid now. */
  readonly token: string;
  readonly world: W;
  readonly faults: Faults;
  /** How many requests came in, refused ones too. */
  readonly requests: { readonly total: number; readonly byRoute: ReadonlyMap<string, number> };
  /** What no correct client asks for, in words. */
  readonly unplanned: readonly string[];
  /** Per window of the rate limit: let through, and refused. */
  readonly windows: readonly RateWindow[];
  setRateLimit(options: RateLimitOptions | null): void;
  /** Lets the desk live on for so long; the server's clock jumps as far. */
  advance(seconds: number): void;
  /** From now on the token has the permission too. */
  permit(scope: Scope): void;
  /** The token may no longer read it; only in a fake that was started with scopes. */
  forbid(scope: Scope): void;
  /** Another token is valid from now on, and none else. */
  rotateToken(token: string): void;
  /** From now on records carry a field that no description has. `name` and `value` in ASCII. */
  addField(name: string, value: JsonValue): void;
  /** Waited for before each answer. Returns what takes the listener away. */
  onRequest(listener: (request: ReceivedRequest) => void | Promise<void>): () => void;
  close(): Promise<void>;
}

/** Starts a fake. Rejects when the port is taken. */
export async function startFakeIntercom(options?: FakeIntercomOptions): Promise<FakeIntercom>;
export async function startFakeIntercom<W extends World>(
  options: FakeIntercomOptions<W> & { readonly world: W },
): Promise<FakeIntercom<W>>;
export async function startFakeIntercom(options: FakeIntercomOptions<World> = {}): Promise<FakeIntercom<World>> {
  const { seed = 1, conversations = 2000 } = options;
  const world = options.world ?? new GeneratedWorld({ seed, conversations });
  const desk = new FrontDesk(world, options);
  const server = createServer((request, response) => {
    desk.receive(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake listens on no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    get token() {
      return desk.token;
    },
    world,
    faults: desk.faults,
    requests: desk.requests,
    unplanned: desk.unplanned,
    windows: desk.rateLimit.windows,
    setRateLimit: (rateLimit) => desk.rateLimit.set(rateLimit),
    advance: (seconds) => world.advance(seconds),
    permit: (scope) => desk.permit(scope),
    forbid: (scope) => desk.forbid(scope),
    rotateToken: (token) => {
      desk.token = token;
    },
    addField: (name, value) => desk.added.add(name, value),
    onRequest: (listener) => desk.listen(listener),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
