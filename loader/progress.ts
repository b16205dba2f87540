import { createLogUpdate } from "log-update";

/** What has happened to a stream so far. */
export type StreamProgress = {
  /** Records known to need work (a first guess that grows). */
  found: number;
  done: number;
  stored: number;
  rejected: number;
};

const framesPerSecond = 5;
const barWidth = 24;

/** Counts what a run does, and shows it. */
export class Progress {
  readonly streams = new Map<string, StreamProgress>();
  partsRead = 0;

  /** Records of the stream that have to be fetched. */
  found(stream: string, count: number): void {
    this.#of(stream).found += count;
  }

  /** One more record of the stream is fetched. */
  done(stream: string): void {
    this.#of(stream).done += 1;
  }

  parts(count: number): void {
    this.partsRead += count;
  }

  /** Rows of the stream that are in the warehouse now. */
  stored(stream: string, rows: number): void {
    this.#of(stream).stored += rows;
  }

  rejected(stream: string): void {
    this.#of(stream).rejected += 1;
  }

  #of(stream: string): StreamProgress {
    let progress = this.streams.get(stream);
    if (progress === undefined) {
      progress = { found: 0, done: 0, stored: 0, rejected: 0 };
      this.streams.set(stream, progress);
    }
    return progress;
  }
}

/** What the bars say beside the counts. */
export type Pulse = { readonly requests: number; readonly shareUsed: number | undefined };

/** Draws a bar per stream on a terminal until the returned function is called. */
export function drawProgress(
  progress: Progress,
  pulse: () => Pulse,
  stream: NodeJS.WriteStream,
  now: () => number,
): () => void {
  const draw = createLogUpdate(stream);
  const startedAtMs = now();
  const timer = setInterval(() => draw(frame(progress, pulse(), (now() - startedAtMs) / 1000)), 1000 / framesPerSecond);
  return () => {
    clearInterval(timer);
    draw(frame(progress, pulse(), (now() - startedAtMs) / 1000));
    draw.done();
  };
}

/** The bars as text. @param seconds since the run began */
export function frame(progress: Progress, pulse: Pulse, seconds: number): string {
  const lines = [...progress.streams].map(([name, stream]) => streamLine(name, stream, progress.partsRead, seconds));
  const share =
    pulse.shareUsed === undefined
      ? "no rate limit stated"
      : `${Math.round(pulse.shareUsed * 100)} % of this window's rate budget`;
  return [...lines, `${pulse.requests} requests, ${share}`].join("\n");
}

function streamLine(name: string, stream: StreamProgress, parts: number, seconds: number): string {
  const label = name.padEnd(24);
  if (name !== "conversations") return `${label}${stream.done} new or changed`;
  const ratio = stream.found === 0 ? 1 : stream.done / stream.found;
  const bar = "█".repeat(Math.round(ratio * barWidth)).padEnd(barWidth, "░");
  const perSecond = seconds > 0 ? stream.done / seconds : 0;
  const secondsLeft = perSecond > 0 ? Math.ceil((stream.found - stream.done) / perSecond) : 0;
  return `${label}${bar} ${stream.done}/${stream.found}  ${perSecond.toFixed(0)}/s  ${parts} parts  about ${secondsLeft} s left`;
}
