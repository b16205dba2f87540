import type { Effects } from "../../effects.ts";
import { rawTable } from "../raw-tables.ts";
import type { StreamStatus } from "../warehouse.ts";
import { type BigQueryConnection, openBigQuery, retrying } from "./client.ts";
import { orMissing } from "./errors.ts";
import { BigQueryLoads } from "./loads.ts";
import { columnTypes, qualified } from "./sql.ts";
import { compareTable } from "./tables.ts";

export type BigQueryStatusOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly effects: Effects;
};

/**
 * How far each stream has come; nothing when there is no table of loads. Nothing is made, changed or locked.
 * Errors: WarehouseError.
 */
export async function readBigQueryStatus(options: BigQueryStatusOptions): Promise<readonly StreamStatus[]> {
  const { connection, rawDataset: datasetName, effects } = options;
  const client = await openBigQuery(connection);
  const context = { doing: `look at ${datasetName}._loads`, ...connection };
  const found = await retrying(effects, context, () =>
    orMissing(() => client.dataset(datasetName).table("_loads").getMetadata()),
  );
  if (found === undefined) return [];
  const table = qualified(connection.project, datasetName, "_loads");
  return new BigQueryLoads({ client, connection, effects }, allColumnsOf(table, found[0])).status();
}

/** The table of loads with all its columns: those that an older version lacks are null. */
function allColumnsOf(table: string, metadata: unknown): string {
  const definition = rawTable("_loads");
  const present = new Set(compareTable(definition, metadata).fields.map(({ name }) => name));
  const missing = definition.columns.filter(({ name }) => !present.has(name));
  const nulls = missing.map(({ name, type }) => `, cast(null as ${columnTypes[type]}) as ${name}`).join("");
  return missing.length === 0 ? table : `(select *${nulls} from ${table})`;
}
