import { parseArgs } from "node:util";
import { soak } from "./soak.ts";

// Two weeks of operation: `node test/soak/main.ts [--seed N] [--days N] [--minutes N] [--build-minutes N] [--conversations N]`.
// With `--evidence FOLDER`, what a midnight with faults found is kept.

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string" },
    days: { type: "string", default: "14" },
    minutes: { type: "string", default: "10" },
    "build-minutes": { type: "string", default: "240" },
    conversations: { type: "string", default: "600" },
    tickets: { type: "string", default: "100" },
    evidence: { type: "string" },
    "retention-days": { type: "string", default: "500" },
  },
});
const seed = Number(flags.seed ?? Math.floor(Math.random() * 1e6));
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say(`seed ${seed} (repeat with: make soak SEED=${seed})`);
const startedAtMs = performance.now();
const result = await soak(
  {
    seed,
    days: Number(flags.days),
    minutesBetweenSyncs: Number(flags.minutes),
    minutesBetweenBuilds: Number(flags["build-minutes"]),
    conversations: Number(flags.conversations),
    tickets: Number(flags.tickets),
    troubledShare: 0.45,
    administration: { everySyncs: 15, outageSyncsMax: 10 },
    isBuiltInFullAtTheEnd: true,
    retentionDays: Number(flags["retention-days"]),
    evidence: flags.evidence,
  },
  say,
);
const counted = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${name}: ${count}`).join(", ");
say(`${result.syncs} syncs (exit codes: ${counted(result.exits)})`);
say(`${result.builds} builds, ${result.killedBuilds} more killed`);
say(`happened: ${counted(result.happened)}`);
say(`spent: ${[...result.spent].map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`).join(", ")}`);
say(`told: ${result.told[0]} events in PostHog, ${result.told[1]} records in Attio; purged: ${result.purged}`);
say(`${result.faults.length} faults in ${((performance.now() - startedAtMs) / 60_000).toFixed(0)} minutes`);
process.exitCode = result.faults.length === 0 ? 0 : 1;
