import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { RestartListingError, UnavailableError } from "../../loader/errors.ts";
import { IntercomClient } from "../../loader/extract/client.ts";
import { listedCompanyPagesMax, lists } from "../../loader/extract/lists.ts";
import { firstPlace } from "../../loader/extract/next-place.ts";
import { walkPages } from "../../loader/extract/pages.ts";
import { RateBudget } from "../../loader/extract/rate-budget.ts";
import { Routes } from "../../loader/extract/routes.ts";
import { idOf } from "../../loader/extract/schemas.ts";
import { ServerClock } from "../../loader/extract/server-clock.ts";
import { VirtualTime } from "../tools/virtual-time.ts";

type Asked = { readonly path: string; readonly query: URLSearchParams };
type Answering = (asked: Asked, number: number) => { readonly status?: number; readonly json: unknown };

/** The routes, and a server that answers them as it is told. */
async function setUp(context: TestContext, answer: Answering) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://fake");
    asked.push({ path, query });
    const { status = 200, json } = answer({ path, query }, asked.length);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const time = new VirtualTime();
  const clock = new ServerClock(() => time.nowMs);
  const client = new IntercomClient(time.effects, new RateBudget(time.effects, clock), clock, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessToken: "token-of-a-test",
    concurrency: 4,
    signal: new AbortController().signal,
  });
  context.after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return { routes: new Routes(client), time, asked };
}

test("the list of companies ends where Intercom's does, whatever its count of pages says", async (context) => {
  const { routes, time, asked } = await setUp(context, ({ query }) => ({
    json: { data: [{ id: `c${query.get("page") ?? 1}` }], pages: { total_pages: 900 } },
  }));
  const walk = Array.fromAsync(walkPages((place) => routes.listCompanies(place), idOf));
  const pages = await time.until(walk);
  assert.equal(asked.length, listedCompanyPagesMax);
  assert.equal(pages.at(-1)?.isCutOff, true);
});

test("a list that is unpaged today is followed should it begin to page", async (context) => {
  const { routes, time, asked } = await setUp(context, ({ query }) => ({
    json: {
      tags: [],
      data: [{ id: query.get("page") ?? "1" }],
      pages: { next: query.get("page") === "2" ? null : "https://api.intercom.io/tags?page=2" },
    },
  }));
  const walk = Array.fromAsync(walkPages((place) => routes.list(lists.tags, place), idOf));
  const pages = await time.until(walk);
  assert.deepEqual(
    pages.flatMap((page) => page.items.map(idOf)),
    ["1", "2"],
  );
  assert.deepEqual(
    asked.map(({ query }) => query.get("page")),
    [null, "2"],
  );
});

test("a list of another shape is asked for again, and its message says what is missing", async (context) => {
  const { routes, time } = await setUp(context, (_asked, number) => ({
    json: number < 3 ? { message: "Hello" } : { admins: [{ id: "1" }] },
  }));
  assert.equal((await time.until(routes.list(lists.admins, firstPlace))).items.length, 1);
  const { routes: odd, time: oddTime } = await setUp(context, () => ({ json: { admins: "none" } }));
  await assert.rejects(
    oddTime.until(odd.list(lists.admins, firstPlace)),
    (error) => error instanceof UnavailableError && /GET \/admins .*no list of admins/.test(error.message),
  );
});

test("a next that can't be followed is an error that names the list", async (context) => {
  const { routes, time } = await setUp(context, () => ({ json: { data: [], pages: { next: ["what"] } } }));
  await assert.rejects(
    time.until(routes.list(lists.contacts, firstPlace)),
    (error) => error instanceof UnavailableError && /GET \/contacts .*pages\.next is a list/.test(error.message),
  );
});

test("a cursor that is refused begins the listing again, a first page that is refused does not", async (context) => {
  const { routes, time } = await setUp(context, () => ({ status: 400, json: { errors: [{ code: "whatever" }] } }));
  const query = { field: "updated_at", operator: ">", value: 0 };
  await assert.rejects(time.until(routes.searchContacts(query, { starting_after: "x" })), RestartListingError);
  await assert.rejects(time.until(routes.searchContacts(query, firstPlace)), UnavailableError);
});
