import type { Warehouse } from "../load/warehouse.ts";
import type { RunIssues } from "./issues.ts";

/**
 * Notes that earlier runs stored more, or other pseudonyms: their rows stay as they are.
 * @param modes those of this run
 */
export async function noteOtherModes(
  warehouse: Pick<Warehouse, "status">,
  workspaceId: string,
  modes: string,
  issues: RunIssues,
): Promise<void> {
  const stored = (await warehouse.status()).filter((status) => status.workspaceId === workspaceId);
  const others = [...new Set(stored.flatMap((status) => status.modes))].filter((each) => each !== modes).sort();
  if (others.length === 0) return;
  issues.note(
    `This run stores with "${modes}", and earlier runs stored with "${others.join('", "')}". Their rows stay as they are, and two keys make two pseudonyms of a person. docs/privacy.md says how to begin again.`,
  );
}
