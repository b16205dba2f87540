import type { ChildProcess } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { restless } from "../activate/restless.ts";
import { differingTables } from "../checker/same-tables.ts";
import { Dice } from "../fault/dice.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import type { Ended } from "../tools/loader-process.ts";
import { type Administration, DeskLife, wasClosedUnseen } from "./desk-life.ts";
import { keepEvidence } from "./evidence.ts";
import { type Footprint, growth, leftovers, measure } from "./footprint.ts";
import { martsSchema, Operation, type Usage } from "./operation.ts";
import { Retention } from "./retention.ts";
import { toldFaults } from "./told.ts";
import { syncInTrouble } from "./troubles.ts";
import { truthFaults } from "./truth.ts";

export type Plan = {
  readonly seed: number;
  readonly days: number;
  readonly minutesBetweenSyncs: number;
  readonly minutesBetweenBuilds: number;
  /** That have begun before the first sync: fewer than 680, because the 700th has more parts than Intercom shows. */
  readonly conversations: number;
  readonly tickets: number;
  /** The share of syncs that something befalls. */
  readonly troubledShare: number;
  readonly administration: Administration;
  /** What has not changed for so long goes once a day. */
  readonly retentionDays: number;
  /** A build of each table again must change nothing. */
  readonly isBuiltInFullAtTheEnd: boolean;
  /** A folder for the warehouse, and for what happened to the records, of a midnight with faults. */
  readonly evidence?: string | undefined;
};

export type SoakResult = {
  readonly faults: readonly string[];
  readonly syncs: number;
  /** How many syncs ended in each way. */
  readonly exits: ReadonlyMap<string, number>;
  readonly builds: number;
  readonly killedBuilds: number;
  readonly happened: ReadonlyMap<string, number>;
  readonly footprints: readonly Footprint[];
  /** Events in PostHog, records in Attio. */
  readonly told: readonly [number, number];
  readonly purged: number;
  /** Seconds by what was done. */
  readonly spent: ReadonlyMap<string, number>;
};

const minutesPerDay = 1440;
const lastLines = 800;
const killedBuildsOf = 12;
const killedActivationsOf = 6;
/** From the start of the process; what is quicker ends by itself. */
const killAfterMsMax = { build: 15_000, activation: 2000 };
const buildExits = [0];

/** Days of a scheduler: syncs and builds in trouble, and at each midnight a quiet sync after which all must be well. */
export async function soak(plan: Plan, say: (line: string) => void): Promise<SoakResult> {
  const operation = await Operation.open({ seed: plan.seed, conversations: plan.conversations, tickets: plan.tickets });
  try {
    return await new Soak(operation, plan, say).run();
  } finally {
    await operation.close();
  }
}

class Soak {
  readonly #operation: Operation;
  readonly #plan: Plan;
  readonly #say: (line: string) => void;
  readonly #dice: Dice;
  readonly #life: DeskLife;
  readonly #retention: Retention;
  readonly #faults: string[] = [];
  readonly #exits = new Map<string, number>();
  readonly #footprints: Footprint[] = [];
  /** The desk's clock at each sync that ended well. */
  readonly #syncedAt: number[] = [];
  readonly #spent = new Map<string, number>();
  #usages: Usage[] = [];
  #syncs = 0;
  #builds = 0;
  #killedBuilds = 0;

  constructor(operation: Operation, plan: Plan, say: (line: string) => void) {
    this.#operation = operation;
    this.#plan = plan;
    this.#say = say;
    this.#dice = new Dice(plan.seed);
    this.#retention = new Retention(operation);
    this.#life = new DeskLife(operation, this.#dice, plan.administration, (id) => this.#retention.hasTaken(id));
  }

  async run(): Promise<SoakResult> {
    const { days, minutesBetweenSyncs, minutesBetweenBuilds } = this.#plan;
    await this.#setUp();
    for (let day = 1; day <= days; day += 1) {
      for (let minute = minutesBetweenSyncs; minute < minutesPerDay; minute += minutesBetweenSyncs) {
        await this.#sync();
        if (minute % minutesBetweenBuilds === 0) await this.#buildAndActivate();
      }
      await this.#midnight(day);
    }
    if (this.#plan.isBuiltInFullAtTheEnd)
      this.#fault("in the end", await this.#timed("full builds", () => this.#differencesOfFullBuild()));
    const [first, last] = [this.#footprints[0], this.#footprints.at(-1)];
    if (first !== undefined && last !== undefined) this.#fault("in all", growth(first, last));
    const { postHog, attio } = this.#operation;
    return {
      faults: this.#faults,
      syncs: this.#syncs,
      exits: this.#exits,
      builds: this.#builds,
      killedBuilds: this.#killedBuilds,
      happened: this.#life.told,
      footprints: this.#footprints,
      told: [
        postHog.events.filter(({ event }) => event === "support_ticket_closed").length,
        attio.workspace.collection("objects", "support_tickets").records.size,
      ],
      purged: this.#retention.taken,
      spent: this.#spent,
    };
  }

  async #setUp(): Promise<void> {
    await this.#quietSync();
    await this.#build("new");
    this.#expect("activate attio --setup", await this.#activate("attio", ["--setup"]), [0]);
  }

  async #sync(): Promise<void> {
    const operation = this.#operation;
    for (const words of this.#life.pass(this.#plan.minutesBetweenSyncs * 60)) this.#say(`  ${words}`);
    const { words, runs, expected } = await this.#timed("syncs", () =>
      syncInTrouble(operation, this.#dice, this.#plan.troubledShare),
    );
    this.#syncs += 1;
    for (const run of runs) this.#expect(words, run, this.#life.isRefused ? [...expected, 0, 3, 4, 6] : expected);
    const exitCode = runs[0]?.exitCode ?? null;
    const name = exitCode === null ? "killed" : String(exitCode);
    this.#exits.set(name, (this.#exits.get(name) ?? 0) + 1);
    if (runs.some((run) => run.exitCode === 0) && !this.#life.isRefused) this.#syncedAt.push(operation.world.clock());
    if (words === "sync" && exitCode === 0) this.#usages.push(operation.lastUsage());
  }

  async #quietSync(): Promise<void> {
    this.#life.mendAll();
    this.#operation.fake.faults.clear();
    // What a test changed happened in this second, which is not over yet.
    this.#operation.fake.advance(this.#plan.minutesBetweenSyncs * 60);
    this.#syncs += 1;
    this.#expect("a quiet sync", await this.#timed("syncs", () => this.#operation.run(["sync"])), [0]);
    this.#syncedAt.push(this.#operation.world.clock());
  }

  async #buildAndActivate(): Promise<void> {
    if (this.#dice.below(killedBuildsOf) === 0) {
      this.#killedBuilds += 1;
      await this.#timed("builds", () =>
        this.#operation.build("new", (child) => this.#killSoon(child, killAfterMsMax.build)),
      );
      return;
    }
    await this.#build("new");
    for (const name of ["posthog", "attio"] as const) {
      const seed = this.#dice.below(1e6);
      this.#operation.postHog.faults = restless(seed, { share: 0.2 });
      this.#operation.attio.faults = restless(seed, { share: 0.02 });
      const isKilled = this.#dice.below(killedActivationsOf) === 0;
      this.#expect(
        `activate ${name}`,
        await this.#activate(name, [], isKilled),
        isKilled ? [0, 4, 6, null] : [0, 4, 6],
      );
    }
  }

  async #build(checks: "new" | "all"): Promise<void> {
    this.#builds += 1;
    this.#expect(
      `build ${checks}`,
      await this.#timed(`${checks} builds`, () => this.#operation.build(checks)),
      buildExits,
    );
    const snapshot = await this.#timed("snapshots", () => this.#operation.run(["snapshot", "--if-any"]));
    this.#expect("snapshot", snapshot, [0]);
  }

  /** In words, what tables have by increments that they would not have if they were made again, or lack. */
  async #differencesOfFullBuild(): Promise<string[]> {
    const operation = this.#operation;
    const byIncrements = join(operation.folder, "by-increments.duckdb");
    copyFileSync(operation.duckdbPath, byIncrements);
    this.#expect("a full build", await operation.build("full"), [0]);
    const schemas = [martsSchema, `${martsSchema}_staging`];
    const differing = await readDuckDb(operation.duckdbPath, (connection) =>
      differingTables(connection, byIncrements, schemas),
    );
    // Commands have ended since the last build, and each has a row there.
    return differing.filter((words) => !words.includes("stg_intercom__runs"));
  }

  #activate(name: "posthog" | "attio", flags: readonly string[] = [], isKilled = false): Promise<Ended> {
    const given = name === "attio" ? ["--as", "record", "--create-people", ...flags] : flags;
    const options = isKilled
      ? { onStart: (child: ChildProcess) => this.#killSoon(child, killAfterMsMax.activation) }
      : {};
    return this.#timed("activations", () => this.#operation.run(["activate", name, ...given], options));
  }

  async #timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    try {
      return await work();
    } finally {
      this.#spent.set(name, (this.#spent.get(name) ?? 0) + (performance.now() - startedAtMs) / 1000);
    }
  }

  #killSoon(child: ChildProcess, afterMsMax: number): void {
    void delay(this.#dice.below(afterMsMax), undefined, { ref: false }).then(() => child.kill("SIGKILL"));
  }

  async #midnight(day: number): Promise<void> {
    const operation = this.#operation;
    const startedAtMs = performance.now();
    await this.#quietSync();
    const { world } = operation;
    const isRated = (id: string): boolean => world.events(id)?.some(({ kind }) => kind === "rated") === true;
    const isKnownByVersions = (id: string): boolean => isRated(id) || wasClosedUnseen(world, id);
    const named = this.#dice.pick([...world.conversationIds()].filter((id) => !isKnownByVersions(id)));
    const faults = await this.#timed("purges", () => this.#retention.purge(this.#plan.retentionDays, named));
    await this.#build("all");
    [operation.postHog.faults, operation.attio.faults] = [undefined, undefined];
    for (const name of ["posthog", "attio"] as const)
      this.#expect(`activate ${name}`, await this.#activate(name), [0, 6]);
    const sent = [operation.postHog.taken.length, operation.attio.requests.writes];
    for (const name of ["posthog", "attio"] as const) await this.#activate(name);
    if (sent.join() !== [operation.postHog.taken.length, operation.attio.requests.writes].join())
      faults.push("a second activation sent something");
    await this.#timed("comparisons", () =>
      readDuckDb(operation.duckdbPath, async (connection) => {
        faults.push(...(await truthFaults(connection, world, this.#syncedAt, this.#retention.gone())));
        faults.push(...(await toldFaults(connection, operation)));
      }),
    );
    this.#expect(
      "status",
      await operation.run(["status", "--max-age", "48", "--ignore", "run_failed,records_rejected"]),
      [0],
    );
    faults.push(...leftovers(operation), ...operation.fake.unplanned);
    const footprint = await measure(operation, this.#usages);
    this.#usages = [];
    this.#footprints.push(footprint);
    this.#fault(`midnight ${day}`, faults);
    if (faults.length > 0 && this.#plan.evidence !== undefined)
      keepEvidence(operation, this.#plan.evidence, `midnight-${day}`, faults);
    this.#say(
      `midnight ${day}: ${this.#syncs} syncs, ${this.#faults.length} faults; warehouse ${footprint.warehouse.toFixed(1)} MB, payloads ${footprint.payloads.toFixed(1)} MB, kept ${footprint.kept.toFixed(1)} MB, a sync ${footprint.usage.megabytes.toFixed(0)} MB and ${footprint.usage.files} files; ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`,
    );
  }

  #expect(words: string, { exitCode, stdout, stderr }: Ended, expected: readonly (number | null)[]): void {
    if (expected.includes(exitCode)) return;
    this.#fault(words, [`ended with ${exitCode}: ${stdout.slice(-lastLines)}${stderr.slice(-lastLines)}`]);
  }

  #fault(words: string, faults: readonly string[]): void {
    for (const fault of faults) {
      this.#faults.push(`after ${this.#syncs} syncs, ${words}: ${fault}`);
      this.#say(`  FAULT after ${this.#syncs} syncs, ${words}: ${fault}`);
    }
  }
}
