import type { Config } from "../config.ts";
import { WarehouseError } from "../errors.ts";
import { type Check, type Finding, look } from "./check.ts";
import { freeSpace } from "./disk.ts";

/** What the loader does with a table that exists. */
const tablePermissions = [
  "bigquery.tables.get",
  "bigquery.tables.getData",
  "bigquery.tables.update",
  "bigquery.tables.updateData",
];

/** Who would ask BigQuery. */
export type BigQueryCredentials = {
  /** The kind of login, for a person. */
  readonly kind: string;
  readonly hasToken: boolean;
  /** Whether the token has a scope that BigQuery takes; undefined when the scopes could not be read. */
  readonly hasScope: boolean | undefined;
  /** The scope that BigQuery takes. */
  readonly scope: string;
};

/** A permission that is missing, in words ("the permission bigquery.jobs.create"), and BigQuery's refusal. */
export type MissingPermission = { readonly permission: string; readonly refusal: unknown };

type RawTableFound = {
  readonly name: string;
  /** What is not as the loader makes the table. */
  readonly faults: readonly string[];
  readonly isPartitioned: boolean;
};

/** What the checks ask of BigQuery. Nothing is changed. Errors: WarehouseError, one sentence with the next step. */
export type BigQueryProbe = {
  readonly credentials: () => Promise<BigQueryCredentials>;
  /** Once the credentials are known to work. */
  readonly connect: () => Promise<BigQueryLook>;
};

export type BigQueryLook = {
  /** What is missing to run queries and load jobs. */
  readonly missingForQueries: () => Promise<MissingPermission | undefined>;
  /** Where a dataset is; an empty text when BigQuery does not say; undefined when there is no such dataset. */
  readonly locationOf: (dataset: string) => Promise<string | undefined>;
  /** False also when the dataset can't be looked at. */
  readonly isThere: (dataset: string) => Promise<boolean>;
  /** What is missing to make a table, by a dry run: BigQuery checks it like a real one. */
  readonly missingForNewTable: (dataset: string) => Promise<MissingPermission | undefined>;
  /** Which of the permissions are granted on `_loads`. */
  readonly grantedOnLoads: (
    dataset: string,
    permissions: readonly string[],
  ) => Promise<readonly string[] | "no table" | "unknown">;
  /** The raw tables that exist, and how many there are to be. */
  readonly rawTables: (
    dataset: string,
  ) => Promise<{ readonly wanted: number; readonly present: readonly RawTableFound[] }>;
  /** The run that holds the dataset. */
  readonly lockHolder: (dataset: string) => Promise<{ readonly runId: string; readonly until: string } | undefined>;
};

/** Credentials, scopes, project, each dataset and its permissions, the raw tables, the lock. Nothing is changed. */
export async function* checkBigQuery(config: Config, probe: BigQueryProbe): AsyncGenerator<Check> {
  const { rawDataset, martsDataset, stateDirectory } = config;
  const isLoggedIn = yield* look("BigQuery credentials", () => credentials(config, probe));
  if (!isLoggedIn) return;
  const bigQuery = await probe.connect();
  const canQuery = yield* look("BigQuery project", () => project(config, bigQuery));
  if (!canQuery) return;
  for (const dataset of [rawDataset, martsDataset, `${martsDataset}_staging`, `${martsDataset}_builds`]) {
    yield* look(`dataset ${dataset}`, () => location(config, bigQuery, dataset));
    yield* look(`permissions in ${dataset}`, () => permissions(config, bigQuery, dataset));
  }
  yield* look("raw tables", () => tables(bigQuery, rawDataset));
  yield* look("run lock", () => lock(bigQuery, rawDataset));
  yield* look("disk of STATE_DIR", () => freeSpace(stateDirectory, "STATE_DIR"));
}

async function credentials(config: Config, probe: BigQueryProbe): Promise<Finding | string> {
  const { emulatorHost } = config.bigQuery;
  if (emulatorHost !== undefined) return `the emulator at ${emulatorHost} needs none`;
  const { kind, hasToken, hasScope, scope } = await probe.credentials();
  if (!hasToken) throw new WarehouseError("There is no access token: run `gcloud auth application-default login`.");
  if (hasScope === undefined)
    return {
      found: `${kind} gives a token; its scopes could not be read`,
      fix: `If a check below fails, log in with the scope ${scope} or cloud-platform.`,
    };
  if (!hasScope)
    throw new WarehouseError(
      `The token (${kind}) lacks the scope ${scope}: give the machine or the login that scope, or cloud-platform.`,
    );
  return `${kind} gives a token with the scope that BigQuery needs`;
}

async function project(config: Config, bigQuery: BigQueryLook): Promise<string> {
  const { project: name } = config.bigQuery;
  const missing = await bigQuery.missingForQueries();
  if (missing === undefined) return `queries and load jobs run in ${name}`;
  throw new WarehouseError(
    `${missing.permission} is missing in project ${name}. Grant roles/bigquery.jobUser: gcloud projects add-iam-policy-binding ${name} --member=… --role=roles/bigquery.jobUser`,
    { cause: missing.refusal },
  );
}

async function location(config: Config, bigQuery: BigQueryLook, dataset: string): Promise<Finding | string> {
  const found = await bigQuery.locationOf(dataset);
  const wanted = config.bigQuery.location;
  if (found === undefined)
    return {
      found: `does not exist yet: the first run creates it in ${wanted ?? "US"}`,
      fix: `You need bigquery.datasets.create for that (roles/bigquery.user), or make it: bq mk --dataset --location ${wanted ?? "US"} ${config.bigQuery.project}:${dataset}`,
    };
  if (wanted !== undefined && found !== "" && found.toLowerCase() !== wanted.toLowerCase())
    throw new WarehouseError(
      `The dataset is in ${found}, but BIGQUERY_LOCATION is ${wanted}: set BIGQUERY_LOCATION=${found}.`,
    );
  return `is in ${found || "the default location"}`;
}

async function permissions(config: Config, bigQuery: BigQueryLook, dataset: string): Promise<Finding | string> {
  const grant = `Grant roles/bigquery.dataEditor on it: grant \`roles/bigquery.dataEditor\` on schema \`${config.bigQuery.project}.${dataset}\` to "serviceAccount:…"`;
  if (!(await bigQuery.isThere(dataset)))
    return { found: "can be checked once the dataset exists", fix: "Run `make doctor` again after the first run." };
  const missing = await bigQuery.missingForNewTable(dataset);
  if (missing !== undefined)
    throw new WarehouseError(`${missing.permission} is missing. ${grant}`, { cause: missing.refusal });
  if (dataset !== config.rawDataset) return "tables can be made";
  const granted = await bigQuery.grantedOnLoads(dataset, tablePermissions);
  if (granted === "no table") return "tables can be made";
  if (granted === "unknown")
    return {
      found: "tables can be made; permissions on existing tables could not be read",
      fix: `If a run is refused: ${grant}.`,
    };
  const denied = tablePermissions.filter((permission) => !granted.includes(permission));
  if (denied.length > 0)
    throw new WarehouseError(`${denied.join(", ")} ${denied.length === 1 ? "is" : "are"} missing. ${grant}`);
  return "tables can be made, loaded and read";
}

async function tables(bigQuery: BigQueryLook, dataset: string): Promise<Finding | string> {
  const { wanted, present } = await bigQuery.rawTables(dataset);
  const faults = present.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
  if (faults.length > 0)
    throw new WarehouseError(
      `${faults.join("; ")}. Change it back, or rename the table: the next run makes a new one.`,
    );
  const unpartitioned = present.filter(({ isPartitioned }) => !isPartitioned).map(({ name }) => name);
  if (unpartitioned.length > 0)
    return {
      found: `${unpartitioned.join(", ")} ${unpartitioned.length === 1 ? "is" : "are"} not partitioned by _loaded_at, so every run reads all of it`,
      fix: `Copy each into a new table, with \`create table … partition by timestamp_trunc(_loaded_at, day) as select * from …\`, and rename that.`,
    };
  return `${present.length} of ${wanted} are there, as the loader makes them`;
}

async function lock(bigQuery: BigQueryLook, dataset: string): Promise<Finding | string> {
  const holder = await bigQuery.lockHolder(dataset);
  if (holder === undefined) return "is free";
  return {
    found: `run ${holder.runId} holds it until ${holder.until}; a live run renews the lock`,
    fix: "Wait for the run to end. A run that was killed lets go of the lock by itself at that time.",
  };
}
