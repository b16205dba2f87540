import { BigQuery } from "@google-cloud/bigquery";
import { type AuthClient, GoogleAuth, Impersonated, OAuth2Client } from "google-auth-library";
import type { Effects } from "../../effects.ts";
import { noProxies, type ProxySettings } from "../../proxy.ts";
import { attemptUntilDone } from "./attempts.ts";
import { actionOf, asFatalError, type BigQueryContext } from "./errors.ts";
import { exceptDirectHosts, sendThroughProxies, transporterOptions } from "./proxy.ts";

/** Where BigQuery is, who asks, and what a query may cost. */
export type BigQueryConnection = {
  readonly project: string;
  /** Where new datasets are made. Undefined: BigQuery's default (US); an existing dataset stays where it is. */
  readonly location: string | undefined;
  /** URL of an emulator. It needs no credentials and gets none. */
  readonly emulatorHost: string | undefined;
  /** E-mail address of the service account to act as. */
  readonly impersonate: string | undefined;
  /** BigQuery refuses a query that would read more bytes than this, before it costs anything. */
  readonly maximumBytesBilled: number;
  /** The proxies to BigQuery; none when left out. */
  readonly proxies?: ProxySettings;
};

/** A request is sent at most this often. */
const attemptsMax = 6;
const tokenSeconds = 3600;
/** Given explicitly: the client takes an empty BIGQUERY_EMULATOR_HOST for an address. */
const apiEndpoint = "https://bigquery.googleapis.com";
export const bigQueryScope = "https://www.googleapis.com/auth/bigquery";

/** Labels of everything that we make or run, so that you can find it on the bill. */
export const costLabels = { app: "intercom-warehouse", component: "loader" } as const;

/**
 * A client of the BigQuery API. It acts with the Application Default Credentials (a login, a service account, a workload
 * identity), or as the service account that they may impersonate. It needs no key file, and reads one only when
 * GOOGLE_APPLICATION_CREDENTIALS names it.
 * Errors: WarehouseError when there are no credentials.
 */
export async function openBigQuery(connection: BigQueryConnection): Promise<BigQuery> {
  const { project, location, emulatorHost, proxies = noProxies } = connection;
  exceptDirectHosts(proxies, emulatorHost ?? apiEndpoint);
  const options = {
    projectId: project,
    ...(location === undefined ? {} : { location }),
    // We retry by reason code. The client's own retries would double ours, and they know only the status.
    autoRetry: false,
    maxRetries: 0,
  };
  const client = new BigQuery(
    emulatorHost !== undefined
      ? { ...options, apiEndpoint: emulatorHost, authClient: emulatorAuth() }
      : { ...options, apiEndpoint, authClient: await knownClient(connection) },
  );
  sendThroughProxies(client, proxies);
  return client;
}

async function knownClient(connection: BigQueryConnection): Promise<AuthClient> {
  try {
    return await authClient(connection);
  } catch (error) {
    const { project, location } = connection;
    throw asFatalError(error, { doing: "start", project, location, isLogin: true });
  }
}

/** The credentials of whoever asks: the default ones, or those of the service account that they impersonate. */
export async function authClient(
  connection: Pick<BigQueryConnection, "impersonate" | "project" | "proxies">,
): Promise<AuthClient> {
  const { proxies = noProxies } = connection;
  exceptDirectHosts(proxies, apiEndpoint);
  const clientOptions = { transporterOptions: transporterOptions(proxies) };
  const auth = new GoogleAuth({ scopes: [bigQueryScope], projectId: connection.project, clientOptions });
  const client = await auth.getClient();
  if (connection.impersonate === undefined) return client;
  return new Impersonated({
    sourceClient: await new GoogleAuth({
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      projectId: connection.project,
      clientOptions,
    }).getClient(),
    targetPrincipal: connection.impersonate,
    targetScopes: [bigQueryScope],
    delegates: [],
    lifetime: tokenSeconds,
    ...clientOptions,
  });
}

function emulatorAuth(): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: "emulator", expiry_date: Number.MAX_SAFE_INTEGER });
  return client;
}

/**
 * Does something that may be done twice; again while BigQuery says that the trouble will pass.
 * Errors: WarehouseError, one sentence.
 */
export async function retrying<T>(effects: Effects, context: BigQueryContext, work: () => Promise<T>): Promise<T> {
  return attemptUntilDone<T>(effects, context.doing, attemptsMax, async () => {
    try {
      return { value: await work() };
    } catch (error) {
      if (actionOf(error) !== "retry") throw asFatalError(error, context);
      return { error: asFatalError(error, context), next: "after a delay" };
    }
  });
}
