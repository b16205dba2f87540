import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import type { RawTableName } from "../raw-tables.ts";
import { eachAtOnce } from "./at-once.ts";
import type { Batch } from "./batch.ts";
import type { LoadFile, LoadJobs } from "./jobs.ts";
import type { RunLock } from "./lock.ts";
import { loadAccepted, type Refused } from "./refused.ts";

const tablesAtOnceMax = 3;

export type StoreOptions = {
  readonly jobs: LoadJobs;
  readonly lock: RunLock | undefined;
  readonly effects: Effects;
  /** Called for each row that BigQuery refused: the row is in `_rejected` then. */
  readonly onRefused: (stream: RawTableName, id: string | undefined) => void;
};

/**
 * Stores all rows of a batch, then the rows of `_loads`, which make the others visible.
 * Errors: WarehouseError; nothing of the batch is visible then.
 */
export async function storeBatch(batch: Batch, { jobs, lock, effects, onRefused }: StoreOptions): Promise<void> {
  const { owner } = batch;
  if (owner === undefined) throw new Error("an empty batch is not stored");
  const refused: Refused[] = [];
  await eachAtOnce(await batch.gather(), tablesAtOnceMax, async (file) => {
    refused.push(...(await loadAccepted(file, (part) => jobs.load(owner, part))));
  });
  if (refused.length > 0) {
    const rows = refused.map(({ row }) => row);
    await storeWhole(jobs, owner, await batch.write("_rejected", "refused.ndjson", rows));
  }
  await lock?.check();
  await storeWhole(jobs, owner, await batch.write("_loads", "_loads.ndjson", batch.loadRows(refused)));
  for (const { stream, id } of refused) {
    effects.log("row_refused", { stream, id });
    onRefused(stream, id);
  }
  batch.tell(refused);
}

/** Stores rows that the loader itself made: a refused one is a fault in this program. */
async function storeWhole(jobs: LoadJobs, owner: string, file: LoadFile): Promise<void> {
  const result = await jobs.load(owner, file);
  if (result.isLoaded) return;
  throw new WarehouseError(
    `BigQuery refused rows for ${file.table}: run \`make doctor\`, which compares the table with its definition. Nothing of this load is visible; what was loaded before stays.`,
    { cause: result.problems },
  );
}
