import { ConfigError, RequestError, UnavailableError } from "../errors.ts";
import { IntercomClient } from "../extract/client.ts";
import { lists } from "../extract/lists.ts";
import { firstPlace } from "../extract/next-place.ts";
import { RateBudget } from "../extract/rate-budget.ts";
import { Routes } from "../extract/routes.ts";
import { ServerClock } from "../extract/server-clock.ts";
import { proxyFor } from "../proxy.ts";
import type { Check, DoctorOptions, Look } from "./doctor.ts";

/** A doctor who does not come back is no help. */
const millisecondsMax = 60_000;

/** The token, and for each stream one small request that needs the stream's scope. */
export async function* checkIntercom(options: DoctorOptions, look: Look): AsyncGenerator<Check> {
  const { config, effects } = options;
  let accessToken = "";
  const isSet = yield* look("Intercom token set", async () => {
    accessToken = options.readAccessToken();
    return "INTERCOM_ACCESS_TOKEN is there";
  });
  if (!isSet) return;
  const clock = new ServerClock(effects.now);
  const timeout = new AbortController();
  const timer = setTimeout(
    () =>
      timeout.abort(
        new UnavailableError(`Intercom gave no useful answer in ${millisecondsMax / 1000} s. Try again later.`),
      ),
    millisecondsMax,
  );
  const client = new IntercomClient(effects, new RateBudget(effects, clock, 1), clock, {
    baseUrl: config.baseUrl,
    accessToken,
    concurrency: 1,
    signal: timeout.signal,
    proxy: proxyFor(config.proxies, config.baseUrl),
  });
  try {
    const routes = new Routes(client);
    const isKnown = yield* look("Intercom token", async () => {
      const workspace = await routes.workspace();
      if (config.region !== undefined && workspace.region !== undefined && config.region !== workspace.region)
        throw new ConfigError(
          `INTERCOM_REGION is ${config.region}, but the workspace is in ${workspace.region}: set INTERCOM_REGION=${workspace.region}.`,
        );
      return `good for workspace ${workspace.id}`;
    });
    if (!isKnown) return;
    for (const [stream, ask] of Object.entries(questions)) {
      yield* look(`Intercom ${stream}`, async () => {
        try {
          await ask(routes);
          return "can be read";
        } catch (error) {
          if (!isNotOffered(error)) throw error;
          return { found: "this workspace's API does not have it: a sync passes it over", isWarning: true };
        }
      });
    }
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}

const questions: Readonly<Record<string, (routes: Routes) => Promise<unknown>>> = {
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

function isNotOffered(error: unknown): boolean {
  return error instanceof RequestError && error.isRouteMissing;
}
