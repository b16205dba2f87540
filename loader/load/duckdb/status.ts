import type { AlarmFacts, AlarmQuestion } from "../alarm-facts.ts";
import { rawTable } from "../raw-tables.ts";
import type { StreamStatus } from "../warehouse.ts";
import { checkFile } from "./errors.ts";
import { DuckDbLoads } from "./loads.ts";
import { readDuckDbAlarmFacts } from "./runs.ts";
import { type DuckDbOptions, DuckDbSession } from "./session.ts";
import { catalog, columnTypes, qualified } from "./sql.ts";
import { presentColumns } from "./tables.ts";

/**
 * How far each stream has come; nothing when there is no such file, or no table of loads in it. Nothing is made or changed.
 * Errors: ConfigError when another process holds the file or the file is not DuckDB's; WarehouseError.
 */
export async function readDuckDbStatus(options: DuckDbOptions): Promise<readonly StreamStatus[]> {
  if ((await checkFile(options.path)) !== "DuckDB") return [];
  const session = await DuckDbSession.openToRead(options);
  try {
    const isSynced = await viewLoads(session, options.rawDataset);
    return isSynced ? await new DuckDbLoads(session).status() : [];
  } finally {
    await session.close();
  }
}

/**
 * What the alarms look at; undefined where nothing has been synced. Nothing is made or changed.
 * Errors: as `readDuckDbStatus`.
 */
export async function readDuckDbFacts(
  options: DuckDbOptions,
  question: AlarmQuestion,
): Promise<AlarmFacts | undefined> {
  if ((await checkFile(options.path)) !== "DuckDB") return undefined;
  const session = await DuckDbSession.openToRead(options);
  try {
    const isSynced = (await presentColumns(session, options.rawDataset)).has("_loads");
    return isSynced ? await readDuckDbAlarmFacts(session, options.rawDataset, question) : undefined;
  } finally {
    await session.close();
  }
}

/** Makes `_loads` readable with all its columns: those that an older version lacks are null. False without such a table. */
async function viewLoads(session: DuckDbSession, rawDataset: string): Promise<boolean> {
  const present = (await presentColumns(session, rawDataset)).get("_loads");
  if (present === undefined) return false;
  const columns = rawTable("_loads").columns.map(({ name, type }) =>
    present.includes(name) ? name : `cast(null as ${columnTypes[type]}) as ${name}`,
  );
  const table = qualified(catalog, rawDataset, "_loads");
  await session.run(`create temp view _loads as select ${columns.join(", ")} from ${table}`);
  return true;
}
