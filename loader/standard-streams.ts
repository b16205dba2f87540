import { Console } from "node:console";
import { systemCodeOf, WarehouseError } from "./errors.ts";

/** The codes of a write that nobody reads: EPIPE at first, ERR_STREAM_DESTROYED from then on. */
const goneCodes = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

/** Whether a write to standard output failed because its reader has gone, as `head -1` goes after a line. That is no fault. */
export function isReaderGone(error: unknown): boolean {
  return goneCodes.has(systemCodeOf(error) ?? "");
}

/** Errors: WarehouseError, always. */
export function outputFailed(error: unknown): WarehouseError {
  const code = systemCodeOf(error) ?? "unknown error";
  return new WarehouseError(
    `Standard output could not be written (${code}), so the output is not complete. Make room, and run the same command again.`,
    { cause: error },
  );
}

/** `failure` is undefined as long as standard output could be written, or its reader has gone. */
export type Watched = { readonly failure: () => unknown };

/**
 * Lets the process live when a reader goes: a sync needs none. What libraries print goes to standard error, since a program
 * may read standard output.
 */
export function watchStandardStreams(output: NodeJS.WriteStream, errors: NodeJS.WriteStream): Watched {
  let failure: unknown;
  output.on("error", (error: unknown) => {
    const isTerminalClosed = output.isTTY && systemCodeOf(error) === "EIO";
    if (!isReaderGone(error) && !isTerminalClosed) failure ??= error;
  });
  errors.on("error", () => undefined);
  globalThis.console = new Console(errors, errors);
  return { failure: () => failure };
}

/**
 * Resolves once all output has left this process, or nobody reads it: an earlier end would cut what a pipe has no room for.
 * The wait for a slow reader has no limit. An error of the last write is known when the promise resolves.
 */
export async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  // A file that can't be written reports its error a tick later.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  if (stream.writableLength === 0 || stream.destroyed) return;
  await new Promise<void>((resolve) => stream.write("", () => resolve()));
}
