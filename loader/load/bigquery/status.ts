import type { Effects } from "../../effects.ts";
import { rawTable } from "../raw-tables.ts";
import type { StreamStatus } from "../warehouse.ts";
import { type BigQueryConnection, openBigQuery, retrying } from "./client.ts";
import { BigQueryReads } from "./reads.ts";
import { bigQueryTypes, compareTable, orMissing } from "./tables.ts";

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
  const definition = rawTable("_loads");
  const present = new Set(compareTable(definition, found[0]).fields.map(({ name }) => name));
  const missing = definition.columns.filter(({ name }) => !present.has(name));
  const nulls = missing.map(({ name, type }) => `, cast(null as ${bigQueryTypes[type]}) as ${name}`).join("");
  const table = `\`${connection.project}.${datasetName}._loads\``;
  const loads = missing.length === 0 ? table : `(select *${nulls} from ${table})`;
  return new BigQueryReads({ client, connection, datasetName, effects, loads }).status();
}
