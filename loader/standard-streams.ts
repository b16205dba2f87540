import { Console } from "node:console";
import { systemCodeOf, WarehouseError } from "./errors.ts";

/** What writing fails with once nobody reads any more: EPIPE at first, and the other from then on. */
const goneCodes = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

/** Whether a write to standard output failed because its reader has gone, as `head -1` has after a line: nobody's fault. */
export function isReaderGone(error: unknown): boolean {
  return goneCodes.has(systemCodeOf(error) ?? "");
}

/** Errors: WarehouseError, always. */
export function outputFailed(error: unknown): WarehouseError {
  const code = systemCodeOf(error) ?? "unknown error";
  return new WarehouseError(
    `Standard output could not be written (${code}), so what it has is not whole. Make room, and run the same command again.`,
    { cause: error },
  );
}

/** Standard output after an error: `failure` is undefined as long as all was written, or the reader has gone. */
export type Watched = { readonly failure: () => unknown };

/**
 * Keeps a reader who goes from ending the process: a sync goes on without one. A library's own words go to standard error,
 * since a program may read standard output.
 */
export function watchStandardStreams(output: NodeJS.WriteStream, errors: NodeJS.WriteStream): Watched {
  let failure: unknown;
  output.on("error", (error: unknown) => {
    if (!isReaderGone(error)) failure ??= error;
  });
  errors.on("error", () => undefined);
  globalThis.console = new Console(errors, errors);
  return { failure: () => failure };
}

/**
 * Resolves once all that was written has left this process, or nobody reads it: ending before would cut what a pipe has no
 * room for. Waits for a slow reader as long as it takes. An error of the last write is told by then.
 */
export async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  // A file that can't be written says so a tick later.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  if (stream.writableLength === 0 || stream.destroyed) return;
  await new Promise<void>((resolve) => stream.write("", () => resolve()));
}
