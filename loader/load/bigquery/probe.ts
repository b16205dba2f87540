import type { BigQuery } from "@google-cloud/bigquery";
import { OAuth2Client } from "google-auth-library";
import type { BigQueryCredentials, BigQueryLook, BigQueryProbe, MissingPermission } from "../../doctor/bigquery.ts";
import type { Effects } from "../../effects.ts";
import { noProxies } from "../../http/proxy.ts";
import { textAt } from "../../json-path.ts";
import { rawTables } from "../raw-tables.ts";
import { authClient, type BigQueryConnection, bigQueryScope, openBigQuery, retrying } from "./client.ts";
import { actionOf, asFatalError, missingPermissionOf, orMissing } from "./errors.ts";
import { lockHolder } from "./lock.ts";
import { transporterOptions } from "./proxy.ts";
import { qualified } from "./sql.ts";
import { compareTable, isPartitioned, knownVersion } from "./tables.ts";

const cloudPlatformScope = "https://www.googleapis.com/auth/cloud-platform";

/** Looks at BigQuery for `doctor`, and changes nothing. Errors: WarehouseError. */
export function bigQueryProbe(connection: BigQueryConnection, effects: Effects): BigQueryProbe {
  return {
    credentials: () => credentials(connection),
    connect: async () => bigQueryLook(await openBigQuery(connection), connection, effects),
  };
}

async function credentials(connection: BigQueryConnection): Promise<BigQueryCredentials> {
  const client = await authClient(connection).catch(loginFailed(connection));
  const { token } = await client.getAccessToken().catch(loginFailed(connection));
  const found = { kind: client.constructor.name, scope: bigQueryScope };
  if (!token) return { ...found, hasToken: false, hasScope: undefined };
  const asking = new OAuth2Client({ transporterOptions: transporterOptions(connection.proxies ?? noProxies) });
  const scopes = await asking.getTokenInfo(token).then(
    (information) => information.scopes,
    () => undefined,
  );
  return {
    ...found,
    hasToken: true,
    hasScope: scopes && (scopes.includes(bigQueryScope) || scopes.includes(cloudPlatformScope)),
  };
}

function loginFailed(connection: BigQueryConnection): (error: unknown) => never {
  return (error) => {
    throw asFatalError(error, { doing: "get a token", isLogin: true, ...connection });
  };
}

function bigQueryLook(client: BigQuery, connection: BigQueryConnection, effects: Effects): BigQueryLook {
  /** What there is to know of a table or dataset; undefined when there is none. */
  const metadataOf = async (thing: { getMetadata: () => Promise<unknown[]> }, name: string): Promise<unknown> => {
    const context = { doing: `look at ${name}`, ...connection };
    return (await retrying(effects, context, () => orMissing(() => thing.getMetadata())))?.[0];
  };
  return {
    missingForQueries: () => missingForQueries(client, connection, effects),
    locationOf: async (dataset) => {
      const metadata = await metadataOf(client.dataset(dataset), `the dataset ${dataset}`);
      return metadata === undefined ? undefined : (textAt(metadata, "location") ?? "");
    },
    isThere: async (dataset) =>
      (await orMissing(() => client.dataset(dataset).getMetadata()).catch(() => undefined)) !== undefined,
    missingForNewTable: (dataset) => missingForNewTable(client, connection, dataset),
    grantedOnLoads: async (dataset, permissions) => {
      const table = client.dataset(dataset).table("_loads");
      const answer = await orMissing(() => table.testIamPermissions([...permissions])).catch(() => null);
      if (answer === undefined) return "no table";
      return answer === null ? "unknown" : (answer[0].permissions ?? []);
    },
    rawTables: async (dataset) => {
      const present = [];
      for (const definition of rawTables) {
        const { name } = definition;
        const metadata = await metadataOf(client.dataset(dataset).table(name), name);
        if (metadata === undefined) continue;
        if (name === "_loads") knownVersion(dataset, metadata);
        present.push({
          name,
          faults: compareTable(definition, metadata).faults,
          isPartitioned: isPartitioned(metadata),
        });
      }
      return { wanted: rawTables.length, present };
    },
    lockHolder: async (dataset) => {
      const holder = lockHolder(await metadataOf(client.dataset(dataset).table("_lock"), "the run lock"));
      return holder && { runId: holder.run_id, until: holder.until };
    },
  };
}

async function missingForQueries(
  client: BigQuery,
  connection: BigQueryConnection,
  effects: Effects,
): Promise<MissingPermission | undefined> {
  try {
    await retrying(effects, { doing: "run a query", ...connection }, () => dryRun(client, "select 1 as one"));
    return undefined;
  } catch (error) {
    const permission = missingPermissionOf(error instanceof Error ? error.cause : error);
    if (permission === undefined) throw error;
    return { permission, refusal: error };
  }
}

async function missingForNewTable(
  client: BigQuery,
  connection: BigQueryConnection,
  dataset: string,
): Promise<MissingPermission | undefined> {
  try {
    await dryRun(client, createTableSql(connection.project, dataset));
  } catch (error) {
    const permission = missingPermissionOf(error);
    if (permission !== undefined) return { permission, refusal: error };
    if (actionOf(error) !== "exists")
      throw asFatalError(error, { doing: `try to make a table in ${dataset}`, ...connection });
  }
  return undefined;
}

/** A statement for a dry run only. */
export function createTableSql(project: string, dataset: string): string {
  return `create table ${qualified(project, dataset, "_doctor")} as select 1 as one`;
}

async function dryRun(client: BigQuery, query: string): Promise<void> {
  await client.createQueryJob({ query, dryRun: true });
}
