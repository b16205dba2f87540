import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkWorld } from "../checker/world.ts";
import { runDbt } from "../dbt/command.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import type { Workshop } from "./workshop.ts";

const martsSchema = "intercom";
const outputShown = 4000;
const buildCommand = ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", "--select"];
/** With everything that they are made of. */
const comparedMarts = ["+conversations", "+conversation_parts", "+conversation_tags"];

/**
 * Builds the marts that say what was synced and compares them with the world's event log; in words, what differs. The desk must not have
 * changed since the first sync: what a sync in between saw of it would have to be known otherwise.
 */
export async function martFaults(workshop: Workshop): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "intercom-fault-dbt-"));
  try {
    const environment = { ...workshop.environment, MARTS_DATASET: martsSchema };
    const { exitCode, output } = await runDbt([...buildCommand, ...comparedMarts], folder, environment);
    if (exitCode !== 0) return [`dbt build ended with ${exitCode}: ${output.slice(-outputShown)}`];
    const { world } = workshop.fake;
    const workspaceId = (world.me()["app"] as { id_code: string }).id_code; // as the fake makes it
    const report = await readDuckDb(workshop.duckdbPath, (connection) => {
      return checkWorld({ connection, schema: martsSchema, workspaceId }, world, [world.clock()]);
    });
    return report.conversations === 0 ? ["the conversations mart is empty"] : [...report.differences];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
