import type { BigQuery, Dataset, Table } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import { listAt, textAt } from "../../json-path.ts";
import { type Column, type RawTable, rawTable, rawTables } from "../raw-tables.ts";
import { firstRawVersion, rawVersion, refuseNewer } from "../raw-version.ts";
import { eachAtOnce } from "./at-once.ts";
import { type BigQueryConnection, costLabels, retrying } from "./client.ts";
import { actionOf, orMissing } from "./errors.ts";
import { columnTypes } from "./sql.ts";

/** Other spellings of the same types. */
const typeSpellings: Readonly<Record<string, string>> = { INT64: "INTEGER", BOOL: "BOOLEAN" };

const partitionColumn = "_loaded_at";
/** The table that has the version of all, and comes first. */
const versionTable = "_loads";
const versionLabel = "raw_version";
const tablesAtOnceMax = 4;

type Field = { readonly name?: string; readonly type?: string; readonly mode?: string };

/** A table's resource in BigQuery's API. */
function tableResource(table: RawTable) {
  return {
    schema: { fields: table.columns.map(fieldOf) },
    description: table.description,
    labels: labelsOf(table),
    // Rows are read by day of loading (an incremental build, a run's look back) and looked up by id.
    timePartitioning: { type: "DAY", field: partitionColumn },
    clustering: { fields: [...table.clusterBy] },
  };
}

function labelsOf({ name }: RawTable): Readonly<Record<string, string>> {
  return name === versionTable ? { ...costLabels, [versionLabel]: String(rawVersion) } : costLabels;
}

function fieldOf({ name, type, description }: Column) {
  return { name, type: columnTypes[type], description };
}

/**
 * Makes the dataset and every raw table that is missing, and adds the columns that an older version did not have.
 * Errors: ConfigError when a newer loader made the tables; WarehouseError when the dataset is in another location, or a table was
 * changed by hand.
 */
export async function prepareTables(
  client: BigQuery,
  connection: BigQueryConnection,
  datasetName: string,
  effects: Effects,
): Promise<{ readonly dataset: Dataset; readonly location: string | undefined }> {
  const { dataset, location } = await prepareDataset(client, connection, datasetName, effects);
  await prepareTable(dataset, connection, rawTable(versionTable), effects);
  const others = rawTables.filter(({ name }) => name !== versionTable);
  await eachAtOnce(others, tablesAtOnceMax, (table) => prepareTable(dataset, connection, table, effects));
  return { dataset, location };
}

async function prepareDataset(
  client: BigQuery,
  connection: BigQueryConnection,
  name: string,
  effects: Effects,
): Promise<{ readonly dataset: Dataset; readonly location: string | undefined }> {
  const { project, location } = connection;
  const context = { doing: `make the dataset ${name}`, project, location };
  const dataset = client.dataset(name);
  const metadata = await retrying(effects, context, async () => {
    const found = await orMissing(() => dataset.getMetadata());
    if (found !== undefined) return found[0];
    try {
      await client.createDataset(name, {
        description: "Intercom as the loader stored it, append-only. Made and kept by intercom-warehouse.",
        labels: costLabels,
        ...(location === undefined ? {} : { location }),
      });
    } catch (error) {
      if (actionOf(error) !== "exists") throw error;
    }
    return (await dataset.getMetadata())[0];
  });
  checkLocation(name, metadata, location);
  return { dataset, location: textAt(metadata, "location") || location };
}

function checkLocation(name: string, metadata: unknown, location: string | undefined): void {
  const found = textAt(metadata, "location");
  if (location === undefined || found === undefined || found === "") return;
  if (found.toLowerCase() === location.toLowerCase()) return;
  throw new WarehouseError(
    `The dataset ${name} is in ${found}, but BIGQUERY_LOCATION is ${location}: set BIGQUERY_LOCATION=${found}, or set RAW_DATASET to a new name.`,
  );
}

async function prepareTable(
  dataset: Dataset,
  connection: BigQueryConnection,
  definition: RawTable,
  effects: Effects,
): Promise<void> {
  const table = dataset.table(definition.name);
  const context = { doing: `make the table ${definition.name}`, ...connection };
  await retrying(effects, context, async () => {
    const found = await orMissing(() => table.getMetadata());
    if (found === undefined) {
      try {
        await dataset.createTable(definition.name, tableResource(definition));
      } catch (error) {
        if (actionOf(error) !== "exists") throw error;
      }
      return;
    }
    if (definition.name === versionTable) await raiseVersion(table, found[0]);
    await addColumns(table, definition, found[0], effects);
  });
}

/** The version of the raw tables, by the metadata of `_loads`. Errors: ConfigError when a newer loader made them. */
export function knownVersion(datasetName: string, metadata: unknown): number {
  const stored = Number(textAt(metadata, "labels", versionLabel) ?? firstRawVersion);
  refuseNewer(stored, datasetName);
  return stored;
}

/** Stores this loader's version before anything else changes. Errors: ConfigError when a newer loader made the tables. */
async function raiseVersion(table: Table, metadata: unknown): Promise<void> {
  if (knownVersion(table.dataset.id ?? "", metadata) === rawVersion) return;
  await table.setMetadata({ labels: { ...costLabels, [versionLabel]: String(rawVersion) } });
}

async function addColumns(table: Table, definition: RawTable, metadata: unknown, effects: Effects): Promise<void> {
  const { fields, faults } = compareTable(definition, metadata);
  if (faults.length > 0)
    throw new WarehouseError(
      `The table ${table.dataset.id}.${definition.name} was changed by hand: ${faults.join("; ")}. Change it back, or rename it and run again: the loader makes a new table.`,
    );
  const missing = definition.columns.filter(({ name }) => !fields.some((field) => field.name === name));
  if (missing.length === 0) return;
  const etag = textAt(metadata, "etag");
  try {
    await table.setMetadata({
      ...(etag === undefined ? {} : { etag }),
      schema: { fields: [...fields, ...missing.map(fieldOf)] },
    });
  } catch (error) {
    // Another process changed the table meanwhile: look again.
    if (actionOf(error) !== "lost") throw error;
    await addColumns(table, definition, (await table.getMetadata())[0], effects);
    return;
  }
  effects.log("columns_added", { table: definition.name, columns: missing.map(({ name }) => name).join(",") });
}

/** A table's fields, and in words what keeps the loader from loading into it. */
export function compareTable(
  definition: RawTable,
  metadata: unknown,
): { readonly fields: readonly Field[]; readonly faults: readonly string[] } {
  const fields = fieldsOf(metadata);
  const faults: string[] = [];
  for (const column of definition.columns) {
    const field = fields.find(({ name }) => name === column.name);
    const wanted = columnTypes[column.type];
    const found = field?.type === undefined ? undefined : (typeSpellings[field.type] ?? field.type);
    if (found !== undefined && found !== wanted)
      faults.push(`its column ${column.name} is ${found} instead of ${wanted}`);
    if (field?.mode === "REPEATED") faults.push(`its column ${column.name} is repeated`);
  }
  for (const field of fields) {
    const isRequired = field.mode === "REQUIRED";
    if (isRequired) faults.push(`its column ${field.name} is required`);
  }
  const type = textAt(metadata, "type");
  if (type !== undefined && type !== "" && type !== "TABLE") faults.push(`it is a ${type.toLowerCase()}`);
  return { fields, faults };
}

/** Whether the table is partitioned by the day of loading: without that, each read costs the whole table. */
export function isPartitioned(metadata: unknown): boolean {
  return textAt(metadata, "timePartitioning", "field") === partitionColumn;
}

function fieldsOf(metadata: unknown): readonly Field[] {
  return listAt(metadata, "schema", "fields").filter((field) => typeof field === "object" && field !== null);
}
