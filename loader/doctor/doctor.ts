import type { Config } from "../config.ts";
import { type BigQueryProbe, checkBigQuery } from "./bigquery.ts";
import type { Check } from "./check.ts";
import { checkDbt } from "./dbt.ts";
import { canBuildIn, checkDuckDb, type DuckDbProbe } from "./duckdb.ts";
import { checkIntercom, type OpenIntercom } from "./intercom.ts";
import { checkPermissions, type PermissionsProbe } from "./permissions.ts";

export type DoctorOptions = {
  readonly config: Config;
  /** Errors: ConfigError when the token is not set. */
  readonly readAccessToken: () => string;
  /** The dbt command, in words. */
  readonly dbt: readonly string[];
  /** What dbt gets as its environment. */
  readonly dbtEnvironment: NodeJS.ProcessEnv;
  readonly permissions: PermissionsProbe;
  readonly openIntercom: OpenIntercom;
  readonly duckDb: DuckDbProbe;
  /** Loads BigQuery's client, which takes more memory than the rest of the loader. */
  readonly loadBigQuery: () => Promise<BigQueryProbe>;
};

/** Checks everything that sync and build need, one thing after the other, and changes nothing. */
export async function* examine(options: DoctorOptions): AsyncGenerator<Check> {
  const { config, duckDb } = options;
  yield* checkIntercom(config, options.readAccessToken, options.openIntercom);
  if (config.warehouse === "bigquery") yield* checkBigQuery(config, await options.loadBigQuery());
  else yield* checkDuckDb(config, duckDb);
  if (config.warehouse === "bigquery" || (await canBuildIn(config.duckdbPath, duckDb)))
    yield* checkDbt(options.dbt, options.dbtEnvironment);
  yield* checkPermissions(options.permissions);
}
