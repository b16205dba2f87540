import { type Change, changes } from "./changes.ts";
import type { Dice } from "./dice.ts";
import type { RunOptions, RunResult, Workshop } from "./workshop.ts";

/** What happens before a certain request of a run is answered, counted from 1. */
export type Happening = { readonly request: number; readonly name: string };

/** Seconds after which a change's own second is over and every lag of the searches too. */
const settlingSeconds = 10_000;

/** A schedule of `count` changes, drawn from all kinds, within the first `requests` requests. */
export function drawHappenings(dice: Dice, count: number, requests: number): Happening[] {
  const names = Object.keys(changes);
  return Array.from({ length: count }, () => ({ request: 1 + dice.below(requests), name: dice.pick(names) }));
}

/** A run during which the desk changes. */
export async function restlessRun(
  workshop: Workshop,
  happenings: readonly Happening[],
  dice: Dice,
  options: RunOptions = {},
): Promise<RunResult> {
  const stop = happenAt(workshop, happenings, dice);
  try {
    return await workshop.run(options);
  } finally {
    stop();
  }
}

/** Makes things happen at requests to come. Returns what takes the rest back. */
export function happenAt(workshop: Workshop, happenings: readonly Happening[], dice: Dice): () => void {
  let requests = 0;
  return workshop.fake.onRequest(() => {
    requests += 1;
    for (const { request, name } of happenings) if (request === requests) changeNamed(name)(workshop.fake.world, dice);
  });
}

/** Lets the last change's second and every lag pass, runs once more, and says in words what is wrong then. */
export async function faultsOnceSettled(workshop: Workshop, options: RunOptions = {}): Promise<string[]> {
  // Unlike `advance`, this lets nothing new happen, which a search that lags would not show yet.
  workshop.clock.skip(settlingSeconds * 1000);
  workshop.fake.world.time.touch();
  const run = await workshop.run(options);
  if (run.exitCode !== 0) return [`the next run ended with ${run.exitCode}: ${String(run.error)}`];
  return workshop.faults("loose");
}

function changeNamed(name: string): Change {
  const change = changes[name];
  if (change === undefined) throw new Error(`no change is named ${name}`);
  return change;
}
