import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { differingTables } from "../checker/same-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { repository } from "../tools/repository.ts";
import { runDbt } from "./command.ts";

const aSetting = "TimeZone: UTC";

/**
 * Builds a copy of a built warehouse with nulls in BigQuery's order (first in ascending order, last in descending order, where DuckDB
 * has them last in both). Gives the tables that come out otherwise: one of their models orders by what may be null.
 */
export async function differencesFromOtherNullOrder(
  duckdbPath: string,
  workFolder: string,
  selection: readonly string[],
): Promise<string[]> {
  const folder = join(workFolder, "null-order");
  await mkdir(folder);
  const profiles = await readFile(join(repository, "profiles.yml"), "utf8");
  assert.ok(profiles.includes(aSetting));
  const ordered = `${aSetting}\n                default_null_order: nulls_first_on_asc_last_on_desc`;
  await writeFile(join(folder, "profiles.yml"), profiles.replace(aSetting, ordered));
  // Of the same name: views name the file that they are in.
  const otherPath = join(folder, duckdbPath.split("/").at(-1) ?? "");
  await copyFile(duckdbPath, otherPath);
  const flags = ["--full-refresh", "--profiles-dir", folder, ...selection];
  const built = await runDbt(["run", ...flags], folder, { WAREHOUSE: "duckdb", DUCKDB_PATH: otherPath });
  assert.equal(built.exitCode, 0, built.output);
  const attachedPath = join(folder, "other.duckdb");
  await copyFile(otherPath, attachedPath);
  const schemas = ["intercom", "intercom_staging"];
  const names = await withDuckDb(duckdbPath, (connection) => differingTables(connection, attachedPath, schemas));
  // What is recorded of the models' versions holds times.
  return names.filter((name) => !name.includes("_model_versions"));
}
