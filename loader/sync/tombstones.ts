import type { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

/** Between a list that lacks records and the second look at it. */
const confirmDelayMs = 1000;
/** A list that lacks so large a share of what is stored is much shorter than it was. */
const muchShorterShareMin = 0.1;
/** Of a short list so many records may be gone without a second thought. */
const fewMissingMax = 2;

export type MissingOptions = {
  /** The stream's name, for a message. */
  readonly stream: string;
  /** What Intercom calls such an object. */
  readonly type: string;
  /** Reads the list once more and offers what it has; returns Intercom's clock, seconds. */
  readonly readAgain: () => Promise<number>;
  /** Looks again also where only a few are missing, since it costs next to nothing. */
  readonly isCheap: boolean;
};

/**
 * Buries the records that a list of Intercom's lacks. A list may come short once, so it is read again first, and only
 * what is missing from both is believed gone.
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
  for (const id of missing) load.addTombstone(options.type, id, readAtSeconds);
}

function isMuchShorter(missing: number, known: number): boolean {
  return missing > 0 && (missing === known || (missing > fewMissingMax && missing >= muchShorterShareMin * known));
}
