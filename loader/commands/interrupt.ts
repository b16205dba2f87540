import { exitCodes, InterruptedError } from "../errors.ts";

/** What asks a process to end: a key, a scheduler, and a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that fires at the first of these. The second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(
      new InterruptedError(`Interrupted by ${name}: what was loaded stays, and the next run continues from there.`),
    );
  };
  for (const name of signals) process.on(name, onSignal);
  return controller.signal;
}
