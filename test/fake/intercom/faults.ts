// Faults on demand: which request goes wrong, how often, and in which way.

export type FaultKind =
  /** Answers this instead. The body is sent as it is; an object as JSON. */
  | {
      readonly kind: "status";
      readonly code: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    }
  /** The connection breaks before a byte is answered. */
  | { readonly kind: "reset" }
  /** The right answer, but only so much of its body (a share of it) before the connection breaks. */
  | { readonly kind: "cut"; readonly share?: number }
  /** 200 with nothing in it. */
  | { readonly kind: "empty" }
  /** A page for people, as a proxy sends it. */
  | { readonly kind: "html"; readonly code?: number }
  /** The right answer, but its body is written otherwise, or with other headers. */
  | {
      readonly kind: "rewritten";
      readonly rewrite: (body: string) => string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The right answer after so many milliseconds; null: never, until the client or the server hangs up. */
  | { readonly kind: "slow"; readonly delayMs: number | null };

export type Fault = FaultKind & {
  /** "GET /conversations/{id}", a pattern on that, or a test; every request unless told. */
  readonly route?: string | RegExp | ((route: string) => boolean);
  /** Of these paths only, such as "/conversations/123". */
  readonly path?: RegExp;
  /** The n-th matching request since the fault was added, counted from 1. */
  readonly nth?: number;
  /** Each n-th matching request. */
  readonly every?: number;
  /** At most so often; without limit unless told, but once for `nth`. */
  readonly times?: number;
};

interface Armed {
  readonly fault: Fault;
  seen: number;
  struck: number;
}

export class Faults {
  private readonly armed: Armed[] = [];
  /** How many requests went wrong so far. */
  struck = 0;

  add(fault: Fault): void {
    this.armed.push({ fault, seen: 0, struck: 0 });
  }

  clear(): void {
    this.armed.length = 0;
  }

  /** The fault that strikes this request; null when it is let through. Every armed fault counts the request. */
  next(route: string, path = ""): FaultKind | null {
    let chosen: FaultKind | null = null;
    for (const armed of this.armed) {
      const { fault } = armed;
      if (!isFor(fault, route) || (fault.path !== undefined && !fault.path.test(path))) continue;
      armed.seen++;
      const { nth, every, times = nth === undefined ? Number.POSITIVE_INFINITY : 1 } = fault;
      const isDue = (nth === undefined || armed.seen >= nth) && (every === undefined || armed.seen % every === 0);
      if (chosen !== null || !isDue || armed.struck >= times) continue;
      armed.struck++;
      this.struck++;
      chosen = fault;
    }
    return chosen;
  }
}

function isFor(fault: Fault, route: string): boolean {
  if (fault.route === undefined) return true;
  if (typeof fault.route === "string") return fault.route === route;
  return typeof fault.route === "function" ? fault.route(route) : fault.route.test(route);
}
