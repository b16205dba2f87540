/**
 * How threads were read. There is a fast way, by slices, for JSON and HTML as servers and editors write them, and a slow one
 * by values for anything else. Both give the same rows; a run of which much takes the slow way takes longer.
 */
export class ReadCounters {
  /** Threads that were read. */
  threads = 0;
  /** Those of them whose JSON had to be parsed. */
  parsedThreads = 0;
  /** Bodies of messages in threads that were read by slices. */
  bodies = 0;
  /** Those of them whose HTML had to be parsed. */
  parsedBodies = 0;

  /** The share of threads whose JSON had to be parsed, rounded to a thousandth. */
  get slowShare(): number {
    return share(this.parsedThreads, this.threads);
  }

  /** The share of bodies, beside those of parsed threads, whose HTML had to be parsed, rounded likewise. */
  get slowBodyShare(): number {
    return share(this.parsedBodies, this.bodies);
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 1000;
}
