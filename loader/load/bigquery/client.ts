import { BigQuery } from "@google-cloud/bigquery";
import { type AuthClient, GoogleAuth, Impersonated, OAuth2Client } from "google-auth-library";
import type { Effects } from "../../effects.ts";
import { noProxies, type ProxySettings } from "../../proxy.ts";
import { attemptUntilDone } from "./attempts.ts";
import { actionOf, asFatalError, type BigQueryContext } from "./errors.ts";
import { exceptDirectHosts, sendThroughProxies, transporterOptions } from "./proxy.ts";

/** Which BigQuery, as whom, and what it may cost. */
export type BigQueryConnection = {
  readonly project: string;
  /** Where datasets are made; undefined: where they are, else BigQuery's default (US). */
  readonly location: string | undefined;
  /** URL of an emulator; no credentials are needed there, and none are sent. */
  readonly emulatorHost: string | undefined;
  /** Service account to act as, by e-mail address. */
  readonly impersonate: string | undefined;
  /** A query that would read more than this is refused by BigQuery before it costs anything. */
  readonly maximumBytesBilled: number;
  /** The way there; a direct one when left out. */
  readonly proxies?: ProxySettings;
};

/** Asks at most this often for one thing. */
const attemptsMax = 6;
const tokenSeconds = 3600;
/** Said, since the client takes an emulator's variable that is set to nothing for an address. */
const apiEndpoint = "https://bigquery.googleapis.com";
export const bigQueryScope = "https://www.googleapis.com/auth/bigquery";

/** On everything that we make or run, so that the bill can be told apart. */
export const costLabels = { app: "intercom-warehouse", component: "loader" } as const;

/**
 * A client of the BigQuery API. Who it acts as are the Application Default Credentials (a login, a service account, a
 * workload identity), or the service account that those may impersonate. No key file is needed, and none is read unless
 * GOOGLE_APPLICATION_CREDENTIALS names one.
 * Errors: WarehouseError when there are no credentials.
 */
export async function openBigQuery(connection: BigQueryConnection): Promise<BigQuery> {
  const { project, location, emulatorHost, proxies = noProxies } = connection;
  exceptDirectHosts(proxies, emulatorHost ?? apiEndpoint);
  const options = {
    projectId: project,
    ...(location === undefined ? {} : { location }),
    // Retries are ours, by reason code: the client's would double them and know only the status.
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

/** Who asks: the default credentials, or the service account that they stand for. */
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
