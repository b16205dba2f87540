import type { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

/** The delay before a list that lacks records is read again. */
export const confirmDelayMs = 1000;
/** A list that lacks so large a share of the stored records is much shorter than before. */
const muchShorterShareMin = 0.1;
/** So many records of a short list may be missing without a second reading. */
const fewMissingMax = 2;

export type MissingOptions = {
  /** The stream's name, for a message. */
  readonly stream: string;
  /** Reads the list again and adds what changed. @returns Intercom's clock, seconds */
  readonly readAgain: () => Promise<number>;
  /** Whether to read again even where few records are missing, since it costs next to nothing. */
  readonly isCheap: boolean;
};

/**
 * Adds tombstones for stored records that a list of Intercom's lacks. A list may come short once, so it is read again first:
 * only records that both readings lack count as deleted.
 */
export async function addTombstonesForMissing(
  run: Run,
  load: RecordLoad,
  requestedAtSeconds: number,
  options: MissingOptions,
): Promise<void> {
  let missing = load.missing();
  if (missing.length === 0) return;
  let readAtSeconds = requestedAtSeconds;
  if (options.isCheap || isMuchShorter(missing.length, load.known)) {
    run.effects.log("list_read_again", { stream: options.stream, missing: missing.length, known: load.known });
    await run.effects.sleep(confirmDelayMs, run.signal);
    readAtSeconds = await options.readAgain();
    missing = load.missing();
  }
  if (isMuchShorter(missing.length, load.known))
    run.issues.note(
      `${options.stream}: ${missing.length} of ${load.known} are gone from Intercom's list, which was read twice. They count as deleted.`,
    );
  for (const key of missing) load.addTombstone(key, readAtSeconds);
}

/** Whether so many are missing that a list came back much shorter than before. */
export function isMuchShorter(missing: number, known: number): boolean {
  return missing > 0 && (missing === known || (missing > fewMissingMax && missing >= muchShorterShareMin * known));
}
