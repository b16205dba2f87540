// Intercom's rate limit: a budget per minute, counted in windows of ten seconds by the server's clock.

export interface RateLimitOptions {
  readonly perMinute: number;
  readonly windowSeconds?: number;
  /** Windows begin at multiples of their length, and so many seconds more. */
  readonly phaseSeconds?: number;
  /** Requests a window that other apps of the workspace send, evenly over it. */
  readonly otherClientsPerWindow?: number;
}

export interface RateWindow {
  /** Epoch seconds at which it began. */
  readonly start: number;
  limit: number;
  /** Requests of this client that were let through, and that were refused. */
  used: number;
  refused: number;
}

export interface RateVerdict {
  readonly isRefused: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Windows kept to be looked at. */
const WINDOWS_MAX = 10_000;

export class RateLimit {
  readonly windows: RateWindow[] = [];
  private options: RateLimitOptions | null;
  private readonly nowMs: () => number;

  /** `nowMs`: milliseconds since the epoch, by the server's clock. Null: no limit, and no headers. */
  constructor(options: RateLimitOptions | null, nowMs: () => number) {
    this.options = options;
    this.nowMs = nowMs;
  }

  set(options: RateLimitOptions | null): void {
    this.options = options;
  }

  /** Counts one authenticated request. */
  take(): RateVerdict {
    if (this.options === null) return { isRefused: false, headers: {} };
    const { perMinute, windowSeconds = 10, phaseSeconds = 0, otherClientsPerWindow = 0 } = this.options;
    const now = this.nowMs() / 1000;
    const start = Math.floor((now - phaseSeconds) / windowSeconds) * windowSeconds + phaseSeconds;
    const limit = Math.round((perMinute * windowSeconds) / 60);
    let window = this.windows.at(-1);
    if (window === undefined || window.start !== start) {
      window = { start, limit, used: 0, refused: 0 };
      this.windows.push(window);
      if (this.windows.length > WINDOWS_MAX) this.windows.shift();
    }
    window.limit = limit;
    const others = Math.floor((otherClientsPerWindow * (now - start)) / windowSeconds);
    const isRefused = window.used + others >= limit;
    if (isRefused) window.refused++;
    else window.used++;
    return {
      isRefused,
      headers: {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - window.used - others)),
        "x-ratelimit-reset": String(start + windowSeconds),
      },
    };
  }
}
