import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeClient } from "./client.ts";
import { Faults } from "./faults.ts";
import { startedFor } from "./started.ts";

/** What lies behind fetch's "fetch failed" or "terminated". */
async function failureOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return "none";
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && "code" in cause ? String(cause.code) : String(error);
  }
}

describe("which requests a fault strikes", () => {
  const strikes = (fault: object, routes: readonly string[]): string => {
    const faults = new Faults();
    faults.add({ kind: "reset", ...fault });
    return routes.map((route) => (faults.next(route) === null ? "." : "x")).join("");
  };
  const [a, b] = ["GET /tags", "GET /teams"];

  test("every one unless told otherwise", () => assert.equal(strikes({}, [a, b, a]), "xxx"));
  test("the n-th, once", () => assert.equal(strikes({ nth: 2 }, [a, a, a, a]), ".x.."));
  test("from the n-th on, so many times", () => assert.equal(strikes({ nth: 2, times: 2 }, [a, a, a, a]), ".xx."));
  test("each n-th", () => assert.equal(strikes({ every: 2 }, [a, a, a, a, a]), ".x.x."));
  test("at most so many times", () => assert.equal(strikes({ times: 2 }, [a, a, a]), "xx."));
  test("those of a route, counted by themselves", () => {
    assert.equal(strikes({ route: b, nth: 2 }, [a, b, a, b, b]), "...x.");
    assert.equal(strikes({ route: /teams$/ }, [a, b]), ".x");
    assert.equal(strikes({ route: (route: string) => route === a }, [a, b]), "x.");
  });
  test("none once they are cleared", () => {
    const faults = new Faults();
    faults.add({ kind: "empty" });
    faults.clear();
    assert.equal(faults.next(a), null);
  });
});

describe("what a client sees of a fault", () => {
  test("a status of choice, with headers and a body of choice", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    const client = new FakeClient(fake);
    fake.faults.add({ kind: "status", code: 503, headers: { "retry-after": "7" }, nth: 1 });
    fake.faults.add({ kind: "status", code: 502, body: "<html>Bad</html>", nth: 2 });
    fake.faults.add({
      kind: "status",
      code: 401,
      body: { type: "error.list", errors: [{ code: "token_unauthorized" }] },
      nth: 3,
    });
    const first = await client.get("/tags");
    assert.deepEqual([first.status, first.headers.get("retry-after")], [503, "7"]);
    const second = await client.get("/tags");
    assert.deepEqual(
      [second.status, second.text, second.headers.get("content-type")],
      [502, "<html>Bad</html>", "text/html"],
    );
    assert.match((await client.get("/tags")).text, /token_unauthorized/);
    assert.equal((await client.get("/tags")).status, 200);
    assert.equal(fake.faults.struck, 3);
  });

  test("a reset connection", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    fake.faults.add({ kind: "reset", nth: 2 });
    const client = new FakeClient(fake);
    await client.get("/tags");
    assert.match(await failureOf(client.get("/tags")), /ECONNRESET|UND_ERR_SOCKET/);
    assert.equal((await client.get("/tags")).status, 200);
  });

  test("a body that is cut in the middle", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    fake.faults.add({ kind: "cut", share: 0.3, nth: 1 });
    const client = new FakeClient(fake);
    assert.match(await failureOf(client.get("/conversations")), /ECONNRESET|UND_ERR_SOCKET/);
    assert.equal((await client.get("/conversations")).status, 200);
  });

  test("a good status with nothing in it, and a page for people", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    fake.faults.add({ kind: "empty", nth: 1 });
    fake.faults.add({ kind: "html", code: 200, nth: 2 });
    fake.faults.add({ kind: "html", nth: 3 });
    const client = new FakeClient(fake);
    const empty = await client.get("/tags");
    assert.deepEqual([empty.status, empty.text], [200, ""]);
    const page = await client.get("/tags");
    assert.deepEqual([page.status, page.json], [200, undefined]);
    assert.match(page.text, /^<!DOCTYPE html>/);
    assert.equal((await client.get("/tags")).status, 502);
  });

  test("an answer that is late, and one that never comes", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    fake.faults.add({ kind: "slow", delayMs: 30, nth: 1 });
    fake.faults.add({ kind: "slow", delayMs: null, nth: 2 });
    const headers = { authorization: `Bearer ${fake.token}`, "intercom-version": "2.16" };
    const from = performance.now();
    assert.equal((await new FakeClient(fake).get("/tags")).status, 200);
    assert.ok(performance.now() - from >= 29);
    const silent = fetch(`${fake.url}/tags`, { headers, signal: AbortSignal.timeout(50) });
    await assert.rejects(silent, { name: "TimeoutError" });
  });

  test("a conversation that is not there may be answered with a page", async (t) => {
    const fake = await startedFor(t, { conversations: 20, notFoundIsHtml: true });
    const reply = await new FakeClient(fake).get("/conversations/123");
    assert.equal(reply.status, 404);
    assert.match(reply.text, /^<!DOCTYPE html>/);
  });

  test("a listener is waited for before the answer, and can change the world", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    const [id = ""] = fake.world.conversationIds();
    const stop = fake.onRequest(async ({ route, path, number }) => {
      await Promise.resolve();
      assert.deepEqual([route, path, number], ["GET /conversations/{id}", `/conversations/${id}`, 1]);
      fake.world.change.delete(id);
    });
    assert.equal((await new FakeClient(fake).get(`/conversations/${id}`)).status, 404);
    stop();
    assert.equal((await new FakeClient(fake).get("/tags")).status, 200);
  });
});
