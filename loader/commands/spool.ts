import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { warehouseIdentity } from "../load/run-owner.ts";
import type { Spool } from "../load/spool.ts";

/**
 * The spool folder of a command that fetches nothing from Intercom. By the folder, other runs know that this one holds the
 * warehouse.
 */
export async function openSpool(config: Config, effects: Effects, runId: string): Promise<Spool> {
  const { Spool } = await import("../load/spool.ts");
  const loadedAt = new Date(effects.now()).toISOString();
  return Spool.open(config.stateDirectory, { workspaceId: "", runId, loadedAt }, await warehouseIdentity(config));
}
