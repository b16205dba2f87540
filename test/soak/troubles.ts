import { setTimeout as delay } from "node:timers/promises";
import type { Dice } from "../fault/dice.ts";
import { knownFaults } from "../fault/kinds.ts";
import { drawOddAnswer } from "../fault/odd-answers.ts";
import type { Ended } from "../tools/loader-process.ts";
import type { Operation } from "./operation.ts";

/** A sync that something befell: in words what it was, how each process ended, and how it may have ended. */
export type TroubledSync = {
  readonly words: string;
  readonly runs: readonly Ended[];
  readonly expected: readonly (number | null)[];
};

type Trouble = (operation: Operation, dice: Dice) => Promise<TroubledSync>;

/** A sync that has next to nothing to do asks this often. */
const requestsOfSync = 80;
/** A process that has just started is killed before it works, a late kill comes after its end. */
const killAfterMs = { from: 200, to: 1500 };

/** Each as often as its weight says. */
const troubles: readonly (readonly [weight: number, Trouble])[] = [
  [14, withFaults],
  [8, withOddAnswer],
  [5, killedAtRequest],
  [4, killedAtInstant],
  [3, interrupted],
  [3, twoAtOnce],
  [3, onFullDisk],
  [2, besideBuild],
  [1, (operation) => plain(operation, ["--list"])],
  [1, (operation) => plain(operation, ["--search-again"])],
];
const weights = troubles.reduce((sum, [weight]) => sum + weight, 0);

/** One sync, with a trouble that the dice choose, or with none. @param share of the syncs that have one */
export async function syncInTrouble(operation: Operation, dice: Dice, share: number): Promise<TroubledSync> {
  if (dice.random() >= share) return plain(operation);
  let drawn = dice.below(weights);
  for (const [weight, trouble] of troubles) {
    if (drawn < weight) return trouble(operation, dice);
    drawn -= weight;
  }
  throw new RangeError("the weights are not the sum of the weights");
}

async function plain(operation: Operation, flags: readonly string[] = []): Promise<TroubledSync> {
  const words = ["sync", ...flags].join(" ");
  return { words, runs: [await operation.run(["sync", ...flags])], expected: [0] };
}

async function withFaults(operation: Operation, dice: Dice): Promise<TroubledSync> {
  const drawn = Array.from({ length: 1 + dice.below(3) }, () => ({
    ...dice.pick(knownFaults),
    nth: 1 + dice.below(requestsOfSync),
    times: dice.pick([1, 1, 3, 10, 1000]),
  }));
  for (const { fault, nth, times } of drawn) operation.fake.faults.add({ ...fault, nth, times });
  const words = drawn.map(({ name, nth, times }) => `${name} from request ${nth} on, ${times} times`).join("; ");
  return { words, runs: [await operation.run(["sync"])], expected: [0, 3, 4, 6] };
}

async function withOddAnswer(operation: Operation, dice: Dice): Promise<TroubledSync> {
  const { words, fault } = drawOddAnswer(dice, operation.world);
  operation.fake.faults.add(fault);
  return { words, runs: [await operation.run(["sync"])], expected: [0, 3, 4, 6] };
}

async function killedAtRequest(operation: Operation, dice: Dice): Promise<TroubledSync> {
  const request = 1 + dice.below(requestsOfSync);
  return { words: `killed at request ${request}`, ...(await signalledAt(operation, request, "SIGKILL", [0, null])) };
}

async function interrupted(operation: Operation, dice: Dice): Promise<TroubledSync> {
  const request = 1 + dice.below(requestsOfSync);
  return {
    words: `interrupted at request ${request}`,
    ...(await signalledAt(operation, request, "SIGTERM", [0, 130])),
  };
}

async function signalledAt(
  operation: Operation,
  request: number,
  signal: NodeJS.Signals,
  expected: readonly (number | null)[],
): Promise<Omit<TroubledSync, "words">> {
  let requests = 0;
  let strike = (): void => undefined;
  const stop = operation.fake.onRequest(() => {
    requests += 1;
    if (requests === request) strike();
  });
  const run = await operation.run(["sync"], {
    onStart: (child) => {
      strike = () => child.kill(signal);
    },
  });
  stop();
  return { runs: [run], expected };
}

async function killedAtInstant(operation: Operation, dice: Dice): Promise<TroubledSync> {
  const afterMs = killAfterMs.from + dice.below(killAfterMs.to - killAfterMs.from);
  const over = new AbortController();
  const run = await operation.run(["sync"], {
    onStart: (child) => {
      delay(afterMs, undefined, { signal: over.signal }).then(
        () => child.kill("SIGKILL"),
        () => undefined, // it has ended before
      );
    },
  });
  over.abort();
  return { words: `killed after ${afterMs} ms`, runs: [run], expected: [0, null] };
}

async function twoAtOnce(operation: Operation): Promise<TroubledSync> {
  const runs = await Promise.all([operation.run(["sync"]), operation.run(["sync"])]);
  return { words: "two at once", runs, expected: [0, 2] };
}

/** No file may grow, as on a full disk. */
async function onFullDisk(operation: Operation, dice: Dice): Promise<TroubledSync> {
  const kilobytes = dice.pick([1, 8, 100]);
  const shell = `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$@"`;
  const run = await operation.run(["sync"], { shell });
  return { words: `no file past ${kilobytes} kB`, runs: [run], expected: [0, 5] };
}

async function besideBuild(operation: Operation): Promise<TroubledSync> {
  const [run, build] = await Promise.all([operation.run(["sync"]), operation.build("new")]);
  return { words: "beside a build", runs: [run, build], expected: [0, 1, 2] };
}
