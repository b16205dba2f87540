import type { FaultKind } from "../fake/faults.ts";
import type { RunResult, Workshop } from "./workshop.ts";

/** More requests than any run of a sweep's workspace has. */
const requestsMax = 5000;

/** One disturbed run: what it was, how it ended, and in words what was wrong with it or after the next, undisturbed one. */
export type Outcome = { readonly request: number; readonly exitCode: number; readonly faults: readonly string[] };

export type SweepOptions = {
  /** Every so many requests; each one unless told. */
  readonly step?: number;
  /** How the run that met the fault must have ended, in words what is wrong with it. */
  readonly judge: (run: RunResult, request: number) => readonly string[];
  /** From this request on everything fails, instead of it alone. */
  readonly isPermanent?: boolean;
  readonly conversationsPerLoad?: number;
};

/**
 * The N-th request fails in the given way, for N = 1, 2, … until a run has fewer. Each time the warehouse is empty at
 * first; after the disturbed run comes one that nothing disturbs, and then the warehouse must equal the world.
 */
export async function sweep(workshop: Workshop, fault: FaultKind, options: SweepOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const { step = 1, conversationsPerLoad = 5 } = options;
  for (let request = 1; request <= requestsMax; request += step) {
    workshop.empty();
    workshop.fake.faults.clear();
    workshop.fake.faults.add({ ...fault, nth: request, ...(options.isPermanent === true ? { times: requestsMax } : {}) });
    const before = workshop.fake.faults.struck;
    const run = await workshop.run({ conversationsPerLoad });
    const hasStruck = workshop.fake.faults.struck > before;
    workshop.fake.faults.clear();
    const faults = hasStruck ? [...options.judge(run, request)] : [];
    faults.push(...repeatedThreads(workshop, run), ...workshop.spoolLeft());
    if (run.exitCode === 0) faults.push(...(await workshop.faults()).map((fault) => `after the disturbed run: ${fault}`));
    faults.push(...(await faultsOfNextRun(workshop)));
    outcomes.push({ request, exitCode: run.exitCode, faults });
    if (!hasStruck) return outcomes;
  }
  throw new Error(`a run of more than ${requestsMax} requests`);
}

/** The next run: what was stored is not asked for again, and nothing is wrong afterwards. */
export async function faultsOfNextRun(workshop: Workshop): Promise<string[]> {
  const stored = await workshop.storedIds();
  workshop.threadRequests.clear();
  const run = await workshop.run({ conversationsPerLoad: 5 });
  if (run.exitCode !== 0) return [`the next run ended with ${run.exitCode}: ${String(run.error)}`];
  const repeated = [...workshop.threadRequests.keys()].filter((id) => stored.has(id));
  return [...repeated.map((id) => `conversation ${id} was stored and is retrieved again`), ...(await workshop.faults())];
}

/** Conversations that one run asked for more often than its retries explain. */
function repeatedThreads(workshop: Workshop, run: RunResult): string[] {
  const retries = run.events.filter(({ event }) => ["request_retried", "rate_limited"].includes(event)).length;
  const repeats = [...workshop.threadRequests.values()].reduce((sum, count) => sum + count - 1, 0);
  return repeats > retries ? [`${repeats} threads were asked for again, with ${retries} retries`] : [];
}
