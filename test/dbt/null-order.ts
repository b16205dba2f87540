import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../tools/repository.ts";
import { differencesOfCopy } from "./built-copy.ts";
import { runDbt } from "./command.ts";

const aSetting = "TimeZone: UTC";

/**
 * Builds a copy of a built warehouse with nulls in BigQuery's order: first in ascending order, last in descending order. DuckDB has
 * them last in both. Gives the tables that come out otherwise: one of their models orders by what may be null.
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
  const flags = ["--full-refresh", "--profiles-dir", folder, ...selection];
  return differencesOfCopy(duckdbPath, folder, async (path) => {
    const built = await runDbt(["run", ...flags], folder, { WAREHOUSE: "duckdb", DUCKDB_PATH: path });
    assert.equal(built.exitCode, 0, built.output);
  });
}
