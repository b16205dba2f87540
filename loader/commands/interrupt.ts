import { exitCodes, InterruptedError } from "../errors.ts";

/** A signal that fires at the first SIGINT or SIGTERM. The second SIGINT or SIGTERM ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(
      new InterruptedError(`Interrupted by ${name}: what was loaded stays, and the next run continues from there.`),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
