import { exitCodes, InterruptedError } from "../errors.ts";

/** What asks a process to end: a key, a scheduler, and a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * A signal that fires at the first of these. A second SIGINT or SIGTERM ends the process at once. A second SIGHUP does not: where a
 * terminal is closed, the system and the shell both send one.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted && name !== "SIGHUP") process.exit(exitCodes.interrupted);
    controller.abort(
      new InterruptedError(`Interrupted by ${name}: what was loaded stays, and the next run continues from there.`),
    );
  };
  for (const name of signals) process.on(name, onSignal);
  return controller.signal;
}
