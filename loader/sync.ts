import type { Config } from "./config.ts";
import type { Effects } from "./effects.ts";
import { ConfigError } from "./errors.ts";
import { IntercomClient } from "./extract/client.ts";
import type { Minimiser } from "./extract/minimise/answers.ts";
import { RateBudget } from "./extract/rate-budget.ts";
import { Routes, type Workspace } from "./extract/routes.ts";
import { ServerClock } from "./extract/server-clock.ts";
import { proxyFor } from "./http/proxy.ts";
import type { Archive } from "./load/archive/archive.ts";
import { warehouseIdentity } from "./load/run-owner.ts";
import { Spool } from "./load/spool.ts";
import type { Warehouse } from "./load/warehouse.ts";
import { everything, isMinimising, modesOf, type Privacy } from "./privacy.ts";
import { newRunId } from "./run-id.ts";
import { RunIssues } from "./sync/issues.ts";
import { noteOtherModes } from "./sync/modes.ts";
import type { SyncOptions } from "./sync/options.ts";
import type { Progress, Pulse } from "./sync/progress.ts";
import { ServiceHealth } from "./sync/service-health.ts";
import { duration } from "./sync/status.ts";
import { syncStreams } from "./sync/streams.ts";
import type { RunSummary } from "./sync/summary.ts";

const dayMs = 86_400_000;
/** Machines that are minutes apart are nothing to tell. */
const behindToldMs = 300_000;

export type SyncContext = {
  readonly config: Config;
  readonly accessToken: string;
  readonly options: SyncOptions;
  /** What is stored of people and of what they write; everything when left out. */
  readonly privacy?: Privacy;
  readonly effects: Effects;
  readonly progress: Progress;
  /** Called once the token is known to be good, so that a refused run leaves nothing behind. */
  readonly openWarehouse: () => Promise<Warehouse>;
  /** Gets everything that is loaded; undefined where nothing is archived. */
  readonly archive?: Archive | undefined;
  /** Fires when you or the system want the run to end; its reason is the error to end with. */
  readonly signal: AbortSignal;
  /** Gets a function that reads the run's pulse, for the progress display. */
  readonly onPulse?: (pulse: () => Pulse) => void;
};

/** The run's side towards Intercom. */
type Intercom = {
  readonly client: IntercomClient;
  readonly routes: Routes;
  readonly lookUps: Routes;
  readonly budget: RateBudget;
  readonly clock: ServerClock;
};

/** What the rest of a run needs to know of its beginning. */
type Start = {
  readonly runId: string;
  readonly workspace: Workspace;
  /** This machine's clock, milliseconds. */
  readonly atMs: number;
  readonly intercom: Intercom;
  readonly issues: RunIssues;
  /** Ends the run with this error. The first error wins. */
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
};

/**
 * One run: extract → load → commit, stream by stream. It never throws for what happens on the way: the summary says
 * what was stored and, in `error`, why the run ended early, if it did.
 */
export async function sync(context: SyncContext): Promise<RunSummary> {
  const { effects } = context;
  const startedAtMs = effects.now();
  const runId = newRunId(startedAtMs);
  const ending = new AbortController();
  const fail = (error: unknown): void => ending.abort(error);
  const signal = AbortSignal.any([context.signal, ending.signal]);
  const intercom = connect(context, await minimiserOf(context), signal);
  context.onPulse?.(() => ({ requests: intercom.client.requests, shareUsed: intercom.budget.shareUsed }));
  const issues = new RunIssues();
  let workspaceId = "";
  let error: unknown;
  try {
    const workspace = await intercom.routes.workspace();
    workspaceId = workspace.id;
    checkRegion(context.config, workspace);
    tellClock(intercom.clock, issues);
    const streams = [...context.options.streams].join(",");
    effects.log("run_started", { run_id: runId, workspace_id: workspaceId, streams });
    await load(context, { runId, workspace, atMs: startedAtMs, intercom, issues, fail, signal });
    error = issues.error;
  } catch (thrown) {
    // A run ends with the error that ended it, not with what failed in consequence.
    error = signal.aborted ? signal.reason : thrown;
  } finally {
    await intercom.client.close();
  }
  return summaryOf(context, intercom, {
    runId,
    workspaceId,
    seconds: (effects.now() - startedAtMs) / 1000,
    notes: issues.notes,
    error,
  });
}

/** Its libraries are loaded only where they are needed. */
async function minimiserOf({ privacy = everything }: SyncContext): Promise<Minimiser | undefined> {
  if (!isMinimising(privacy)) return undefined;
  const { Minimiser } = await import("./extract/minimise/answers.ts");
  return new Minimiser(privacy);
}

function connect(
  { config, accessToken, options, effects }: SyncContext,
  minimiser: Minimiser | undefined,
  signal: AbortSignal,
): Intercom {
  const clock = new ServerClock(effects.now);
  const budget = new RateBudget(effects, clock, options.rateShare);
  const client = new IntercomClient(effects, budget, clock, {
    baseUrl: config.baseUrl,
    accessToken,
    concurrency: options.concurrency,
    signal,
    proxy: proxyFor(config.proxies, config.baseUrl),
    ...(minimiser === undefined ? {} : { shown: (message) => minimiser.message(message) }),
  });
  return {
    client,
    routes: new Routes(minimiser?.around(client) ?? client),
    lookUps: new Routes(client),
    budget,
    clock,
  };
}

/** Opens the warehouse and the spool, syncs every stream, and closes both, however the streams end. */
async function load(context: SyncContext, start: Start): Promise<void> {
  const { config, options, privacy = everything, effects, progress, archive } = context;
  const { runId, workspace, atMs, intercom, issues, fail, signal } = start;
  const warehouse = await context.openWarehouse();
  try {
    const provenance = { workspaceId: workspace.id, runId, loadedAt: new Date(atMs).toISOString() };
    const spool = await Spool.open(config.stateDirectory, provenance, await warehouseIdentity(config));
    try {
      await warehouse.prepare(runId);
      await spool.removeEnded();
      const newestLoadMs = await warehouse.newestLoadMs();
      if (newestLoadMs !== undefined) spool.dateAfter(newestLoadMs);
      tellSetBack(newestLoadMs, effects.now(), issues);
      const modes = isMinimising(privacy) ? modesOf(privacy) : undefined;
      if (modes !== undefined) await noteOtherModes(warehouse, workspace.id, modes, issues);
      await syncStreams({
        id: runId,
        workspaceId: workspace.id,
        startedAtSeconds: workspace.requestedAtSeconds,
        serverSeconds: () => intercom.clock.storedSecondsAt(effects.now()),
        options,
        routes: intercom.routes,
        lookUps: intercom.lookUps,
        health: new ServiceHealth({ effects, probe: () => intercom.routes.probe(), signal }),
        warehouse,
        archive,
        spool,
        modes,
        effects,
        progress,
        issues,
        fail,
        signal,
      });
      await archive?.makeWhole(await warehouse.archiveStore(), {
        spoolFolder: spool.directory,
        log: effects.log,
        signal,
      });
    } finally {
      await spool.remove();
    }
  } finally {
    await warehouse.close();
    // Closing completes the loads of a run that ended early.
    await archive?.settled();
  }
}

function summaryOf(
  { effects, progress, archive }: SyncContext,
  { client, routes, budget }: Intercom,
  end: Pick<RunSummary, "runId" | "workspaceId" | "seconds" | "notes" | "error">,
): RunSummary {
  const { counters } = routes;
  effects.log("run_ended", {
    run_id: end.runId,
    seconds: end.seconds,
    requests: client.requests,
    threads_read: counters.threads,
    slow_thread_share: counters.slowShare,
    slow_body_share: counters.slowBodyShare,
  });
  return {
    ...end,
    streams: progress.streams,
    requests: client.requests,
    refusals: budget.refusals,
    rateShareUsed: budget.shareUsedOverall,
    archivedFiles: archive?.files,
  };
}

/** Says that the run goes by this machine's clock, where Intercom's is too far ahead. */
function tellClock(clock: ServerClock, issues: RunIssues): void {
  if (!clock.isTooFarAhead) return;
  issues.note(
    `Intercom's clock is ${Math.round(clock.aheadMs / dayMs)} days ahead of this machine's. The run uses this machine's clock: check both.`,
  );
}

/** Says that loads are dated by the newest one, where this machine's clock is behind it. */
function tellSetBack(newestLoadMs: number | undefined, nowMs: number, issues: RunIssues): void {
  if (newestLoadMs === undefined || newestLoadMs - nowMs < behindToldMs) return;
  issues.note(
    `This machine's clock is ${duration((newestLoadMs - nowMs) / 1000)} behind the newest load. Loads are dated from that one on: check this machine's clock.`,
  );
}

/** Errors: ConfigError when the token's workspace is in another region. */
function checkRegion(config: Config, workspace: Workspace): void {
  if (config.region === undefined || workspace.region === undefined || workspace.region === config.region) return;
  throw new ConfigError(
    `INTERCOM_REGION is ${config.region}, but the token's workspace is in ${workspace.region}: set INTERCOM_REGION=${workspace.region}.`,
  );
}
