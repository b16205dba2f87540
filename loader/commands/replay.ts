import type { Command } from "commander";
import { type Config, readPrivacy } from "../config.ts";
import { counted } from "../counted.ts";
import type { Effects } from "../effects.ts";
import { exitCodes } from "../errors.ts";
import type { Replayed } from "../load/archive/replay.ts";
import { everything, type Privacy } from "../privacy.ts";
import { aligned } from "../table.ts";
import { withEnvironment } from "./help.ts";
import { interruptSignal } from "./interrupt.ts";
import { loggingEffects } from "./log.ts";
import { print } from "./print.ts";
import { recorded } from "./recorded.ts";
import { openSpool } from "./spool.ts";
import { startWriting } from "./start.ts";
import { openWarehouse, readWarehouseConfig } from "./warehouse.ts";

export function addReplayCommand(program: Command): void {
  const command = program
    .command("replay")
    .argument("<folder>", "the folder of `sync --archive`")
    .description("Fill an empty warehouse from an archive, without a request to Intercom (docs/archive.md).")
    .option("--as-stored", "also bring back what PII_MODE and BODY_MODE would not store today (docs/privacy.md)")
    .option("--json", "print the result as JSON")
    .action(run);
  withEnvironment(command, "privacy", "warehouse", "bigQuery");
}

type Flags = { readonly asStored?: boolean; readonly json?: boolean };

async function run(directory: string, flags: Flags, command: Command): Promise<void> {
  const config = readWarehouseConfig();
  const privacy = flags.asStored === true ? everything : readPrivacy();
  const effects = loggingEffects();
  const recording = { command: "replay", commandLine: command, config, effects } as const;
  process.exitCode = await recorded(recording, async (notes) => {
    const { replayed, refused } = await replayFrom(directory, { config, privacy, effects, runId: notes.runId });
    notes.rows = [...replayed.rows.values()].reduce((sum, rows) => sum + rows, 0);
    notes.rejected = refused;
    print(flags.json === true ? replayedJson(replayed, refused) : replayedText(replayed, refused));
    return refused > 0 ? exitCodes.rejected : exitCodes.done;
  });
}

type Replaying = {
  readonly config: Config;
  /** What is stored nowadays. */
  readonly privacy: Privacy;
  readonly effects: Effects;
  readonly runId: string;
};

async function replayFrom(
  directory: string,
  { config, privacy, effects, runId }: Replaying,
): Promise<{ readonly replayed: Replayed; readonly refused: number }> {
  const { readArchive, refuseOtherModes, replay } = await import("../load/archive/replay.ts");
  await startWriting(config);
  const archive = await readArchive(directory);
  refuseOtherModes(archive, privacy);
  const signal = interruptSignal();
  let refused = 0;
  const warehouse = await openWarehouse(config, effects, () => {
    refused += 1;
  });
  let replayed: Replayed;
  try {
    const spool = await openSpool(config, effects, runId);
    try {
      await warehouse.prepare(runId);
      await spool.removeEnded();
      replayed = await replay({ archive, warehouse, spoolFolder: spool.directory, effects, signal });
    } finally {
      await spool.remove();
    }
  } finally {
    // Closing completes the loads that wait.
    await warehouse.close();
  }
  return { replayed, refused };
}

function replayedJson({ rows, loads, skipped, unlisted }: Replayed, refused: number): string {
  const activations = rows.get("_activations") ?? 0;
  return JSON.stringify({ loads, skipped, unlisted, refused, rows: Object.fromEntries(rows), activations });
}

function replayedText({ rows, loads, skipped, unlisted }: Replayed, refused: number): string {
  const lines = [...rows].map(([table, count]) => [table, String(count)]);
  return [
    ...(lines.length === 0 ? [] : [aligned([["table", "rows stored"], ...lines])]),
    `${counted(loads, "load")} stored, ${skipped} skipped because the warehouse has them.`,
    ...(unlisted.length === 0
      ? []
      : [
          `${counted(unlisted.length, "load")} left out, such as ${unlisted[0]}: the archive has rows of it, but no file in \`_loads\`. The next sync fetches what is missing.`,
        ]),
    ...(refused === 0
      ? []
      : [`${counted(refused, "row was", "rows were")} refused by BigQuery; the table _rejected says why.`]),
    "Next: make build",
  ].join("\n");
}
