import { BlockList, isIP } from "node:net";
import { z } from "zod";

/** An HTTP proxy on the way to a server. A message may print its origin and host, which have no credentials. */
export class HttpProxy {
  /** The variable that names the proxy. */
  readonly variable: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port. */
  readonly host: string;
  readonly #url: URL;

  constructor(variable: string, url: URL) {
    this.variable = variable;
    this.origin = url.origin;
    this.host = url.host;
    this.#url = url;
  }

  /** `Proxy-Authorization`, when the URL has credentials. Never for a message or a log. */
  get authorization(): string | undefined {
    const { username, password } = this.#url;
    if (username === "" && password === "") return undefined;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(credentials).toString("base64")}`;
  }

  /** With credentials. Never for a message or a log. */
  get secretUrl(): string {
    return this.#url.href;
  }
}

export type ProxySettings = {
  readonly http: HttpProxy | undefined;
  readonly https: HttpProxy | undefined;
  readonly exceptions: readonly ProxyException[];
};

/** An entry of NO_PROXY. */
type ProxyException = {
  /** The port that the entry is for; every port when undefined. */
  readonly port: number | undefined;
  readonly covers: (host: string) => boolean;
};

export const noProxies: ProxySettings = Object.freeze({ http: undefined, https: undefined, exceptions: [] });

const defaultPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };
const allHosts = "*";

/** The error never shows the URL, which may hold a password. */
const proxyUrl = z.string().transform((text, context) => {
  const url = urlOf(text);
  if (url !== undefined) return url;
  context.addIssue("must be the URL of an HTTP proxy, such as http://proxy.example:3128");
  return z.NEVER;
});

/** The variables that name the proxies. Lower case goes first, as in curl; help and docs list those with a description. */
export const proxyVariables = {
  https_proxy: proxyUrl.optional(),
  HTTPS_PROXY: proxyUrl.optional().meta({
    description: "HTTP proxy for https requests; the same name in lower case goes first",
    without: "HTTP_PROXY",
  }),
  http_proxy: proxyUrl.optional(),
  HTTP_PROXY: proxyUrl.optional().describe("HTTP proxy on the way to Intercom, the destinations and BigQuery"),
  no_proxy: z.string().optional(),
  NO_PROXY: z
    .string()
    .optional()
    .describe(
      "hosts reached without the proxy, separated by commas: example.com, *.example.com, host:port, 10.0.0.0/8, *",
    ),
};

type ProxyVariables = z.infer<z.ZodObject<typeof proxyVariables>>;

/** Servers with https are reached through HTTPS_PROXY, or through HTTP_PROXY when only HTTP_PROXY is set. */
export function proxySettings(variables: ProxyVariables): ProxySettings {
  const first = (...names: ("https_proxy" | "HTTPS_PROXY" | "http_proxy" | "HTTP_PROXY")[]): HttpProxy | undefined => {
    const name = names.find((candidate) => variables[candidate] !== undefined);
    const url = name === undefined ? undefined : variables[name];
    return name === undefined || url === undefined ? undefined : new HttpProxy(name, url);
  };
  const entries = (variables.no_proxy ?? variables.NO_PROXY ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  return Object.freeze({
    http: first("http_proxy", "HTTP_PROXY"),
    https: first("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"),
    exceptions: entries.map(exceptionOf),
  });
}

/** The proxy through which a server is reached; undefined when the server is reached directly. */
export function proxyFor(settings: ProxySettings, server: string | URL): HttpProxy | undefined {
  const { protocol, hostname, port } = new URL(server);
  const proxy = protocol === "https:" ? settings.https : settings.http;
  if (proxy === undefined) return undefined;
  const host = bareHost(hostname);
  const number = port === "" ? defaultPorts[protocol] : Number(port);
  const isException = settings.exceptions.some(
    (exception) => (exception.port === undefined || exception.port === number) && exception.covers(host),
  );
  return isException ? undefined : proxy;
}

function urlOf(text: string): URL | undefined {
  const trimmed = text.trim();
  try {
    const url = new URL(trimmed.includes("://") ? trimmed : `http://${trimmed}`);
    decodeURIComponent(url.username + url.password);
    return defaultPorts[url.protocol] !== undefined && url.hostname !== "" ? url : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `*` covers every host. `example.com` and `.example.com` cover that host and all below it; `*.example.com` covers only
 * those below. `10.0.0.0/8` covers addresses. A port may follow; an IPv6 address then stands in brackets.
 */
function exceptionOf(entry: string): ProxyException {
  const text = entry
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/\/+$/, "");
  const [, host = text, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(text) ?? [];
  return { port: port === undefined ? undefined : Number(port), covers: coveredBy(bareHost(host)) };
}

function coveredBy(pattern: string): (host: string) => boolean {
  if (pattern === allHosts) return () => true;
  const [network = "", prefix] = pattern.split("/");
  if (prefix !== undefined) return coveredByNetwork(network, Number(prefix));
  const isBelowOnly = pattern.startsWith("*.");
  const name = pattern.replace(/^\*?\./, "");
  return (host) => (host === name && !isBelowOnly) || host.endsWith(`.${name}`);
}

function coveredByNetwork(network: string, prefix: number): (host: string) => boolean {
  const list = new BlockList();
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  try {
    list.addSubnet(network, prefix, family);
  } catch {
    return () => false; // the entry is no network
  }
  return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/** Without the brackets of an IPv6 address, and without a dot at its end. */
function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}
