// Two clocks that never contradict each other.
//
// The server's clock is what an Intercom server would show: it starts at the world's first instant, runs with real time,
// and jumps with `advance`. The world's clock is how far the desk's story has been told: it stands still, so that data
// are reproducible, and moves only by `advance` (and, by `touch`, to the server's clock when a test changes something).
//
// What the story planned for the time in which a reader was already looking must not turn up backdated: a reader that
// was told "it is 12:00:20, this is all that happened" has been lied to if something of 12:00:05 appears afterwards. So
// each move leaves a quiet stretch behind: what was planned in it happens at its end instead. The stretch has a fixed
// length, so that times do not depend on how fast a test ran, unless it ran longer than that.

const QUIET_SECONDS = 900;

export interface QuietStretch {
  readonly from: number;
  readonly to: number;
}

export class DeskClock {
  /** Epoch seconds. */
  private world: number;
  private readonly quiet: QuietStretch[] = [];
  private readonly realNow: () => number;
  private readonly realStart: number;
  private serverOffsetMs: number;
  private readonly quietSeconds: number;
  private moves = 0;

  /**
   * `start`: epoch seconds of both clocks. `realNow`: milliseconds that run; only differences count. `quietSeconds`: what the clock
   * is moved by must be longer, or all that was planned is put off for good.
   */
  constructor(start: number, realNow: () => number = () => performance.now(), quietSeconds = QUIET_SECONDS) {
    this.quietSeconds = quietSeconds;
    this.world = start;
    this.realNow = realNow;
    this.realStart = realNow();
    this.serverOffsetMs = start * 1000;
  }

  /** Epoch seconds: everything up to here has happened. */
  now(): number {
    return this.world;
  }

  /** Milliseconds since the epoch, by the server's clock. */
  serverNowMs(): number {
    return this.serverOffsetMs + (this.realNow() - this.realStart);
  }

  /** Changes whenever time has moved. */
  version(): number {
    return this.moves;
  }

  /** Lets the desk live on; both clocks move. */
  advance(seconds: number): void {
    if (!(seconds >= 0)) throw new RangeError(`a clock can't be advanced by ${seconds} seconds`);
    this.keepQuiet(Math.max(this.world + this.quietSeconds, Math.ceil(this.serverNowMs() / 1000) + 1));
    this.serverOffsetMs += seconds * 1000;
    this.world += seconds;
    this.moves++;
  }

  /** Brings the world's clock up to the server's, for a change made from outside. Returns it, epoch seconds. */
  touch(): number {
    const now = Math.floor(this.serverNowMs() / 1000);
    if (now > this.world) {
      this.keepQuiet(Math.max(this.world + this.quietSeconds, now + 1));
      this.world = now;
    }
    this.moves++;
    return this.world;
  }

  /** When what was planned for an instant is seen to happen. */
  shown(planned: number): number {
    for (let index = this.quiet.length - 1; index >= 0; index--) {
      const { from, to } = this.quiet[index] ?? { from: 0, to: 0 };
      if (planned > to) return planned;
      if (planned > from) return to;
    }
    return planned;
  }

  /** The latest instant whose plans are seen to have happened by `epoch`. */
  plannedUntil(epoch: number): number {
    for (const { from, to } of this.quiet) if (epoch >= from && epoch < to) return from;
    return epoch;
  }

  private keepQuiet(to: number): void {
    const last = this.quiet.at(-1);
    // A stretch that has not ended goes on; nothing of it has been seen.
    if (last !== undefined && this.world < last.to)
      this.quiet[this.quiet.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else this.quiet.push({ from: this.world, to });
  }
}
