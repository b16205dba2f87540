import { copyFile, mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { differingTables } from "../checker/same-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";

const schemas = ["intercom", "intercom_staging"];

/** For a full build that is compared with a tested one: tests say of equal rows what they have said before. */
export const withoutTests = ["--full-refresh", "--exclude-resource-type", "test", "unit_test"];

/** Builds a copy of a warehouse otherwise, in a new folder `folder`. Gives the tables whose rows differ then. */
export async function differencesOfCopy(
  duckdbPath: string,
  folder: string,
  build: (copyPath: string) => Promise<unknown>,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  // Of the same name: views name the file that they are in.
  const copyPath = join(folder, basename(duckdbPath));
  await copyFile(duckdbPath, copyPath);
  await build(copyPath);
  return differencesBetween(duckdbPath, copyPath);
}

/** Gives the tables whose rows differ in two warehouses of the same name. */
export async function differencesBetween(duckdbPath: string, copyPath: string): Promise<string[]> {
  const otherPath = join(dirname(copyPath), "attached.duckdb");
  await copyFile(copyPath, otherPath);
  const names = await withDuckDb(duckdbPath, (connection) => differingTables(connection, otherPath, schemas));
  // What is recorded of the models' versions holds times.
  return names.filter((name) => !name.includes("_model_versions"));
}
