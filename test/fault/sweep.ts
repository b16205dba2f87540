import type { FaultKind } from "../fake/intercom/faults.ts";
import { judgeExit } from "./kinds.ts";
import { type RunResult, runConcurrency, type Workshop } from "./workshop.ts";

/** More requests than any run of a sweep's workspace has. */
const requestsMax = 5000;
const threadsPerLoad = 5;

/** One disturbed run: at which request, how it ended, and in words what was wrong with it or after the next, undisturbed one. */
export type Outcome = { readonly request: number; readonly exitCode: number; readonly faults: readonly string[] };

export type DisturbedRun = RunResult & {
  /** Threads that Intercom had sent before the fault struck, and those stored by the end. */
  readonly answeredThreads: number;
  readonly storedThreads: number;
};

export type SweepOptions = {
  /** In words, what is wrong with how a run that met the fault ended. */
  readonly judge: (run: DisturbedRun) => readonly string[];
  /** The first request to fail; 1 unless told. */
  readonly from?: number;
  /** Every so many requests; each one unless told. */
  readonly step?: number;
  /** The last request to fail; unless told, the run's last one. */
  readonly to?: number;
  /** A run may end well with something missing that the next one brings. */
  readonly mayLag?: boolean;
  /** From its request on everything fails, instead of it alone. */
  readonly isPermanent?: boolean;
};

/**
 * The N-th request fails in the given way, for N = 1, 2, … until a run has fewer. Each time the warehouse is empty at
 * first; after the disturbed run comes one that nothing disturbs, and then the warehouse must equal the world.
 */
export async function sweep(workshop: Workshop, fault: FaultKind, options: SweepOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const { step = 1, from = 1, to = requestsMax, isPermanent = false, mayLag = false } = options;
  for (let request = from; request <= to; request += step) {
    workshop.empty();
    const { run, hasStruck } = await disturbedRun(workshop, fault, request, isPermanent);
    const faults = hasStruck ? [...options.judge(run)] : [];
    faults.push(...repeatedThreads(workshop, run), ...workshop.spoolLeft());
    if (run.exitCode === 0 && !mayLag)
      faults.push(...(await workshop.faults()).map((told) => `after the disturbed run: ${told}`));
    faults.push(...(await workshop.faultsOfNextRun()));
    outcomes.push({ request, exitCode: run.exitCode, faults });
    if (!hasStruck) return outcomes;
  }
  if (to === requestsMax) throw new Error(`a run of more than ${requestsMax} requests`);
  return outcomes;
}

async function disturbedRun(workshop: Workshop, fault: FaultKind, request: number, isPermanent: boolean) {
  const { faults } = workshop.fake;
  const before = faults.struck;
  let requests = 0;
  let answeredThreads = 0;
  const stop = workshop.fake.onRequest(({ route }) => {
    requests += 1;
    if (requests < request && route === "GET /conversations/{id}") answeredThreads += 1;
  });
  faults.add({ ...fault, nth: request, ...(isPermanent ? { times: requestsMax } : {}) });
  const run = await workshop.run({ threadsPerLoad });
  faults.clear();
  stop();
  const storedThreads = (await workshop.storedIds()).size;
  return { run: { ...run, answeredThreads, storedThreads }, hasStruck: faults.struck > before };
}

const isRetry = new Set(["request_retried", "rate_limited", "record_asked_again"]);

/** Conversations that one run asked for more often than its retries explain. */
function repeatedThreads(workshop: Workshop, run: RunResult): string[] {
  const retries = run.events.filter(({ event }) => isRetry.has(event)).length;
  const repeats = [...workshop.threadRequests.values()].reduce((sum, count) => sum + count - 1, 0);
  return repeats > retries ? [`${repeats} threads were asked for again, with ${retries} retries`] : [];
}

/** In words, what is wrong with a run during which Intercom went down: all but what was under way must be stored. */
export function judgeOutage(run: DisturbedRun, exitCode: number): string[] {
  const { answeredThreads, storedThreads } = run;
  const isStored = storedThreads >= answeredThreads - runConcurrency;
  return [
    ...judgeExit(run, exitCode),
    ...(isStored ? [] : [`${storedThreads} of ${answeredThreads} threads are stored`]),
  ];
}

/** The outcomes with something wrong, in words. */
export function wrongOutcomes(name: string, outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ request, exitCode, faults }) => {
    return faults.map((fault) => `${name} at request ${request} (exit ${exitCode}): ${fault}`);
  });
}
