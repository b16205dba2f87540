import type { Command } from "commander";
import { counted } from "../counted.ts";
import { exitCodes } from "../errors.ts";
import type { Replayed } from "../load/archive/replay.ts";
import { newRunId } from "../run-id.ts";
import { aligned } from "../table.ts";
import { withEnvironment } from "./help.ts";
import { interruptSignal } from "./interrupt.ts";
import { loggingEffects } from "./log.ts";
import { print } from "./print.ts";
import { openSpool } from "./spool.ts";
import { openWarehouse, readWarehouseConfig } from "./warehouse.ts";

export function addReplayCommand(program: Command): void {
  const command = program
    .command("replay")
    .argument("<folder>", "the folder of `sync --archive`")
    .description("Fill an empty warehouse from an archive, without a request to Intercom (docs/archive.md).")
    .option("--json", "print the result as JSON")
    .action(run);
  withEnvironment(command, "warehouse", "bigQuery");
}

async function run(directory: string, flags: { readonly json?: boolean }): Promise<void> {
  const config = readWarehouseConfig();
  const { readArchive, replay } = await import("../load/archive/replay.ts");
  const archive = await readArchive(directory);
  const effects = loggingEffects();
  const signal = interruptSignal();
  const runId = newRunId(effects.now(), "replay");
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
  print(flags.json === true ? replayedJson(replayed, refused) : replayedText(replayed, refused));
  if (refused > 0) process.exitCode = exitCodes.rejected;
}

function replayedJson({ rows, loads, skipped, activations, unlisted }: Replayed, refused: number): string {
  return JSON.stringify({ loads, skipped, unlisted, refused, rows: Object.fromEntries(rows), activations });
}

function replayedText({ rows, loads, skipped, activations, unlisted }: Replayed, refused: number): string {
  const tables = [...rows, ...(activations === 0 ? [] : [["_activations", activations] as const])];
  const lines = tables.map(([table, count]) => [table, String(count)]);
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
