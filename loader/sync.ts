import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import type { Config } from "./config.ts";
import type { Effects } from "./effects.ts";
import { ConfigError, RestartListingError, ServiceDownError, UnavailableError } from "./errors.ts";
import { IntercomClient } from "./extract/client.ts";
import { conversationConditions } from "./extract/filter.ts";
import { RateBudget } from "./extract/rate-budget.ts";
import { Routes, type Workspace } from "./extract/routes.ts";
import { ServerClock } from "./extract/server-clock.ts";
import { Spool } from "./load/spool.ts";
import type { Warehouse } from "./load/warehouse.ts";
import { proxyFor } from "./proxy.ts";
import { warehouseIdentity } from "./run-owner.ts";
import { syncCompanies } from "./sync/companies.ts";
import { syncContacts } from "./sync/contacts.ts";
import { syncConversations } from "./sync/conversations.ts";
import { RunIssues } from "./sync/issues.ts";
import type { StreamName, SyncOptions } from "./sync/options.ts";
import type { Progress, Pulse, StreamProgress } from "./sync/progress.ts";
import { type Run, untilAllEnd } from "./sync/run.ts";
import { ServiceHealth } from "./sync/service-health.ts";
import { syncDeletedConversations, syncOfficeHours, syncUnpaged, type UnpagedStream } from "./sync/snapshots.ts";

/** Intercom's clock is believed as long as it is not further ahead of this machine's. */
const clockAheadSecondsMax = 86_400;

/** Streams beside the conversations that are read at the same time. */
const recordStreamsAtOnce = 4;

export type RunSummary = {
  readonly runId: string;
  readonly workspaceId: string;
  readonly streams: ReadonlyMap<string, StreamProgress>;
  readonly requests: number;
  readonly refusals: number;
  /** Part of the rate limit that the run used, in the windows that it sent requests in; undefined when none is stated. */
  readonly rateShareUsed: number | undefined;
  readonly seconds: number;
  /** Sentences on what the numbers alone don't tell. */
  readonly notes: readonly string[];
  /** Why the run ended early, or may not end with 0. */
  readonly error: unknown;
};

export type SyncContext = {
  readonly config: Config;
  readonly accessToken: string;
  readonly options: SyncOptions;
  readonly effects: Effects;
  readonly progress: Progress;
  /** Opened by the caller's factory once the token is known to be good, so that a refused run leaves nothing behind. */
  readonly openWarehouse: () => Promise<Warehouse>;
  /** Fires when the user or the system wants the run to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
  /** Told how to ask for the run's pulse, for the progress display. */
  readonly onPulse?: (pulse: () => Pulse) => void;
};

/**
 * One run: extract → load → commit, stream by stream. It never throws for what happens on the way: the summary says
 * what was stored and, in `error`, why it ended early, if it did.
 */
export async function sync(context: SyncContext): Promise<RunSummary> {
  const { effects, progress, options } = context;
  const startedAtMs = effects.now();
  const runId = `${new Date(startedAtMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}-${randomBytes(3).toString("hex")}`;
  const ending = new AbortController();
  const fail = (error: unknown): void => ending.abort(error);
  const signal = AbortSignal.any([context.signal, ending.signal]);
  const clock = new ServerClock(effects.now);
  const budget = new RateBudget(effects, clock, options.rateShare);
  const client = new IntercomClient(effects, budget, clock, {
    baseUrl: context.config.baseUrl,
    accessToken: context.accessToken,
    concurrency: options.concurrency,
    signal,
    proxy: proxyFor(context.config.proxies, context.config.baseUrl),
  });
  context.onPulse?.(() => ({ requests: client.requests, shareUsed: budget.shareUsed }));
  const routes = new Routes(client);
  const issues = new RunIssues();
  let workspaceId = "";
  let error: unknown;
  try {
    const workspace = await routes.workspace();
    workspaceId = workspace.id;
    checkRegion(context.config, workspace);
    effects.log("run_started", { run_id: runId, workspace_id: workspaceId, streams: [...options.streams].join(",") });
    const warehouse = await context.openWarehouse();
    try {
      const loadedAt = new Date(startedAtMs).toISOString();
      const provenance = { workspaceId, runId, loadedAt };
      const identity = await warehouseIdentity(context.config);
      const spool = await Spool.open(context.config.stateDirectory, provenance, identity);
      try {
        await warehouse.prepare(runId);
        await spool.removeEnded();
        await syncStreams({
          id: runId,
          workspaceId,
          startedAtSeconds: startedAt(workspace, startedAtMs / 1000, issues),
          serverSeconds: () => Math.floor(clock.nowMs() / 1000),
          options,
          routes,
          health: new ServiceHealth({ effects, probe: () => routes.probe(), signal }),
          warehouse,
          spool,
          effects,
          progress,
          issues,
          fail,
          signal,
        });
        error = issues.error;
      } finally {
        await spool.remove();
      }
    } finally {
      await warehouse.close();
    }
  } catch (thrown) {
    // What ended the run is its reason, not what broke in consequence.
    error = signal.aborted ? signal.reason : thrown;
  } finally {
    await client.close();
  }
  const seconds = (effects.now() - startedAtMs) / 1000;
  const { counters } = routes;
  effects.log("run_ended", {
    run_id: runId,
    seconds,
    requests: client.requests,
    threads_read: counters.threads,
    slow_thread_share: counters.slowShare,
    slow_body_share: counters.slowBodyShare,
  });
  return {
    runId,
    workspaceId,
    streams: progress.streams,
    requests: client.requests,
    refusals: budget.refusals,
    rateShareUsed: budget.shareUsedOverall,
    seconds,
    notes: issues.notes,
    error,
  };
}

/** Conversations first, then what they refer to, so that a contact who has just written is there as well. */
async function syncStreams(run: Run): Promise<void> {
  const { streams, filter } = run.options;
  if (streams.has("conversations")) {
    await alone(run, "conversations", async () =>
      syncConversations(run, await conversationConditions(run.routes, filter)),
    );
  }
  const limit = pLimit(recordStreamsAtOnce);
  const work = recordStreams
    .filter(([name]) => streams.has(name))
    .map(([name, syncStream]) => limit(() => alone(run, name, () => syncStream(run))));
  await untilAllEnd(run, work);
}

/** A stream that can't be had does not stop the others, as long as Intercom answers anything. */
async function alone(run: Run, stream: StreamName, syncStream: () => Promise<void>): Promise<void> {
  try {
    await syncStream();
  } catch (thrown) {
    const error =
      thrown instanceof RestartListingError
        ? new UnavailableError(`The list of ${stream} failed: ${thrown.message}. Run again later.`)
        : thrown;
    const mayGoOn = error instanceof UnavailableError && !(error instanceof ServiceDownError);
    if (run.signal.aborted || !mayGoOn) throw error;
    await run.health.confirmUp(error);
    run.issues.streamFailed(error);
    run.effects.log("stream_failed", { stream, reason: error.message });
  }
}

const unpaged = (name: UnpagedStream): [StreamName, (run: Run) => Promise<void>] => [
  name,
  (run) => syncUnpaged(run, name),
];

const recordStreams: readonly (readonly [StreamName, (run: Run) => Promise<void>])[] = [
  ["contacts", syncContacts],
  ["companies", syncCompanies],
  unpaged("admins"),
  unpaged("teams"),
  unpaged("tags"),
  unpaged("segments"),
  ["office_hours_schedules", syncOfficeHours],
  ["deleted_conversations", syncDeletedConversations],
];

/**
 * Intercom's clock when the run began, as far as it can be believed: a cursor that it had moved into the future would hide
 * every change until then.
 */
function startedAt(workspace: Workspace, localSeconds: number, issues: RunIssues): number {
  const aheadSeconds = workspace.requestedAtSeconds - localSeconds;
  if (aheadSeconds <= clockAheadSecondsMax) return workspace.requestedAtSeconds;
  issues.note(
    `Intercom's clock is ${Math.round(aheadSeconds / 86_400)} days ahead of this machine's, which the run goes by: check both.`,
  );
  return Math.floor(localSeconds);
}

function checkRegion(config: Config, workspace: Workspace): void {
  if (config.region === undefined || workspace.region === undefined || workspace.region === config.region) return;
  throw new ConfigError(
    `INTERCOM_REGION is ${config.region}, but the token's workspace is in ${workspace.region}: set INTERCOM_REGION=${workspace.region}.`,
  );
}
