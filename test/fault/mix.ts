import { Dice } from "./dice.ts";
import { runAndKill } from "./kill.ts";
import { knownFaults } from "./kinds.ts";
import { drawOddAnswer } from "./odd-answers.ts";
import { drawHappenings, faultsOnceSettled, happenAt } from "./restless-run.ts";
import { Workshop } from "./workshop.ts";

const conversations = 300;
const runsPerRound = 4;
/** How a disturbed run may end: done, refused, unavailable, with rejected records, interrupted; null when it was killed. */
const expectedExits = new Set([0, 3, 4, 6, 130, null]);

export type MixResult = {
  /** How many runs were disturbed. */
  readonly runs: number;
  /** What was done, in order, so that a failure can be understood. */
  readonly story: readonly string[];
  readonly faults: readonly string[];
};

/** Runs under a random schedule of faults, kills, interruptions and changes, then a quiet one; the seed decides all of it. */
export async function mix(seed: number): Promise<MixResult> {
  const dice = new Dice(seed);
  const story: string[] = [];
  const workshop = await Workshop.open({
    conversations,
    accounts: 30,
    lonelyCompanies: 110,
    tickets: 120,
    isWhole: true,
    seed: dice.below(1000),
    ticketsShareIds: dice.random() < 0.5,
    ticketSearchPartsMax: dice.pick([2, 500]),
    searchIsStrict: dice.random() < 0.5,
    searchOrder: dice.random() < 0.5 ? "shuffled" : "updated_desc",
    searchLagSeconds: dice.pick([0, 0, 60, 900]),
    contactSearchLagSeconds: dice.pick([0, 0, 3000]),
    notFoundIsHtml: dice.random() < 0.5,
    rateLimit: dice.random() < 0.5 ? { perMinute: dice.pick([1000, 10_000]) } : null,
  });
  try {
    const faults: string[] = [];
    for (let run = 0; run < runsPerRound; run += 1) {
      const happenings = drawHappenings(dice, dice.below(8), conversations);
      const stop = happenAt(workshop, happenings, dice);
      armFaults(workshop, dice, story);
      const { words, exitCode } = await disturbedRun(workshop, dice);
      stop();
      workshop.fake.faults.clear();
      story.push(
        `${words}: exit ${exitCode}; ${happenings.map(({ request, name }) => `${name} @${request}`).join(", ")}`,
      );
      if (!expectedExits.has(exitCode)) faults.push(`${words} ended with ${exitCode}`);
      workshop.fake.advance(dice.pick([0, 5, 3600, 86_400]));
    }
    faults.push(...(await faultsOnceSettled(workshop)), ...workshop.fake.unplanned);
    return { runs: runsPerRound, story, faults };
  } finally {
    await workshop.close();
  }
}

function armFaults(workshop: Workshop, dice: Dice, story: string[]): void {
  for (let count = dice.below(4); count > 0; count -= 1) {
    const { name, fault } = dice.pick(knownFaults);
    const nth = 1 + dice.below(conversations);
    const times = dice.pick([1, 1, 3, 10, 1000]);
    workshop.fake.faults.add({ ...fault, nth, times });
    story.push(`${name} from request ${nth} on, ${times} times`);
  }
  for (let count = dice.below(3); count > 0; count -= 1) {
    const { words, fault } = drawOddAnswer(dice, workshop.fake.world);
    workshop.fake.faults.add(fault);
    story.push(words);
  }
}

/** One run, ended early or not. The kill of a process is the one thing that no seed repeats to the instruction. */
async function disturbedRun(workshop: Workshop, dice: Dice): Promise<{ words: string; exitCode: number | null }> {
  const request = 1 + dice.below(conversations + 50);
  // Faults make a process of its own wait in earnest: it runs without them.
  switch (dice.below(4)) {
    case 0: {
      workshop.fake.faults.clear();
      const { exitCode } = await runAndKill(workshop, { at: "request", count: request });
      return { words: `without faults, killed at request ${request}`, exitCode };
    }
    case 1: {
      const interruption = new AbortController();
      let requests = 0;
      const stop = workshop.fake.onRequest(() => {
        requests += 1;
        if (requests === request) interruption.abort(new Error("interrupted"));
      });
      const run = await workshop.run({ signal: interruption.signal, threadsPerLoad: 20 });
      stop();
      const isInterrupted = interruption.signal.aborted && run.error === interruption.signal.reason;
      return { words: `interrupted at request ${request}`, exitCode: isInterrupted ? 130 : run.exitCode };
    }
    default: {
      const run = await workshop.run({
        threadsPerLoad: 20,
        ...(dice.random() < 0.2 ? { flags: { list: true } } : {}),
      });
      return { words: "not interrupted", exitCode: run.exitCode };
    }
  }
}
