// Destinations that err at random, by a seed.
import type { DestinationFault, FaultPlan } from "../fake/destination-faults.ts";
import { Dice } from "../fault/dice.ts";

export type Restlessness = {
  /** Of the requests, so many err. */
  readonly share: number;
  /** Whether some get no answer at all, which takes the time that is waited for one. */
  readonly isSilent?: boolean;
};

/** Every kind of error that passes: before the request was done, after, and instead. */
export function restless(seed: number, { share, isSilent = false }: Restlessness): FaultPlan {
  const dice = new Dice(seed);
  const kinds: readonly DestinationFault[] = [
    { kind: "status", status: 429, headers: { "retry-after": "1" } },
    { kind: "status", status: 429, headers: { "retry-after": new Date(Date.now() + 2000).toUTCString() } },
    { kind: "status", status: 500 },
    { kind: "status", status: 503, body: "<html>Service unavailable</html>" },
    { kind: "cut", isDone: false },
    { kind: "cut", isDone: true },
    { kind: "cut", isDone: true },
    ...(isSilent
      ? ([
          { kind: "silence", isDone: false },
          { kind: "silence", isDone: true },
        ] as const)
      : []),
  ];
  return ({ method, url }) => {
    if (dice.random() >= share) return undefined;
    const isAttioWrite = url.pathname.startsWith("/v2/") && method !== "GET" && !url.pathname.endsWith("/query");
    if (isAttioWrite && dice.below(6) === 0)
      return { kind: "status", status: 409, body: { code: "concurrent_write_conflict" } };
    return dice.pick(kinds);
  };
}
