import { type Config, readConfig } from "../config.ts";
import { refuseEarlierFile } from "../earlier-file.ts";
import type { Effects } from "../effects.ts";
import type { Warehouse } from "../load/warehouse.ts";

/**
 * The configuration of a command that needs the warehouse.
 * Errors: ConfigError that names each wrong variable, or says how to keep a warehouse in the default file of earlier versions.
 */
export function readWarehouseConfig(): Config {
  const config = readConfig();
  refuseEarlierFile(config);
  return config;
}

/**
 * Opens the warehouse for a sync. Only the client that is needed is loaded: BigQuery's takes more memory than the rest of the
 * loader. @param onRefused gets the stream of each row that BigQuery refused
 */
export async function openWarehouse(
  config: Config,
  effects: Effects,
  onRefused: (stream: string) => void,
): Promise<Warehouse> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const { DuckDbWarehouse } = await import("../load/duckdb/warehouse.ts");
    return DuckDbWarehouse.open({ path: config.duckdbPath, rawDataset, stateDirectory });
  }
  const { BigQueryWarehouse } = await import("../load/bigquery/warehouse.ts");
  return BigQueryWarehouse.open({ connection: config.bigQuery, rawDataset, stateDirectory, effects, onRefused });
}
