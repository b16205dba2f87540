import { type Config, readPrivacy } from "../config.ts";
import type { Effects } from "../effects.ts";
import { withoutTexts } from "../extract/minimise/answers.ts";
import { plainText } from "../extract/plain-text.ts";
import { valueAt } from "../json-path.ts";
import { storeCopies } from "../load/copies.ts";
import type { RawRow, RawTableName } from "../load/raw-tables.ts";
import { warehouseIdentity } from "../load/run-owner.ts";
import { Spool } from "../load/spool.ts";
import type { Age } from "../purge/ages-sql.ts";
import { rowsToCopy } from "../purge/copies.ts";
import type { PurgeStore } from "../purge/store.ts";
import { newRunId } from "../run-id.ts";
import { openWarehouse } from "./warehouse.ts";

/** Where the payload of a table has the text that `body_text` is made of. */
const bodies: Partial<Record<RawTableName, readonly string[]>> = {
  conversations: ["source", "body"],
  conversation_parts: ["body"],
  ticket_parts: ["body"],
};

/** Stores copies of old rows, without texts, names and addresses. Errors: those of `storeCopies`. */
export async function copyOldRows(
  config: Config,
  effects: Effects,
  signal: AbortSignal,
  age: Age,
  openStore: (runId: string) => Promise<PurgeStore>,
): Promise<void> {
  const runId = newRunId(effects.now(), "purge");
  const store = await openStore(runId);
  const old = await rowsToCopy(config, store, age).finally(() => store.close());
  if (old.loads.length === 0) return;
  const { keptAttributes } = readPrivacy();
  const warehouse = await openWarehouse(config, effects, () => undefined);
  try {
    await warehouse.prepare(runId);
    let spools = 0;
    await storeCopies({
      ...old,
      copyOf: (table, workspaceId, row) =>
        old.has(table, workspaceId, row) ? copyWithoutTexts(table, row, keptAttributes) : undefined,
      warehouse,
      openSpool: async (workspaceId) => {
        spools += 1;
        const provenance = {
          workspaceId,
          runId: `${runId}-${spools}`,
          loadedAt: new Date(effects.now()).toISOString(),
        };
        return Spool.open(config.stateDirectory, provenance, await warehouseIdentity(config));
      },
      effects,
      signal,
    });
  } finally {
    await warehouse.close();
  }
}

/** A raw row whose payload has lost texts, names and addresses, and whose text is the payload's. */
function copyWithoutTexts(table: RawTableName, row: RawRow, keptAttributes: ReadonlySet<string>): RawRow {
  const copied = Object.entries(row).map(([name, value]) => {
    if (name === "body_text") return [name, null];
    const isRecord = name === "payload" || name === "monitor_evaluations" || name === "scorecards";
    return [name, isRecord ? withoutTexts(value, name === "payload" ? table : name, keptAttributes) : value];
  });
  const copy = Object.fromEntries(copied) as RawRow;
  const body = bodies[table];
  if (body === undefined) return copy;
  return { ...copy, body_text: plainText(textAt(copy["payload"], body)) };
}

function textAt(payload: unknown, path: readonly string[]): string | null {
  const text = valueAt(payload, ...path);
  return typeof text === "string" ? text : null;
}
