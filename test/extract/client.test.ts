import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { BodyTooLargeError, NotFoundError, RefusedError, RequestError, UnavailableError } from "../../loader/errors.ts";
import { IntercomClient } from "../../loader/extract/client.ts";
import { RateBudget } from "../../loader/extract/rate-budget.ts";
import { ServerClock } from "../../loader/extract/server-clock.ts";
import { VirtualTime } from "../tools/virtual-time.ts";
import {
  cut,
  cutGzip,
  empty,
  gzipped,
  type Handler,
  html,
  inBrotli,
  intercomError,
  json,
  noGzip,
  reset,
  setUp,
  thingsRequest,
  token,
  tooLarge,
} from "./client-setting.ts";

test("the version and the token are in every request", async (context) => {
  const { send, requests } = await setUp(context, [json(200, {})]);
  await send();
  assert.equal(requests[0]?.headers["intercom-version"], "2.16");
  assert.equal(requests[0]?.headers.authorization, `Bearer ${token}`);
});

test("what reading an answer throws is no fault of the server's: it is not asked again", async (context) => {
  const { client, time, requests } = await setUp(context, [json(200, {})]);
  const full = new Error("the disk is full");
  const asked = client.requestAs(thingsRequest, () => {
    throw full;
  });
  await assert.rejects(time.until(asked), (error) => error === full);
  assert.equal(requests.length, 1);
});

test("an answer is read at Intercom's time, as far as its clock is known by then", async (context) => {
  const { client, time, clock } = await setUp(context, [json(200, {}, { date: "Mon, 05 Jan 2026 14:00:30 GMT" })]);
  const { content, requestedAtSeconds } = await time.until(
    client.requestAs(thingsRequest, (_body, atSeconds) => [atSeconds]),
  );
  assert.deepEqual(content, [requestedAtSeconds]);
  assert.equal(requestedAtSeconds, Math.floor(clock.atMs(time.nowMs) / 1000));
  assert.equal(new Date(requestedAtSeconds * 1000).getUTCHours(), 14);
});

test("an answer from a clock that is years ahead is read at our time", async (context) => {
  const { client, time } = await setUp(context, [json(200, {}, { date: "Tue, 01 Jan 2030 00:00:30 GMT" })]);
  const { requestedAtSeconds } = await time.until(client.request(thingsRequest));
  assert.equal(requestedAtSeconds, Math.floor(time.nowMs / 1000));
});

for (const [name, fault] of Object.entries({
  "an HTML error page": html,
  "a reset connection": reset,
  "a cut body": cut,
  "an empty body": empty,
  "a cut gzip body": cutGzip,
  "a body that is said to be gzip and is not": noGzip,
  "a body in an encoding that was not asked for": inBrotli,
})) {
  test(`${name} is retried until there is an answer`, async (context) => {
    const { send, requests, time } = await setUp(context, [fault, fault, json(200, { ok: true })]);
    assert.deepEqual((await send()).content, { ok: true });
    assert.equal(requests.length, 3);
    assert.deepEqual(time.delaysMs, [1000, 2000]);
  });
}

test("where nothing listens the message names the host", async (context) => {
  const { client, time, stop } = await setUp(context, [html]);
  const clock = new ServerClock(() => time.nowMs);
  const options = { baseUrl: "http://127.0.0.1:9", accessToken: token, concurrency: 1, signal: stop.signal };
  const lost = new IntercomClient(time.effects, new RateBudget(time.effects, clock), clock, options);
  context.after(() => Promise.all([lost.close(), client.close()]));
  await assert.rejects(time.until(lost.request(thingsRequest)), /Nothing listens at 127\.0\.0\.1:9/);
});

test("an answer that is too large is not asked for again, and the message says so", async (context) => {
  const { send, requests } = await setUp(context, [tooLarge]);
  await assert.rejects(
    send(),
    (error) => error instanceof BodyTooLargeError && /GET \/things .* more than 64 MB/.test(error.message),
  );
  assert.equal(requests.length, 1);
});

test("an encoding that nobody asked for is named when the tries are over", async (context) => {
  const { send } = await setUp(context, [inBrotli]);
  await assert.rejects(send(), (error) => error instanceof UnavailableError && /encoding "br"/.test(error.message));
});

test("an error in gzip is told in Intercom's words", async (context) => {
  const errors = [{ code: "parameter_invalid", message: "in their words" }];
  const answer: Handler = (_request, response) => {
    response.writeHead(400, gzipped).end(gzipSync(JSON.stringify({ type: "error.list", errors })));
  };
  const { send } = await setUp(context, [answer]);
  await assert.rejects(send(), (error) => error instanceof RequestError && error.code === "parameter_invalid");
});

test("a 401 stops at once and names the token's header, not the token", async (context) => {
  const { send, requests } = await setUp(context, [intercomError(401, "unauthorized")]);
  await assert.rejects(send(), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.doesNotMatch(error.message, new RegExp(token));
    return (
      /Authorization header/.test(error.message) &&
      /INTERCOM_ACCESS_TOKEN/.test(error.message) &&
      /INTERCOM_REGION/.test(error.message)
    );
  });
  assert.equal(requests.length, 1);
});

test("a 403 stops at once and names the scope", async (context) => {
  const { send, requests } = await setUp(context, [intercomError(403, "api_plan_restricted")]);
  await assert.rejects(send(), (error) => error instanceof RefusedError && /scope "Read things"/.test(error.message));
  assert.equal(requests.length, 1);
});

test("a 404 is a missing record, in JSON and in HTML", async (context) => {
  const bare: Handler = (_request, response) =>
    void response.writeHead(404, { "content-type": "text/html" }).end("<h1>404</h1>");
  const { send } = await setUp(context, [intercomError(404, "conversation_not_found"), bare]);
  await assert.rejects(send(), NotFoundError);
  await assert.rejects(send(), NotFoundError);
});

test("a 400 is an error in Intercom's words, not retried", async (context) => {
  const { send, requests } = await setUp(context, [intercomError(400, "parameter_invalid")]);
  await assert.rejects(
    send(),
    (error) => error instanceof RequestError && error.code === "parameter_invalid" && error.status === 400,
  );
  assert.equal(requests.length, 1);
});

test("a 429 waits for its window's end and does not use up a try", async (context) => {
  const time = new VirtualTime();
  const resetSeconds = Math.floor(time.nowMs / 1000) + 6;
  const limited: Handler = (_request, response) => {
    const headers = {
      "x-ratelimit-limit": "17",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(resetSeconds),
    };
    response.writeHead(429, { ...headers, date: new Date(time.nowMs).toUTCString() }).end("{}");
  };
  const { send, requests, budget, time: clientTime } = await setUp(context, [limited, json(200, { ok: true })]);
  const startMs = clientTime.nowMs;
  assert.deepEqual((await send()).content, { ok: true });
  assert.equal(requests.length, 2);
  assert.equal(budget.refusals, 1);
  assert.ok(clientTime.nowMs - startMs >= 5000);
});

test("the answer says how old it may be by the server's own clock", async (context) => {
  const date = "Mon, 05 Jan 2026 08:59:30 GMT";
  const { send } = await setUp(context, [json(200, {}, { date })]);
  await send();
  assert.equal((await send()).requestedAtSeconds, Date.parse(date) / 1000);
});

test("what is under way is called off with the reason that the run ends for", async (context) => {
  const { client, stop, requests } = await setUp(context, [() => stop.abort(new Error("enough"))]);
  await assert.rejects(client.request(thingsRequest), /enough/);
  assert.equal(requests.length, 1);
});

test("logs have the request id and no token", async (context) => {
  const { send, time } = await setUp(context, [json(500, { request_id: "abc-1" }), json(200, {})]);
  await send();
  assert.equal(time.logged[0]?.fields["request_id"], "abc-1");
  assert.doesNotMatch(JSON.stringify(time.logged), new RegExp(token));
});
