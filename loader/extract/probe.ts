import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { proxyFor } from "../proxy.ts";
import { IntercomClient } from "./client.ts";
import { lists } from "./lists.ts";
import { firstPlace } from "./next-place.ts";
import { RateBudget } from "./rate-budget.ts";
import { Routes, type Workspace } from "./routes.ts";
import { ServerClock } from "./server-clock.ts";

/** One small request for each stream, which needs the stream's scope. */
const requests: Readonly<Record<string, (routes: Routes) => Promise<unknown>>> = {
  conversations: (routes) => routes.searchConversations({ field: "updated_at", operator: ">", value: 0 }, firstPlace),
  contacts: (routes) => routes.list(lists.contacts, firstPlace, { per_page: 1 }),
  // The list, not the scroll: a workspace has only one scroll at a time.
  companies: (routes) => routes.list(lists.companies, firstPlace),
  admins: (routes) => routes.list(lists.admins, firstPlace),
  teams: (routes) => routes.list(lists.teams, firstPlace),
  tags: (routes) => routes.list(lists.tags, firstPlace),
  segments: (routes) => routes.list(lists.segments, firstPlace),
  office_hours_schedules: (routes) => routes.list(lists.officeHoursSchedules, firstPlace),
  deleted_conversations: (routes) => routes.list(lists.deletedConversations, firstPlace),
};

export type Probe = {
  readonly workspace: () => Promise<Workspace>;
  readonly streams: Readonly<Record<string, () => Promise<unknown>>>;
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
    streams: Object.fromEntries(Object.entries(requests).map(([stream, request]) => [stream, () => request(routes)])),
    close: () => client.close(),
  };
}
