import { setTimeout as delay } from "node:timers/promises";
import { killedAtLine } from "../tools/killed-at-line.ts";
import { ChildRun, type EndedChild } from "./child-run.ts";
import type { Workshop } from "./workshop.ts";

/** When a run is killed: at its N-th request, once it has said N times that a load is stored, or after some milliseconds. */
export type KillPoint =
  | { readonly at: "request"; readonly count: number }
  | { readonly at: "commit"; readonly count: number }
  | { readonly at: "instant"; readonly afterMs: number };

export type KilledRun = EndedChild & {
  /** Whether the signal came before the run's own end. */
  readonly wasKilled: boolean;
  /** From the signal to the end, in real time. */
  readonly secondsToEnd: number;
};

/** Runs the loader as a process of its own and sends it a signal at the given point. */
export async function runAndKill(
  workshop: Workshop,
  point: KillPoint,
  signal: NodeJS.Signals = "SIGKILL",
  flags: readonly string[] = [],
): Promise<KilledRun> {
  let requests = 0;
  let signalledAtMs = performance.now();
  let run: ChildRun | undefined;
  const strike = (): void => {
    signalledAtMs = performance.now();
    run?.kill(signal);
  };
  const ended = new AbortController();
  const stopListening = workshop.fake.onRequest(() => {
    requests += 1;
    if (point.at === "request" && requests === point.count) strike();
  });
  run = new ChildRun({
    environment: {
      ...workshop.environment,
      ...(point.at === "commit" ? killedAtLine('"load_committed"', point.count) : {}),
    },
    flags,
  });
  if (point.at === "instant") {
    // It may have ended before.
    delay(point.afterMs, undefined, { signal: ended.signal }).then(strike, () => undefined);
  }
  const result = await run.ended;
  ended.abort();
  stopListening();
  const secondsToEnd = (performance.now() - signalledAtMs) / 1000;
  return { ...result, wasKilled: result.signal === signal || result.exitCode === 130, secondsToEnd };
}
