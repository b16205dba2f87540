import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../loader/config.ts";
import { FakeAttio } from "../fake/attio/server.ts";
import { FakePostHog } from "../fake/posthog/server.ts";
import { Dice } from "../fault/dice.ts";
import { attioFaults, noteFaults, postHogFaults } from "./checker.ts";
import { type KillPoint, runAndKill } from "./kill.ts";
import { restless } from "./restless.ts";
import { fastLimits, populate } from "./setting.ts";
import { makeTicketWarehouse, manyTickets } from "./tickets.ts";

// The long form: `node test/activate/main.ts [--seed N] [--rounds N] [--tickets N] [--only posthog|activity|record|note|pace]`:
// kills at random instants and requests among random errors and time-outs, for each destination; then Attio at its real pace.

const killsPerRound = 24;
const runsMax = 80;
const paceTickets = 1500;
const kinds = ["posthog", "activity", "record", "note"] as const;
type Kind = (typeof kinds)[number];

async function main(): Promise<number> {
  const flags = parseArgs({
    options: {
      seed: { type: "string" },
      rounds: { type: "string", default: "3" },
      tickets: { type: "string", default: "5000" },
      only: { type: "string" },
    },
  }).values;
  const firstSeed = Number(flags.seed ?? Math.floor(Math.random() * 1e6));
  const rounds = flags.seed === undefined ? Number(flags.rounds) : 1;
  let faults = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of kinds)
      if ((flags.only ?? kind) === kind) faults += await killsAndErrors(kind, firstSeed + round, Number(flags.tickets));
  }
  if ((flags.only ?? "pace") === "pace") faults += await realPace();
  return faults === 0 ? 0 : 1;
}

async function killsAndErrors(kind: Kind, seed: number, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "activate-"));
  const dice = new Dice(seed);
  const tickets = manyTickets(count, seed);
  const world = await open(kind, folder, tickets);
  const tally = new Map<string, number>();
  const startedAtMs = Date.now();
  let kills = 0;
  let runs = 0;
  try {
    const share = kind === "posthog" ? 0.3 : 0.01;
    world.fake.faults = restless(seed, { share, isSilent: true, isLate: kind === "note", tally });
    let code: number | null = null;
    for (; runs < runsMax && code !== 0 && code !== 6; runs += 1) {
      const point = kills < killsPerRound ? killPoint(kind, dice) : undefined;
      const child = await runAndKill(world.fake, [kind], world.environment, point, ["test/activate/impatient.ts"]);
      kills += child.wasKilled ? 1 : 0;
      code = child.exitCode;
    }
    world.fake.faults = undefined;
    // The next run removes notes that are there twice; after it nothing is left to do.
    const last = await runAndKill(world.fake, [kind], world.environment, undefined, ["test/activate/impatient.ts"]);
    const sentBefore = world.sent();
    await runAndKill(world.fake, [kind], world.environment, undefined, ["test/activate/impatient.ts"]);
    const faults = [...world.faults()];
    if (world.sent() !== sentBefore) faults.push("a run without changes sent something");
    if (last.exitCode !== 0) faults.push(`the last run ended with ${last.exitCode}: ${last.stderr}`);
    const errors = [...tally].map(([name, count]) => `${count} × ${name}`).join(", ");
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(0);
    say(
      `${kind}, seed ${seed}: ${tickets.length} tickets, ${kills} kills, ${runs} runs, ${sentBefore} sent; ${errors}; ${seconds} s, ${faults.length} faults`,
      faults,
    );
    return faults.length;
  } finally {
    await world.fake.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** At any moment from the start of the process to well into its work, or at a request, which is still done or not. */
function killPoint(kind: Kind, dice: Dice): KillPoint {
  if (dice.below(2) === 0) return { at: "instant", afterMs: 400 + dice.below(1600) };
  return { at: "request", count: 1 + dice.below(kind === "posthog" ? 12 : 800), isDone: dice.below(2) === 0 };
}

async function open(kind: Kind, folder: string, tickets: ReturnType<typeof manyTickets>) {
  const path = join(folder, "warehouse.duckdb");
  const environment = { DUCKDB_PATH: path, STATE_DIR: join(folder, "state") };
  await makeTicketWarehouse(path, tickets);
  if (kind === "posthog") {
    const fake = await FakePostHog.start();
    return {
      fake,
      environment: { ...environment, POSTHOG_HOST: fake.url, POSTHOG_API_KEY: fake.apiKey },
      sent: () => fake.taken.length,
      faults: () => postHogFaults(fake, tickets),
    };
  }
  const fake = await FakeAttio.start({ rateLimits: fastLimits });
  await populate(fake, readConfig(environment), tickets, kind);
  const [collection, slug] =
    kind === "activity"
      ? (["activities", "intercom_support_tickets"] as const)
      : (["objects", "support_tickets"] as const);
  return {
    fake,
    environment: { ...environment, ATTIO_BASE_URL: fake.url, ATTIO_API_KEY: fake.apiKey },
    sent: () => fake.requests.writes,
    faults: () => (kind === "note" ? noteFaults(fake, tickets) : attioFaults(fake, tickets, collection, slug)),
  };
}

/** Attio's own limits, in real time: the used share of the writes, and the number of refused requests. */
async function realPace(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "activate-"));
  const path = join(folder, "warehouse.duckdb");
  const tickets = manyTickets(paceTickets, 7);
  await makeTicketWarehouse(path, tickets);
  const fake = await FakeAttio.start({ rateLimits: { reads: 100, writes: 25 } });
  try {
    const environment = { DUCKDB_PATH: path, STATE_DIR: join(folder, "state") };
    for (const email of new Set(tickets.map((ticket) => ticket.contact_email)))
      if (email !== null) fake.addPerson(email);
    const settings = { ...environment, ATTIO_BASE_URL: fake.url, ATTIO_API_KEY: fake.apiKey };
    const setUp = await runAndKill(fake, ["attio", "--as", "record", "--setup"], settings);
    const before = fake.rateLimit.seconds.length;
    await runAndKill(fake, ["attio", "--as", "record"], settings);
    // The first and the last second are not whole.
    const seconds = fake.rateLimit.seconds
      .slice(before)
      .filter(({ writes }) => writes > 0)
      .slice(1, -1);
    const used = seconds.reduce((sum, { writes }) => sum + writes, 0) / (25 * seconds.length);
    const { refusals } = fake.rateLimit;
    say(
      `Attio's own pace: ${(used * 100).toFixed(1)} % of its writes used over ${seconds.length} s, ${refusals} refused (429)`,
      [],
    );
    return used >= 0.95 && setUp.exitCode === 0 ? 0 : 1;
  } finally {
    await fake.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(line: string, faults: readonly string[]): void {
  process.stdout.write(
    `${line}\n${faults
      .slice(0, 10)
      .map((fault) => `  ${fault}\n`)
      .join("")}`,
  );
}

process.exitCode = await main();
