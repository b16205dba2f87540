import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import {
  NotFoundError,
  RefusedError,
  RequestError,
  UnavailableError,
  UnreadableAnswerError,
} from "../../loader/errors.ts";
import { IntercomClient, type Question } from "../../loader/extract/client.ts";
import { RateBudget } from "../../loader/extract/rate-budget.ts";
import { recordPatience } from "../../loader/extract/retry.ts";
import { ServerClock } from "../../loader/extract/server-clock.ts";
import { attemptsMax } from "../../loader/retry.ts";
import { VirtualTime } from "../virtual-time.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const question: Question = { method: "GET", path: "/things", scope: "Read things", wanted: "record" };
const token = "token-of-a-test";

const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  };
const intercomError = (status: number, code: string): Handler =>
  json(status, { type: "error.list", request_id: "r-1", errors: [{ code, message: "in their words" }] });
const html: Handler = (_request, response) => {
  response.writeHead(502, { "content-type": "text/html" }).end("<html><body>Bad gateway</body></html>");
};
const reset: Handler = (request) => request.socket.destroy();
const cut: Handler = (request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"half":', () => request.socket.destroy());
};
const empty: Handler = (_request, response) => {
  response.writeHead(200).end();
};

/** A server that answers with the handlers in turn, the last one for ever, and a client that asks it in virtual time. */
async function setUp(context: TestContext, handlers: readonly Handler[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(request);
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const time = new VirtualTime();
  const clock = new ServerClock(() => time.nowMs);
  const stop = new AbortController();
  const budget = new RateBudget(time.effects, clock);
  const options = { baseUrl, accessToken: token, concurrency: 4, signal: stop.signal };
  const client = new IntercomClient(time.effects, budget, clock, options);
  context.after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return { client, time, clock, requests, stop, budget, ask: (asked = question) => time.until(client.ask(asked)) };
}

test("the version and the token are in every request", async (context) => {
  const { ask, requests } = await setUp(context, [json(200, {})]);
  await ask();
  assert.equal(requests[0]?.headers["intercom-version"], "2.16");
  assert.equal(requests[0]?.headers.authorization, `Bearer ${token}`);
});

test("what reading an answer throws is no fault of the server's: it is not asked again", async (context) => {
  const { client, time, requests } = await setUp(context, [json(200, {})]);
  const full = new Error("the disk is full");
  const asked = client.askFor(question, () => {
    throw full;
  });
  await assert.rejects(time.until(asked), (error) => error === full);
  assert.equal(requests.length, 1);
});

test("an answer is read at Intercom's time, as far as its clock is known by then", async (context) => {
  const { client, time, clock } = await setUp(context, [json(200, {}, { date: "Tue, 01 Jan 2030 00:00:30 GMT" })]);
  const { content, askedAtSeconds } = await time.until(client.askFor(question, (_body, atSeconds) => [atSeconds]));
  assert.deepEqual(content, [askedAtSeconds]);
  assert.equal(askedAtSeconds, Math.floor(clock.atMs(time.nowMs) / 1000));
  assert.equal(new Date(askedAtSeconds * 1000).getUTCFullYear(), 2030);
});

for (const [name, fault] of Object.entries({
  "an HTML error page": html,
  "a reset connection": reset,
  "a cut body": cut,
  "an empty body": empty,
})) {
  test(`${name} is retried until there is an answer`, async (context) => {
    const { ask, requests, time } = await setUp(context, [fault, fault, json(200, { ok: true })]);
    assert.deepEqual((await ask()).content, { ok: true });
    assert.equal(requests.length, 3);
    assert.deepEqual(time.delaysMs, [1000, 2000]);
  });
}

test("the server's delay goes first", async (context) => {
  const { ask, time } = await setUp(context, [json(503, {}, { "retry-after": "9" }), json(200, {})]);
  await ask();
  assert.deepEqual(time.delaysMs, [9000]);
});

test("a side that stays down is given up after a stated number of tries, with the next step", async (context) => {
  const { ask, requests } = await setUp(context, [html]);
  await assert.rejects(ask(), (error) => {
    assert.ok(error instanceof UnavailableError);
    return (
      /GET \/things failed 8 times, last with 502/.test(error.message) &&
      /run the same command again/.test(error.message)
    );
  });
  assert.equal(requests.length, attemptsMax);
});

test("a server that asks for more patience than a request may have is given up", async (context) => {
  const { ask, requests } = await setUp(context, [json(503, {}, { "retry-after": "110" })]);
  await assert.rejects(ask({ ...question, wanted: "list" }), UnavailableError);
  assert.ok(requests.length < 5, `${requests.length} tries`);
});

for (const [what, fault] of Object.entries({
  "500": intercomError(500, "server_error"),
  "503 with a Retry-After of minutes": json(503, {}, { "retry-after": "600" }),
  "a reset connection": reset,
})) {
  test(`one record that answers ${what} for good costs at most 20 s`, async (context) => {
    const { ask, requests, time } = await setUp(context, [fault]);
    const startMs = time.nowMs;
    await assert.rejects(ask({ ...question, patience: recordPatience }), UnavailableError);
    assert.ok(time.nowMs - startMs <= 20_000, `${time.nowMs - startMs} ms`);
    assert.equal(requests.length, recordPatience.attemptsMax);
  });
}

test("the pauses of the rate limit are no part of a record's 20 s", async (context) => {
  const limited = json(429, {}, { "retry-after": "40" });
  const { ask } = await setUp(context, [limited, intercomError(500, ""), limited, json(200, { ok: true })]);
  assert.deepEqual((await ask({ ...question, patience: recordPatience })).content, { ok: true });
});

test("what takes too long is given up sooner where that was asked for, and says so", async (context) => {
  const { ask, requests } = await setUp(context, [intercomError(504, "")]);
  const search: Question = { ...question, wanted: "list", heavyAttemptsMax: 2 };
  await assert.rejects(ask(search), (error) => error instanceof UnavailableError && error.isTooHeavy);
  assert.equal(requests.length, 2);
});

test("an answer that can't be read is asked for again, and its own words end it", async (context) => {
  const { client, time, requests } = await setUp(context, [json(200, { a: 1 })]);
  const asked = client.askFor(question, () => {
    throw new UnreadableAnswerError("GET /things answered with another shape");
  });
  await assert.rejects(
    time.until(asked),
    (error) => error instanceof UnavailableError && /another shape/.test(error.message),
  );
  assert.equal(requests.length, attemptsMax);
});

test("a 404 of a list says nothing about a record", async (context) => {
  const { ask } = await setUp(context, [intercomError(404, "not_found")]);
  await assert.rejects(
    ask({ ...question, wanted: "list" }),
    (error) => error instanceof RequestError && !(error instanceof NotFoundError) && error.isRouteMissing,
  );
});

test("where nothing listens the message names the host", async (context) => {
  const { client, time, stop } = await setUp(context, [html]);
  const clock = new ServerClock(() => time.nowMs);
  const options = { baseUrl: "http://127.0.0.1:9", accessToken: token, concurrency: 1, signal: stop.signal };
  const lost = new IntercomClient(time.effects, new RateBudget(time.effects, clock), clock, options);
  context.after(() => Promise.all([lost.close(), client.close()]));
  await assert.rejects(time.until(lost.ask(question)), /Nothing listens at 127\.0\.0\.1:9/);
});

test("a 401 stops at once and names the token's header, not the token", async (context) => {
  const { ask, requests } = await setUp(context, [intercomError(401, "unauthorized")]);
  await assert.rejects(ask(), (error) => {
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
  const { ask, requests } = await setUp(context, [intercomError(403, "api_plan_restricted")]);
  await assert.rejects(ask(), (error) => error instanceof RefusedError && /scope "Read things"/.test(error.message));
  assert.equal(requests.length, 1);
});

test("a 404 is a missing record, in JSON and in HTML", async (context) => {
  const bare: Handler = (_request, response) =>
    void response.writeHead(404, { "content-type": "text/html" }).end("<h1>404</h1>");
  const { ask } = await setUp(context, [intercomError(404, "conversation_not_found"), bare]);
  await assert.rejects(ask(), NotFoundError);
  await assert.rejects(ask(), NotFoundError);
});

test("a 400 is an error in Intercom's words, not retried", async (context) => {
  const { ask, requests } = await setUp(context, [intercomError(400, "parameter_invalid")]);
  await assert.rejects(
    ask(),
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
  const { ask, requests, budget, time: clientTime } = await setUp(context, [limited, json(200, { ok: true })]);
  const startMs = clientTime.nowMs;
  assert.deepEqual((await ask()).content, { ok: true });
  assert.equal(requests.length, 2);
  assert.equal(budget.refusals, 1);
  assert.ok(clientTime.nowMs - startMs >= 5000);
});

test("the answer says how old it may be by the server's own clock", async (context) => {
  const date = "Mon, 05 Jan 2026 08:59:30 GMT";
  const { ask } = await setUp(context, [json(200, {}, { date })]);
  await ask();
  assert.equal((await ask()).askedAtSeconds, Date.parse(date) / 1000);
});

test("what is under way is called off with the reason that the run ends for", async (context) => {
  const { client, stop, requests } = await setUp(context, [() => stop.abort(new Error("enough"))]);
  await assert.rejects(client.ask(question), /enough/);
  assert.equal(requests.length, 1);
});

test("logs have the request id and no token", async (context) => {
  const { ask, time } = await setUp(context, [json(500, { request_id: "abc-1" }), json(200, {})]);
  await ask();
  assert.equal(time.logged[0]?.fields["request_id"], "abc-1");
  assert.doesNotMatch(JSON.stringify(time.logged), new RegExp(token));
});
