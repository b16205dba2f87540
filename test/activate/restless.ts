// Destinations that err at random, by a seed.
import type { DestinationFault, FaultPlan } from "../fake/destination-faults.ts";
import { Dice } from "../fault/dice.ts";

const conflict: DestinationFault = { kind: "status", status: 409, body: { code: "concurrent_write_conflict" } };

export type Restlessness = {
  /** The share of requests that fail. */
  readonly share: number;
  /** Whether some requests get no answer at all, which takes the whole time-out. */
  readonly isSilent?: boolean;
  /** Whether some requests are done only after they have been looked up. */
  readonly isLate?: boolean;
  /** Gets the number of faults of each kind. */
  readonly tally?: Map<string, number>;
};

/** Every kind of passing error: before the request was done, after it, and in its place. */
export function restless(seed: number, restlessness: Restlessness): FaultPlan {
  const { share, isSilent = false, isLate = false, tally = new Map() } = restlessness;
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
    ...(isLate ? ([{ kind: "late" }] as const) : []),
  ];
  return ({ method, url }) => {
    if (dice.random() >= share) return undefined;
    const isAttioWrite = url.pathname.startsWith("/v2/") && method !== "GET" && !url.pathname.endsWith("/query");
    const isConflict = isAttioWrite && dice.below(6) === 0;
    const fault = isConflict ? conflict : dice.pick(kinds);
    tally.set(nameOf(fault), (tally.get(nameOf(fault)) ?? 0) + 1);
    return fault;
  };
}

function nameOf(fault: DestinationFault): string {
  if (fault.kind === "status") return String(fault.status);
  return "isDone" in fault ? `${fault.kind} ${fault.isDone ? "after" : "before"}` : fault.kind;
}
