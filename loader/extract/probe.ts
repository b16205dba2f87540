import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { proxyFor } from "../http/proxy.ts";
import { IntercomClient } from "./client.ts";
import { lists } from "./lists.ts";
import { firstPlace } from "./next-place.ts";
import { RateBudget } from "./rate-budget.ts";
import { Routes, type SearchQuery, type Workspace } from "./routes.ts";
import { ServerClock } from "./server-clock.ts";
import { type SingularStreamName, type StreamName, streamNames, streamOf } from "./streams.ts";

type Ask = (routes: Routes) => Promise<unknown>;

const everything: SearchQuery = { field: "updated_at", operator: ">", value: 0 };

/** One small request for each stream whose reading is like no other's. */
const singular: Readonly<Record<SingularStreamName, Ask>> = {
  conversations: (routes) => routes.searchConversations(everything, firstPlace),
  tickets: (routes) => routes.searchTickets(everything, firstPlace, {}, 1),
  contacts: (routes) => routes.list(lists.contacts, firstPlace, { per_page: 1 }),
  // The list, not the scroll: a workspace has only one scroll at a time.
  companies: (routes) => routes.list(lists.companies, firstPlace),
  deleted_conversations: (routes) => routes.list(lists.deletedConversations, firstPlace),
};

/** The request that needs the scope of a stream of default runs; undefined where others' requests bring the stream. */
function askOf(name: StreamName): Ask | undefined {
  const stream = streamOf(name);
  if (stream.isOnDemand === true) return undefined;
  if (stream.kind === "singular") return singular[name as SingularStreamName];
  const list = stream.kind === "list" ? stream.lists[0] : undefined;
  return list === undefined ? undefined : (routes) => routes.list(list, firstPlace);
}

type StreamProbe = {
  readonly name: string;
  /** Whether a default run cannot do without the stream. */
  readonly isRequired: boolean;
  /** Whether every workspace's API has the stream. */
  readonly isEverywhere: boolean;
  readonly ask: () => Promise<unknown>;
};

export type Probe = {
  readonly workspace: () => Promise<Workspace>;
  /** For each stream of default runs one small request, which needs the stream's scope. */
  readonly streams: readonly StreamProbe[];
  readonly close: () => Promise<void>;
};

/** Looks at what a token may read, one request at a time. Errors: those of IntercomClient. @param signal ends every request */
export function intercomProbe(config: Config, effects: Effects, accessToken: string, signal: AbortSignal): Probe {
  const clock = new ServerClock(effects.now);
  const client = new IntercomClient(effects, new RateBudget(effects, clock, 1), clock, {
    baseUrl: config.baseUrl,
    accessToken,
    concurrency: 1,
    signal,
    proxy: proxyFor(config.proxies, config.baseUrl),
  });
  const routes = new Routes(client);
  return {
    workspace: () => routes.workspace(),
    streams: streamNames.flatMap((name) => {
      const ask = askOf(name);
      const { isRequired, isEverywhere } = streamOf(name);
      if (ask === undefined) return [];
      return [{ name, isRequired: isRequired === true, isEverywhere: isEverywhere === true, ask: () => ask(routes) }];
    }),
    close: () => client.close(),
  };
}
