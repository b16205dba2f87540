import { partsOf } from "../extract/rows.ts";
import { drawFrames } from "../terminal.ts";

/** What has happened to a stream so far. */
export type StreamProgress = {
  /** Intercom's count of the records in the run's range. */
  expected: number;
  /** Fetched. */
  done: number;
  /** Not fetched: already stored. */
  skipped: number;
  /** Rows in the warehouse. */
  stored: number;
  rejected: number;
  /** Parts read, where the records have parts. */
  parts: number;
};

const barWidth = 24;

/** Counts what a run does, and shows it. */
export class Progress {
  readonly streams = new Map<string, StreamProgress>();

  /** Intercom counts this many more records of the stream in the run's range. */
  expect(stream: string, count: number): void {
    this.#of(stream).expected += count;
  }

  /** Records of the stream that are already stored. */
  skipped(stream: string, count: number): void {
    this.#of(stream).skipped += count;
  }

  /** One more record of the stream is fetched. */
  done(stream: string): void {
    this.#of(stream).done += 1;
  }

  /** Parts of the stream's threads that were read. */
  parts(stream: string, count: number): void {
    this.#of(stream).parts += count;
  }

  /** Rows of the stream that a load has put into the warehouse. */
  stored(stream: string, rows: number): void {
    this.#of(stream).stored += rows;
  }

  rejected(stream: string): void {
    this.#of(stream).rejected += 1;
  }

  #of(stream: string): StreamProgress {
    let progress = this.streams.get(stream);
    if (progress === undefined) {
      progress = { expected: 0, done: 0, skipped: 0, stored: 0, rejected: 0, parts: 0 };
      this.streams.set(stream, progress);
    }
    return progress;
  }
}

/** What the progress display shows beside the counts. */
export type Pulse = { readonly requests: number; readonly shareUsed: number | undefined };

/** Draws a bar per stream on a terminal until the returned function is called. */
export function drawProgress(
  progress: Progress,
  pulse: () => Pulse,
  terminal: NodeJS.WriteStream,
  now: () => number,
): Promise<() => void> {
  const startedAtMs = now();
  return drawFrames(terminal, () => frame(progress, pulse(), (now() - startedAtMs) / 1000));
}

/** The bars as text. @param seconds since the run began */
export function frame(progress: Progress, pulse: Pulse, seconds: number): string {
  const streams = [...progress.streams].filter(([name]) => !isParts(name)); // in the line of their threads
  const lines = streams.map(([name, stream]) => streamLine(name, stream, seconds));
  const share =
    pulse.shareUsed === undefined
      ? "no rate limit stated"
      : `${Math.round(pulse.shareUsed * 100)} % of this window's rate budget`;
  return [...lines, `${pulse.requests} requests, ${share}`].join("\n");
}

function isParts(name: string): boolean {
  return Object.values<string>(partsOf).includes(name);
}

function streamLine(name: string, stream: StreamProgress, seconds: number): string {
  const label = name.padEnd(24);
  if (!Object.hasOwn(partsOf, name)) return `${label}${stream.done} new or changed`;
  const seen = stream.done + stream.skipped;
  const expected = Math.max(stream.expected, seen);
  const ratio = expected === 0 ? 1 : seen / expected;
  const bar = "█".repeat(Math.floor(ratio * barWidth)).padEnd(barWidth, "░");
  const perSecond = seconds > 0 ? seen / seconds : 0;
  const left = seen === expected ? "" : perSecond > 0 ? `  about ${timeLeft((expected - seen) / perSecond)} left` : "";
  return `${label}${bar} ${seen}/${expected}  ${perSecond.toFixed(0)}/s  ${stream.parts} parts${left}`;
}

function timeLeft(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
