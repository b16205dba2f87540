// The ways through proxies, and what is said where they end.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Connection } from "../loader/activate/http.ts";
import { readConfig } from "../loader/config.ts";
import { ConfigError, messageOf, UnavailableError } from "../loader/errors.ts";
import { IntercomClient } from "../loader/extract/client.ts";
import { RateBudget } from "../loader/extract/rate-budget.ts";
import { ServerClock } from "../loader/extract/server-clock.ts";
import { proxyFor } from "../loader/proxy.ts";
import { ProxyError, serverPool } from "../loader/server-pool.ts";
import { noOpenssl, trustedCertificate } from "./tools/certificate.ts";
import { TestProxy } from "./tools/http-proxy.ts";
import { VirtualTime } from "./tools/virtual-time.ts";

const credentials = "user:p@ss word";
const inUrl = "user:p%40ss%20word";
const hush = /p@ss|p%40ss|dXNlcjpwQHNz/;
const schemes = ["http", "https"] as const;

for (const scheme of schemes) {
  const skip = scheme === "https" && noOpenssl;

  test(`${scheme}: extract and activate go through the proxy, with its credentials`, { skip }, async (context) => {
    const server = await startServer(context, scheme);
    const proxy = await TestProxy.start(context, { credentials });
    const { ask, askAsActivate } = client(context, server.url, {
      HTTPS_PROXY: proxy.url(inUrl),
      HTTP_PROXY: proxy.url(inUrl),
    });
    assert.deepEqual(await ask(), { ok: true });
    assert.deepEqual(await askAsActivate(), { ok: true });
    if (scheme === "http") assert.deepEqual(proxy.urls, [`${server.url}/things`, `${server.url}/things?a=1`]);
    else assert.deepEqual(proxy.tunnels, [server.host, server.host]);
    assert.equal(server.requests.length, 2);
    for (const { headers } of server.requests) {
      assert.equal(headers.host, server.host);
      assert.equal(headers["proxy-authorization"], undefined);
    }
  });

  test(`${scheme}: a server that NO_PROXY names is reached directly`, { skip }, async (context) => {
    const server = await startServer(context, scheme);
    const { ask, askAsActivate } = client(context, server.url, {
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: server.host,
    });
    assert.deepEqual(await ask(), { ok: true });
    assert.deepEqual(await askAsActivate(), { ok: true });
  });

  test(`${scheme}: a proxy that is down is named, and not the server`, { skip }, async (context) => {
    const { ask, askAsActivate, logged } = client(context, `${scheme}://server.example`, {
      HTTP_PROXY: `http://${inUrl}@127.0.0.1:9`,
    });
    const failure = await ask().catch((error: unknown) => error);
    assert.ok(failure instanceof UnavailableError, String(failure));
    assert.match(failure.message, /an unreachable proxy 127\.0\.0\.1:9 \(ECONNREFUSED\): check HTTP_PROXY/);
    assert.doesNotMatch(failure.message, /server\.example|Nothing listens/);
    const asked = await askAsActivate().catch((error: unknown) => error);
    assert.ok(asked instanceof ProxyError);
    for (const text of [failure.message, messageOf(asked), JSON.stringify(logged)]) assert.doesNotMatch(text, hush);
  });

  test(`${scheme}: a proxy that wants other credentials is asked once, and its variable named`, {
    skip,
  }, async (context) => {
    const server = await startServer(context, scheme);
    const proxy = await TestProxy.start(context, { credentials: "another:one" });
    const { ask, askAsActivate, logged } = client(context, server.url, { HTTP_PROXY: proxy.url(inUrl) });
    for (const asked of [ask, askAsActivate]) {
      const failure = await asked().catch((error: unknown) => error);
      assert.ok(failure instanceof ConfigError, String(failure));
      assert.match(failure.message, new RegExp(`The proxy ${proxy.host} wants other credentials .* HTTP_PROXY`));
      assert.doesNotMatch(failure.message + JSON.stringify(logged), hush);
    }
    assert.equal(proxy.authorizations.length, 2);
    assert.equal(server.requests.length, 0);
  });

  test(`${scheme}: a proxy that answers 502 is asked again`, { skip }, async (context) => {
    const server = await startServer(context, scheme);
    const proxy = await TestProxy.start(context, { status: 502 });
    const { ask } = client(context, server.url, { HTTP_PROXY: proxy.url() });
    await assert.rejects(
      ask(),
      (error) => error instanceof UnavailableError && /8 times, last with .*502/.test(error.message),
    );
    assert.equal(proxy.authorizations.length, 8);
  });
}

test("a proxy that says nothing is left after the time that a connection may take", async (context) => {
  const proxy = await TestProxy.start(context, { isSilent: true });
  const server = pool(context, "https://server.example", { HTTPS_PROXY: proxy.url() }, 80);
  await assert.rejects(
    server.request({ path: "/", method: "GET" }),
    (error) => error instanceof ProxyError && /an unreachable proxy .* \(no answer in 0\.08 s\)/.test(error.message),
  );
});

test("tunnels are kept: 40 requests, 2 at a time, take 2 of them", { skip: noOpenssl }, async (context) => {
  const server = await startServer(context, "https");
  const proxy = await TestProxy.start(context);
  const through = pool(context, server.url, { HTTPS_PROXY: proxy.url() });
  await Promise.all(
    Array.from({ length: 40 }, async () => (await through.request({ path: "/", method: "GET" })).body.text()),
  );
  assert.equal(server.requests.length, 40);
  assert.equal(proxy.tunnels.length, 2);
});

test("a server whose certificate is not trusted is none in a tunnel either", { skip: noOpenssl }, async (context) => {
  const server = await startServer(context, "https", ["DNS:another.example"]);
  const proxy = await TestProxy.start(context);
  const through = pool(context, server.url, { HTTPS_PROXY: proxy.url() });
  await assert.rejects(through.request({ path: "/", method: "GET" }), /does not match|altnames/);
});

async function startServer(context: TestContext, scheme: "http" | "https", names = ["IP:127.0.0.1"]) {
  const requests: IncomingMessage[] = [];
  const server = scheme === "http" ? createServer() : createSecureServer(trustedCertificate(context, names));
  server.on("request", (request, response) => {
    requests.push(request);
    response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `${scheme}://${host}`, host, requests };
}

/** Asks a server as extract does, and as activate does. */
function client(context: TestContext, baseUrl: string, environment: NodeJS.ProcessEnv) {
  const { proxies } = readConfig(environment);
  const time = new VirtualTime();
  const clock = new ServerClock(() => time.nowMs);
  const { signal } = new AbortController();
  const intercom = new IntercomClient(time.effects, new RateBudget(time.effects, clock), clock, {
    baseUrl,
    accessToken: "t",
    concurrency: 2,
    signal,
    proxy: proxyFor(proxies, baseUrl),
  });
  const connection = new Connection({ effects: time.effects, signal, concurrency: 2, proxies });
  context.after(() => Promise.all([intercom.close(), connection.close()]));
  return {
    logged: time.logged,
    ask: async () =>
      (await time.until(intercom.request({ method: "GET", path: "/things", kind: "list", scope: "Read things" })))
        .content,
    askAsActivate: async () => {
      const asked = await connection.request({ method: "GET", url: `${baseUrl}/things?a=1` });
      if ("failure" in asked) throw asked.failure;
      return asked.response.json;
    },
  };
}

function pool(context: TestContext, origin: string, environment: NodeJS.ProcessEnv, connectMsMax = 10_000) {
  const proxy = proxyFor(readConfig(environment).proxies, origin);
  const server = serverPool(origin, { connections: 2, silenceMsMax: 10_000, connectMsMax, proxy });
  context.after(() => server.pool.destroy());
  return server.pool;
}
