import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { buildConnector, Pool } from "undici";
import { ConfigError, messageOf, systemCodeOf } from "./errors.ts";
import type { HttpProxy } from "./proxy.ts";

/** A proxy's status where credentials are missing or wrong. */
const proxyAuthenticationRequired = 407;

export type ServerPoolOptions = {
  readonly connections: number;
  /** The longest wait for a response's first byte, and the longest pause within its body. */
  readonly silenceMsMax: number;
  readonly connectMsMax: number;
  readonly proxy: HttpProxy | undefined;
};

/** The connection to the server failed at the proxy. The error has no code: the message says all. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
}

/** Kept connections to one server, direct or through a proxy. */
export type ServerPool = {
  readonly pool: Pool;
  /** Comes before the path of each request. */
  readonly pathPrefix: string;
  /** Go with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Checks the status of each response. Errors: ConfigError where the proxy wants credentials. */
  readonly check: (status: number) => void;
};

/**
 * Opens connections to a server. A proxy passes https on in a tunnel that it cannot read. For http the request has the whole
 * URL, as proxies expect.
 *
 * Errors of requests, beside undici's: ProxyError where the proxy is unreachable or opens no tunnel; ConfigError where it
 * wants credentials.
 */
export function serverPool(origin: string, options: ServerPoolOptions): ServerPool {
  const { connections, silenceMsMax, connectMsMax, proxy } = options;
  const connect = buildConnector({ timeout: connectMsMax, allowH2: false });
  // undici would prefer HTTP/2, over which nothing here was tried.
  const common = { connections, headersTimeout: silenceMsMax, bodyTimeout: silenceMsMax, allowH2: false };
  const nothing = { pathPrefix: "", headers: {}, check: () => undefined };
  if (proxy === undefined) return { pool: new Pool(origin, { ...common, connect }), ...nothing };
  const { protocol, host } = new URL(origin);
  if (protocol === "https:")
    return { pool: new Pool(origin, { ...common, connect: tunnelling(proxy, connectMsMax) }), ...nothing };
  return {
    pool: new Pool(proxy.origin, { ...common, connect: namingTheProxy(proxy, connect) }),
    pathPrefix: origin,
    headers: { host, ...authorizationOf(proxy) },
    check: (status) => {
      if (status === proxyAuthenticationRequired) throw credentialsWanted(proxy);
    },
  };
}

/** Opens connections to the server through a proxy that only passes bytes on. */
function tunnelling(proxy: HttpProxy, connectMsMax: number): buildConnector.connector {
  const secure = buildConnector({ timeout: connectMsMax, allowH2: false });
  return (options, callback) => {
    const port = options.port === "" ? "443" : options.port;
    openTunnel(proxy, `${options.hostname}:${port}`, connectMsMax).then(
      (httpSocket) => secure({ ...options, httpSocket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** A connection through the proxy. @param target host and port. Errors: ProxyError, ConfigError. */
function openTunnel(proxy: HttpProxy, target: string, connectMsMax: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const request = (proxy.origin.startsWith("https:") ? requestHttps : requestHttp)(proxy.origin, {
    method: "CONNECT",
    path: target,
    headers: { host: target, ...authorizationOf(proxy) },
    agent: false,
  });
  const timer = setTimeout(() => request.destroy(new Error(`no answer in ${connectMsMax / 1000} s`)), connectMsMax);
  request.once("connect", ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
    clearTimeout(timer);
    if (statusCode >= 200 && statusCode < 300) {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
      return;
    }
    socket.on("error", () => undefined).destroy();
    reject(statusCode === proxyAuthenticationRequired ? credentialsWanted(proxy) : refused(proxy, target, statusCode));
  });
  request.once("error", (error) => {
    clearTimeout(timer);
    reject(unreachable(proxy, error));
  });
  request.end();
  return promise;
}

function namingTheProxy(proxy: HttpProxy, connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error !== null) callback(unreachable(proxy, error), null);
      else callback(null, socket);
    });
}

function authorizationOf({ authorization }: HttpProxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { "proxy-authorization": authorization };
}

function unreachable(proxy: HttpProxy, error: Error): ProxyError {
  const why = systemCodeOf(error) ?? messageOf(error);
  return new ProxyError(
    `an unreachable proxy ${proxy.host} (${why}): check ${proxy.variable}, or name the server in NO_PROXY`,
  );
}

function refused(proxy: HttpProxy, target: string, status: number): ProxyError {
  return new ProxyError(`status ${status} of the proxy ${proxy.host}, on the way to ${target}`);
}

function credentialsWanted(proxy: HttpProxy): ConfigError {
  return new ConfigError(
    `The proxy ${proxy.host} wants other credentials (${proxyAuthenticationRequired}): set ${proxy.variable} to http://user:password@${proxy.host}, with the characters of both percent-encoded.`,
  );
}
