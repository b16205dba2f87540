import type { BigQuery } from "@google-cloud/bigquery";
import { exceptFromProxies } from "../../config.ts";
import { type ProxySettings, proxyFor } from "../../proxy.ts";

/** The servers that Google's libraries ask for tokens. */
const tokenServers = [
  "https://oauth2.googleapis.com",
  "https://accounts.google.com",
  "https://sts.googleapis.com",
  "https://iamcredentials.googleapis.com",
  "https://www.googleapis.com",
];
/** A machine's own metadata, which no proxy can reach. */
const metadataHosts = ["metadata.google.internal", "metadata.google.internal.", "169.254.169.254"];

/**
 * Names the hosts that are reached directly, before any request. Google's libraries read NO_PROXY themselves, but know no
 * `*`, no domain and no port in it.
 * @param server BigQuery, or an emulator
 */
export function exceptDirectHosts(proxies: ProxySettings, server: string): void {
  if (!hasProxy(proxies)) return;
  const direct = [server, ...tokenServers].filter((url) => proxyFor(proxies, url) === undefined);
  exceptFromProxies([...metadataHosts, ...direct.map((url) => new URL(url).hostname)]);
}

/** Gives each request of a client its proxy, uploads included: the client alone would take HTTP_PROXY for https, too. */
export function sendThroughProxies(client: BigQuery, proxies: ProxySettings): void {
  if (!hasProxy(proxies)) return;
  const send = client.makeAuthenticatedRequest;
  const sendThrough = (request: { uri: string }, ...rest: unknown[]): unknown => {
    const proxy = proxyFor(proxies, request.uri);
    const onward = proxy === undefined ? request : { ...request, proxy: proxy.secretUrl };
    return Reflect.apply(send, client, [onward, ...rest]);
  };
  client.makeAuthenticatedRequest = Object.assign(sendThrough, send) as typeof send;
}

/** The proxy for token requests. */
export function transporterOptions(proxies: ProxySettings): { readonly proxy?: string } {
  return proxies.https === undefined ? {} : { proxy: proxies.https.secretUrl };
}

function hasProxy({ http, https }: ProxySettings): boolean {
  return http !== undefined || https !== undefined;
}
