import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GeneratedWorld } from "../desk/generated-world.ts";
import { errorCode, FakeClient } from "./client.ts";
import { RateLimit } from "./rate-limit.ts";
import { startedFor } from "./started.ts";

/** A multiple of ten seconds. */
const WINDOW_START = 1_782_842_400;

describe("the rate limit", () => {
  test("counts in windows of ten seconds, a sixth of the minute's budget each", () => {
    let nowMs = WINDOW_START * 1000;
    const limit = new RateLimit({ perMinute: 1000 }, () => nowMs);
    const first = limit.take();
    assert.deepEqual(first.headers, {
      "x-ratelimit-limit": "167",
      "x-ratelimit-remaining": "166",
      "x-ratelimit-reset": String(WINDOW_START + 10),
    });
    for (let each = 2; each <= 167; each++) assert.equal(limit.take().isRefused, false);
    nowMs += 9_999;
    const refused = limit.take();
    assert.equal(refused.isRefused, true);
    assert.equal(refused.headers["x-ratelimit-remaining"], "0");
    nowMs += 1;
    assert.equal(limit.take().isRefused, false);
    assert.deepEqual(limit.windows, [
      { start: WINDOW_START, limit: 167, used: 167, refused: 1 },
      { start: WINDOW_START + 10, limit: 167, used: 1, refused: 0 },
    ]);
  });

  test("windows can begin at another second", () => {
    const limit = new RateLimit({ perMinute: 60, phaseSeconds: 3 }, () => (WINDOW_START + 2) * 1000);
    assert.equal(limit.take().headers["x-ratelimit-reset"], String(WINDOW_START + 3));
  });

  test("other clients spend from the same budget, over the window", () => {
    let nowMs = WINDOW_START * 1000;
    const limit = new RateLimit({ perMinute: 60, otherClientsPerWindow: 8 }, () => nowMs);
    assert.equal(limit.take().headers["x-ratelimit-remaining"], "9");
    nowMs += 5_000;
    assert.equal(limit.take().headers["x-ratelimit-remaining"], "4");
    nowMs += 4_999;
    assert.equal(limit.take().headers["x-ratelimit-remaining"], "0");
    assert.equal(limit.take().isRefused, true);
  });

  test("is answered with 429 and the headers; the limit can change while running", async (t) => {
    const world = new GeneratedWorld({ conversations: 20, now: () => 0 });
    const fake = await startedFor(t, { world, rateLimit: { perMinute: 12 } });
    const client = new FakeClient(fake);
    assert.equal((await client.get("/tags")).status, 200);
    assert.equal((await client.get("/tags")).headers.get("x-ratelimit-remaining"), "0");
    const refused = await client.get("/tags");
    assert.equal(refused.status, 429);
    assert.equal(errorCode(refused), "rate_limit_exceeded");
    assert.equal(refused.headers.get("x-ratelimit-remaining"), "0");
    fake.setRateLimit({ perMinute: 60 });
    assert.equal((await client.get("/tags")).headers.get("x-ratelimit-limit"), "10");
    fake.advance(10);
    assert.equal((await client.get("/tags")).headers.get("x-ratelimit-remaining"), "9");
    assert.equal(fake.windows.length, 2);
  });

  test("an answer to a stranger has no rate headers, and costs nothing", async (t) => {
    const fake = await startedFor(t, { conversations: 20, rateLimit: { perMinute: 6 } });
    const reply = await new FakeClient({ url: fake.url, token: "wrong" }).get("/me");
    assert.equal(reply.status, 401);
    assert.equal(reply.headers.get("x-ratelimit-limit"), null);
    assert.equal((await new FakeClient(fake).get("/me")).status, 200);
  });
});

describe("access", () => {
  test("a token without the scope is refused, by stream", async (t) => {
    const fake = await startedFor(t, { conversations: 20, scopes: ["conversations", "admins"] });
    const client = new FakeClient(fake);
    for (const [path, status] of [
      ["/me", 200],
      ["/conversations", 200],
      ["/admins", 200],
      ["/contacts", 403],
      ["/tags", 403],
      ["/teams", 403],
      ["/companies/scroll", 403],
      ["/office_hours_schedules", 403],
    ] as const) {
      assert.equal((await client.get(path)).status, status, path);
    }
    assert.deepEqual(fake.unplanned, []);
  });

  test("another version than 2.16, or none, is refused", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    const reply = await new FakeClient(fake, { "intercom-version": "2.15" }).get("/me");
    assert.equal(reply.status, 400);
    assert.equal(errorCode(reply), "intercom_version_invalid");
    assert.equal(fake.unplanned.length, 1);
  });

  test("what is answered bears the server's date and a request id", async (t) => {
    const fake = await startedFor(t, { world: new GeneratedWorld({ conversations: 20, now: () => 0 }) });
    fake.advance(3600);
    const reply = await new FakeClient(fake).get("/tags");
    assert.equal(reply.headers.get("date"), "Tue, 30 Jun 2026 19:00:00 GMT");
    assert.match(reply.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    assert.deepEqual([fake.requests.total, fake.requests.byRoute.get("GET /tags")], [1, 1]);
  });
});
