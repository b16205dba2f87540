import { parseArgs } from "node:util";
import { driveBigQuery, driveDuckDb, driveLock } from "../load/callers-subjects.ts";
import { badRecordFaults } from "./bad-records.ts";
import { Dice } from "./dice.ts";
import { type KillPoint, runAndKill } from "./kill.ts";
import { judgeExit, judgeMissing, knownFaults, missingFaults } from "./kinds.ts";
import { martFaults } from "./marts.ts";
import { mix } from "./mix.ts";
import { badAnswers } from "./odd-answers.ts";
import { type DisturbedRun, judgeOutage, type SweepOptions, sweep, wrongOutcomes } from "./sweep.ts";
import { Workshop, type WorkshopOptions } from "./workshop.ts";

// The long form: `node test/fault/main.ts [--seed N] [--rounds N] [--instants N]`. With a seed, that round of the mix alone.

const defaultRounds = 40;
const defaultInstants = 200;
const sweptWorkspace: WorkshopOptions = {
  conversations: 16,
  accounts: 4,
  lonelyCompanies: 110,
  tickets: 12,
  isWhole: true,
  seed: 3,
};
const killedWorkspace: WorkshopOptions = {
  conversations: 1100,
  accounts: 30,
  lonelyCompanies: 110,
  tickets: 400,
  isWhole: true,
  seed: 5,
};
/** A process does nothing before that. */
const startMs = 250;
/** Every so many kills the marts are built as well. */
const killsPerBuild = 50;
const badRecordsOfEachKind = 4;

type Tally = { runs: number; readonly faults: string[] };

async function main(): Promise<number> {
  const flags = parseArgs({
    options: {
      seed: { type: "string" },
      rounds: { type: "string", default: String(defaultRounds) },
      instants: { type: "string", default: String(defaultInstants) },
    },
  }).values;
  if (flags.seed !== undefined) return tell("mix", await mixes([Number(flags.seed)]));
  const firstSeed = Math.floor(Math.random() * 1e6);
  const seeds = Array.from({ length: Number(flags.rounds) }, (_, round) => firstSeed + round);
  const undisturbed = await undisturbedRun();
  const failed = [
    tell("each request fails once", await sweeps({})),
    tell("Intercom goes down at each request", await sweeps({ isPermanent: true })),
    tell("one conversation fails for good", await badRecords(new Dice(firstSeed))),
    tell("killed at each commit point", await kills(undisturbed.commitPoints)),
    tell("killed at random instants", await kills(randomInstants(Number(flags.instants), undisturbed.milliseconds))),
    tell(`mixes of seeds ${firstSeed} to ${seeds.at(-1) ?? firstSeed}`, await mixes(seeds)),
    tell("several callers at each warehouse at once", await callersAtOnce(seeds)),
  ];
  return Math.max(...failed);
}

/** Prints a line, and what went wrong; gives the exit code. */
function tell(name: string, { runs, faults }: Tally): number {
  process.stdout.write(`${name}: ${runs} disturbed runs, ${faults.length} faults\n`);
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}

async function badRecords(dice: Dice): Promise<Tally> {
  const workshop = await Workshop.open(sweptWorkspace);
  const tally: Tally = { runs: 0, faults: [] };
  try {
    const ids = [...workshop.fake.world.conversationIds()];
    for (const [name, fault] of Object.entries(badAnswers)) {
      for (let round = 0; round < badRecordsOfEachKind; round += 1) {
        tally.runs += 1;
        const faults = await badRecordFaults(workshop, fault, dice.pick(ids));
        tally.faults.push(...faults.map((told) => `${name}: ${told}`));
      }
    }
    return tally;
  } finally {
    await workshop.close();
  }
}

async function sweeps(options: Pick<SweepOptions, "isPermanent">): Promise<Tally> {
  const workshop = await Workshop.open(sweptWorkspace);
  const tally: Tally = { runs: 0, faults: [] };
  try {
    for (const { name, fault, exitCode } of knownFaults) {
      const expected = options.isPermanent === true && exitCode === 0 ? 4 : exitCode;
      const judge = (run: DisturbedRun): string[] => {
        return options.isPermanent === true ? judgeOutage(run, expected) : judgeExit(run, expected);
      };
      const outcomes = await sweep(workshop, fault, { ...options, judge });
      tally.runs += outcomes.length;
      tally.faults.push(...wrongOutcomes(name, outcomes));
    }
    for (const { name, fault } of options.isPermanent === true ? [] : missingFaults) {
      const outcomes = await sweep(workshop, fault, { judge: judgeMissing, mayLag: true });
      tally.runs += outcomes.length;
      tally.faults.push(...wrongOutcomes(name, outcomes));
    }
    return tally;
  } finally {
    await workshop.close();
  }
}

async function kills(points: readonly KillPoint[]): Promise<Tally> {
  const workshop = await Workshop.open(killedWorkspace);
  const tally: Tally = { runs: 0, faults: [] };
  try {
    for (const point of points) {
      workshop.empty();
      const { wasKilled } = await runAndKill(workshop, point);
      const faults = await workshop.faultsOfNextRun();
      if (tally.runs % killsPerBuild === 0) faults.push(...(await martFaults(workshop)));
      tally.runs += wasKilled ? 1 : 0;
      tally.faults.push(...faults.map((fault) => `${JSON.stringify(point)}: ${fault}`));
    }
    return tally;
  } finally {
    await workshop.close();
  }
}

type UndisturbedRun = {
  /** One for each line that says that a load is stored. */
  readonly commitPoints: readonly KillPoint[];
  /** From the start of the process to its end. */
  readonly milliseconds: number;
};

async function undisturbedRun(): Promise<UndisturbedRun> {
  const workshop = await Workshop.open(killedWorkspace);
  try {
    const startedAtMs = performance.now();
    const { events } = await runAndKill(workshop, { at: "instant", afterMs: 600_000 });
    const milliseconds = performance.now() - startedAtMs;
    const commits = events.filter(({ event }) => event === "load_committed");
    return { commitPoints: commits.map((_, index) => ({ at: "commit", count: index + 1 })), milliseconds };
  } finally {
    await workshop.close();
  }
}

/** Milliseconds from the start of the process, once it has begun to work; a run that was quicker than that is not killed. */
function randomInstants(count: number, milliseconds: number): KillPoint[] {
  const dice = new Dice(count);
  return Array.from({ length: count }, () => ({
    at: "instant",
    afterMs: startMs + dice.below(Math.max(1, Math.round(milliseconds - startMs))),
  }));
}

async function callersAtOnce(seeds: readonly number[]): Promise<Tally> {
  const tally: Tally = { runs: 0, faults: [] };
  const outage = (seed: number): Promise<readonly string[]> => driveBigQuery(seed, true);
  for (const seed of seeds) {
    for (const drive of [driveDuckDb, driveBigQuery, outage, driveLock]) {
      const faults = await drive(seed);
      tally.runs += 1;
      tally.faults.push(...faults.map((fault) => `CALLERS_SEED=${seed} (test/load/callers.test.ts): ${fault}`));
    }
  }
  return tally;
}

async function mixes(seeds: readonly number[]): Promise<Tally> {
  const tally: Tally = { runs: 0, faults: [] };
  for (const seed of seeds) {
    const { runs, faults, story } = await mix(seed);
    tally.runs += runs;
    tally.faults.push(...faults.map((fault) => `seed ${seed}: ${fault}`));
    if (faults.length > 0) tally.faults.push(`repeat with: make fault SEED=${seed}`, ...story);
  }
  return tally;
}

process.exitCode = await main();
