/**
 * Counts how threads were read. The fast path slices JSON and HTML as servers and editors write them; the slow path parses
 * everything else. Both give the same rows. A run is slower where the slow path reads much.
 */
export class ReadCounters {
  threads = 0;
  /** Threads whose JSON was parsed. */
  parsedThreads = 0;
  /** Bodies of messages in threads on the fast path. */
  bodies = 0;
  /** Bodies among `bodies` whose HTML was parsed. */
  parsedBodies = 0;

  /** The share of threads on the slow path, rounded to a thousandth. */
  get slowShare(): number {
    return share(this.parsedThreads, this.threads);
  }

  /** The share of bodies in threads on the fast path whose HTML was parsed, rounded to a thousandth. */
  get slowBodyShare(): number {
    return share(this.parsedBodies, this.bodies);
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 1000;
}
