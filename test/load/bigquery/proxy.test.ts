// Google's own libraries through a proxy: requests for tokens, queries and loads.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readConfig } from "../../../loader/config.ts";
import { openBigQuery, retrying } from "../../../loader/load/bigquery/client.ts";
import { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";
import { noOpenssl, trustedCertificate } from "../../tools/certificate.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { TestProxy } from "../../tools/http-proxy.ts";
import { commitConversations, type Desk, setUpDesk } from "./desk.ts";
import { sentence } from "./setting.ts";

const dead = "http://user:hush@127.0.0.1:9";
const hush = /hush|dXNlcjpodXNo/;

test("requests for tokens, queries and loads go through HTTPS_PROXY, whatever HTTP_PROXY is", {
  skip: noOpenssl,
}, async (context) => {
  const { fake, port } = await startGoogle(context);
  const proxy = await TestProxy.start(context, { credentials: "user:hush", tunnelPort: port });
  const environment = { HTTPS_PROXY: proxy.url("user:hush"), HTTP_PROXY: dead };
  const desk = await openDesk(context, environment);
  await commitConversations(desk, ["1", "2"]);
  await desk.warehouse.close();
  assert.equal(fake.rowsOf("conversations").length, 2);
  assert.equal(fake.rowsOf("_loads").length, 1);
  assert.deepEqual(new Set(proxy.tunnels), new Set(["oauth2.googleapis.com:443", "bigquery.googleapis.com:443"]));
});

test("requests to an emulator go through HTTP_PROXY, or directly where NO_PROXY says so", async (context) => {
  const fake = await FakeBigQuery.start();
  context.after(() => fake.close());
  const proxy = await TestProxy.start(context);
  const emulator = { BIGQUERY_EMULATOR_HOST: fake.url };
  const { port } = new URL(fake.url);
  const through = await openDesk(context, { ...emulator, HTTP_PROXY: proxy.url(), HTTPS_PROXY: dead });
  await commitConversations(through, ["1"]);
  await through.warehouse.close();
  assert.equal(proxy.urls.length, fake.requests);
  const counted = proxy.urls.length;
  for (const exception of [
    { NO_PROXY: `127.0.0.1:${port}` },
    { NO_PROXY: "other.example, *" },
    { no_proxy: "127.0.0.0/8" },
  ]) {
    const direct = await openDesk(context, { ...emulator, HTTP_PROXY: dead, ...exception });
    await commitConversations(direct, [JSON.stringify(exception)]);
    await direct.warehouse.close();
  }
  const onlyHttps = await openDesk(context, { ...emulator, HTTPS_PROXY: dead });
  await commitConversations(onlyHttps, ["2"]);
  await onlyHttps.warehouse.close();
  assert.equal(fake.rowsOf("conversations").length, 5);
  assert.equal(proxy.urls.length, counted);
});

test("the error of a proxy that is down or refuses credentials differs from that of missing Google credentials", async (context) => {
  const wants = await TestProxy.start(context, { credentials: "another:one" });
  const isDown = /127\.0\.0\.1:9/;
  const clock = new SkippingClock();
  const effects = clock.effects(
    () => 0,
    () => undefined,
  );
  for (const [HTTPS_PROXY, pattern] of [
    [dead, isDown],
    [wants.url("user:hush"), /the proxy wants other credentials \(407\)/],
  ] as const) {
    withEnvironment(context, { HTTPS_PROXY, GOOGLE_APPLICATION_CREDENTIALS: credentialsIn(temporaryFolder(context)) });
    const config = readConfig({ HTTPS_PROXY, WAREHOUSE: "bigquery", BIGQUERY_PROJECT: "test" });
    const client = await openBigQuery(config.bigQuery);
    const asked = retrying(effects, { doing: "run a query", ...config.bigQuery }, () => client.query("select 1"));
    await assert.rejects(asked, (error: unknown) => {
      assert.doesNotMatch(String(error), hush);
      return sentence(pattern)(error);
    });
  }
});

/** BigQuery and the server of tokens under Google's names, behind one port. */
async function startGoogle(context: TestContext): Promise<{ fake: FakeBigQuery; port: number }> {
  const fake = await FakeBigQuery.start();
  const certificate = trustedCertificate(context, ["DNS:oauth2.googleapis.com", "DNS:bigquery.googleapis.com"]);
  const server = createServer(certificate, (request, response) => {
    if (request.headers.host === "bigquery.googleapis.com") void fake.serve(request, response);
    else
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ access_token: "t", expires_in: 3600 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(async () => {
    server.closeAllConnections();
    server.close();
    await fake.close();
  });
  return { fake, port: (server.address() as AddressInfo).port };
}

/** A warehouse in an environment that the libraries read too. */
function openDesk(context: TestContext, environment: NodeJS.ProcessEnv): Promise<Desk> {
  withEnvironment(context, {
    ...environment,
    GOOGLE_APPLICATION_CREDENTIALS: credentialsIn(temporaryFolder(context)),
  });
  const { bigQuery } = readConfig({ ...environment, WAREHOUSE: "bigquery", BIGQUERY_PROJECT: "test" });
  return setUpDesk(context, "", { connection: bigQuery, dataset: "raw" });
}

function credentialsIn(folder: string): string {
  const path = join(folder, "credentials.json");
  const credentials = { type: "authorized_user", client_id: "c", client_secret: "s", refresh_token: "r" };
  writeFileSync(path, JSON.stringify(credentials));
  return path;
}

/** Sets these variables of the process, and no other of a proxy, until the test is over. */
function withEnvironment(context: TestContext, environment: NodeJS.ProcessEnv): void {
  const names = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "BIGQUERY_EMULATOR_HOST",
  ];
  for (const name of [...names, "GOOGLE_APPLICATION_CREDENTIALS"]) {
    const before = process.env[name];
    if (environment[name] === undefined || name === "BIGQUERY_EMULATOR_HOST") delete process.env[name];
    else process.env[name] = environment[name];
    context.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}
