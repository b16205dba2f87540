import type { BigQuery } from "@google-cloud/bigquery";
import { OAuth2Client } from "google-auth-library";
import { WarehouseError } from "../errors.ts";
import { authClient, type BigQueryConnection, bigQueryScope, openBigQuery, retrying } from "../load/bigquery/client.ts";
import { actionOf, asFatalError, missingPermissionOf } from "../load/bigquery/errors.ts";
import { lockHolder } from "../load/bigquery/lock.ts";
import { transporterOptions } from "../load/bigquery/proxy.ts";
import { compareTable, isPartitioned, orMissing, textAt } from "../load/bigquery/tables.ts";
import { rawTables } from "../load/raw-tables.ts";
import { noProxies } from "../proxy.ts";
import type { Check, DoctorOptions, Finding, Look } from "./doctor.ts";
import { freeSpace } from "./duckdb.ts";

const cloudPlatformScope = "https://www.googleapis.com/auth/cloud-platform";
/** What the loader does with a table that is there. */
const tablePermissions = [
  "bigquery.tables.get",
  "bigquery.tables.getData",
  "bigquery.tables.update",
  "bigquery.tables.updateData",
];

type Subject = { readonly client: BigQuery; readonly options: DoctorOptions; readonly connection: BigQueryConnection };

/** Credentials, scopes, project, each dataset and its permissions, the raw tables, the lock. Nothing is changed. */
export async function* checkBigQuery(options: DoctorOptions, look: Look): AsyncGenerator<Check> {
  const connection = options.config.bigQuery;
  const { rawDataset, martsDataset, stateDirectory } = options.config;
  const isLoggedIn = yield* look("BigQuery credentials", () => credentials(connection));
  if (!isLoggedIn) return;
  const subject: Subject = { client: await openBigQuery(connection), options, connection };
  const canQuery = yield* look("BigQuery project", () => project(subject));
  if (!canQuery) return;
  for (const dataset of [rawDataset, martsDataset, `${martsDataset}_staging`]) {
    yield* look(`dataset ${dataset}`, () => location(subject, dataset));
    yield* look(`permissions in ${dataset}`, () => permissions(subject, dataset));
  }
  yield* look("raw tables", () => tables(subject, rawDataset));
  yield* look("run lock", () => lock(subject, rawDataset));
  yield* look("disk of STATE_DIR", () => freeSpace(stateDirectory));
}

async function credentials(connection: BigQueryConnection): Promise<Finding | string> {
  if (connection.emulatorHost !== undefined) return `an emulator at ${connection.emulatorHost} needs none`;
  const context = { doing: "get a token", isLogin: true, ...connection };
  let token: string | null | undefined;
  let kind: string;
  try {
    const client = await authClient(connection);
    kind = client.constructor.name;
    ({ token } = await client.getAccessToken());
  } catch (error) {
    throw asFatalError(error, context);
  }
  if (!token) throw new WarehouseError("There is no access token: run `gcloud auth application-default login`.");
  const client = new OAuth2Client({ transporterOptions: transporterOptions(connection.proxies ?? noProxies) });
  const scopes = await client.getTokenInfo(token).then(
    (information) => information.scopes,
    () => undefined,
  );
  if (scopes === undefined)
    return { found: `${kind} gives a token; its scopes could not be asked for`, isWarning: true };
  if (!scopes.includes(bigQueryScope) && !scopes.includes(cloudPlatformScope))
    throw new WarehouseError(
      `The token (${kind}) lacks the scope ${bigQueryScope}: give the machine or the login that scope, or cloud-platform.`,
    );
  return `${kind} gives a token with the scope that BigQuery needs`;
}

async function project({ client, connection, options }: Subject): Promise<string> {
  const grant = `Grant roles/bigquery.jobUser: gcloud projects add-iam-policy-binding ${connection.project} --member=… --role=roles/bigquery.jobUser`;
  try {
    await retrying(options.effects, { doing: "run a query", ...connection }, () => dryRun(client, "select 1 as one"));
  } catch (error) {
    const cause = error instanceof Error ? error.cause : error;
    if (missingPermissionOf(cause) === undefined) throw error;
    throw new WarehouseError(`${missingPermissionOf(cause)} is missing in project ${connection.project}. ${grant}`, {
      cause: error,
    });
  }
  return `queries and load jobs run in ${connection.project}`;
}

async function location({ client, connection, options }: Subject, name: string): Promise<Finding | string> {
  const context = { doing: `look at the dataset ${name}`, ...connection };
  const metadata = await retrying(options.effects, context, () => orMissing(() => client.dataset(name).getMetadata()));
  const wanted = connection.location;
  if (metadata === undefined)
    return {
      found: `is not there yet: the first run makes it in ${wanted ?? "US"}, which takes bigquery.datasets.create (roles/bigquery.user), or make it before`,
      isWarning: true,
    };
  const found = textAt(metadata[0], "location");
  if (wanted !== undefined && found !== undefined && found.toLowerCase() !== wanted.toLowerCase())
    throw new WarehouseError(`It is in ${found}, but BIGQUERY_LOCATION is ${wanted}: set BIGQUERY_LOCATION=${found}.`);
  return `is in ${found || "the default location"}`;
}

/** By a dry run, which BigQuery checks like a real one and then forgets, and by asking of a table that is there. */
async function permissions(subject: Subject, name: string): Promise<Finding | string> {
  const { client, connection, options } = subject;
  const grant = `Grant roles/bigquery.dataEditor on it: grant \`roles/bigquery.dataEditor\` on schema \`${connection.project}.${name}\` to "serviceAccount:…"`;
  const denied = (permission: string): WarehouseError => new WarehouseError(`${permission} is missing. ${grant}`);
  const dataset = client.dataset(name);
  if ((await orMissing(() => dataset.getMetadata()).catch(() => undefined)) === undefined)
    return { found: "can be told once it is there", isWarning: true };
  try {
    await dryRun(client, createTableSql(connection.project, name));
  } catch (error) {
    const permission = missingPermissionOf(error);
    if (permission !== undefined) throw denied(permission);
    if (actionOf(error) !== "exists")
      throw asFatalError(error, { doing: `try to make a table in ${name}`, ...connection });
  }
  if (name !== options.config.rawDataset) return "tables can be made";
  const table = dataset.table("_loads");
  const answer = await orMissing(() => table.testIamPermissions([...tablePermissions])).catch(() => null);
  if (answer === undefined) return "tables can be made";
  if (answer === null)
    return { found: "tables can be made; for those that are there it can't be asked", isWarning: true };
  const granted = new Set(answer[0].permissions ?? []);
  const missing = tablePermissions.filter((permission) => !granted.has(permission));
  if (missing.length > 0) throw denied(missing.join(", "));
  return "tables can be made, loaded and read";
}

/** Never run but dry. */
export function createTableSql(project: string, dataset: string): string {
  return `create table \`${project}.${dataset}._doctor\` as select 1 as one`;
}

async function tables({ client, connection, options }: Subject, name: string): Promise<Finding | string> {
  const faults: string[] = [];
  const unpartitioned: string[] = [];
  let present = 0;
  for (const definition of rawTables) {
    const table = client.dataset(name).table(definition.name);
    const context = { doing: `look at ${definition.name}`, ...connection };
    const metadata = (await retrying(options.effects, context, () => orMissing(() => table.getMetadata())))?.[0];
    if (metadata === undefined) continue;
    present += 1;
    faults.push(...compareTable(definition, metadata).faults.map((fault) => `${definition.name}: ${fault}`));
    if (!isPartitioned(metadata)) unpartitioned.push(definition.name);
  }
  if (faults.length > 0)
    throw new WarehouseError(
      `${faults.join("; ")}. Change it back, or rename the table: the next run makes a new one.`,
    );
  if (unpartitioned.length > 0)
    return {
      found: `${unpartitioned.join(", ")} is not partitioned by _loaded_at: every run reads it whole. Copy it into a table that is`,
      isWarning: true,
    };
  return `${present} of ${rawTables.length} are there, as the loader makes them`;
}

async function lock({ client, connection, options }: Subject, name: string): Promise<Finding | string> {
  const context = { doing: "look at the run lock", ...connection };
  const table = client.dataset(name).table("_lock");
  const metadata = (await retrying(options.effects, context, () => orMissing(() => table.getMetadata())))?.[0];
  const holder = lockHolder(metadata);
  if (holder === undefined) return "is free";
  return { found: `run ${holder.run_id} holds it until ${holder.until}, or longer if it lives`, isWarning: true };
}

async function dryRun(client: BigQuery, query: string): Promise<void> {
  await client.createQueryJob({ query, dryRun: true });
}
