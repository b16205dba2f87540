import { BigQuery } from "@google-cloud/bigquery";
import { type AuthClient, GoogleAuth, Impersonated, OAuth2Client } from "google-auth-library";
import type { Effects } from "../../effects.ts";
import { noProxies, type ProxySettings } from "../../proxy.ts";
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
const retryDelayMsMax = 32_000;
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
 * Does something that may be done twice, again and again while BigQuery says that it is a passing trouble.
 * Errors: WarehouseError, one sentence.
 */
export async function retrying<T>(effects: Effects, context: BigQueryContext, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (actionOf(error) !== "retry" || attempt >= attemptsMax) throw asFatalError(error, context);
      await pause(effects, attempt, context.doing);
    }
  }
}

/** Waits before try number `attempt + 1`: 1 s, 2 s, 4 s … with up to a quarter of it added at random, capped. */
export async function pause(effects: Effects, attempt: number, doing: string): Promise<void> {
  const delayMs = Math.min(1000 * 2 ** (attempt - 1) * (1 + effects.random() / 4), retryDelayMsMax);
  effects.log("warehouse_retried", { doing, attempt, delay_ms: Math.round(delayMs) });
  await effects.sleep(delayMs);
}
