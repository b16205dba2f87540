import { setTimeout as sleepFor } from "node:timers/promises";

/** The loader's access to the world outside of its code. Tests pass their own. */
export type Effects = {
  /** Local time, milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after `milliseconds`; rejects when the signal fires. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
};

/** The fields of a log line: never a body, an e-mail address or a token. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Log = (event: string, fields?: LogFields) => void;

/** The real clock, timer and random numbers, with the given log. */
export function realEffects(log: Log): Effects {
  return {
    now: Date.now,
    sleep: async (milliseconds, signal) => {
      await sleepFor(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
    random: Math.random,
    log,
  };
}

/** Writes each event as one JSON line. */
export function jsonLinesLog(write: (line: string) => void, now: () => number, constant: LogFields = {}): Log {
  return (event, fields = {}) => {
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), event, ...constant, ...fields })}\n`);
  };
}
