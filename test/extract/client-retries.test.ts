import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundError, RequestError, UnavailableError, UnreadableAnswerError } from "../../loader/errors.ts";
import type { IntercomRequest } from "../../loader/extract/request.ts";
import { recordRetryLimit } from "../../loader/extract/status-actions.ts";
import { attemptsMax } from "../../loader/retry.ts";
import { html, intercomError, json, reset, setUp, thingsRequest } from "./client-setting.ts";

test("the server's delay goes first", async (context) => {
  const { send, time } = await setUp(context, [json(503, {}, { "retry-after": "9" }), json(200, {})]);
  await send();
  assert.deepEqual(time.delaysMs, [9000]);
});

test("a side that stays down is given up after a stated number of tries, with the next step", async (context) => {
  const { send, requests } = await setUp(context, [html]);
  await assert.rejects(send(), (error) => {
    assert.ok(error instanceof UnavailableError);
    return (
      /GET \/things failed 8 times, last with 502/.test(error.message) &&
      /run the same command again/.test(error.message)
    );
  });
  assert.equal(requests.length, attemptsMax);
});

test("a server that asks for more patience than a request may have is given up", async (context) => {
  const { send, requests } = await setUp(context, [json(503, {}, { "retry-after": "110" })]);
  await assert.rejects(send({ ...thingsRequest, kind: "list" }), UnavailableError);
  assert.ok(requests.length < 5, `${requests.length} tries`);
});

for (const [what, fault] of Object.entries({
  "500": intercomError(500, "server_error"),
  "503 with a Retry-After of minutes": json(503, {}, { "retry-after": "600" }),
  "a reset connection": reset,
})) {
  test(`one record that answers ${what} for good costs at most 20 s`, async (context) => {
    const { send, requests, time } = await setUp(context, [fault]);
    const startMs = time.nowMs;
    await assert.rejects(send({ ...thingsRequest, retryLimit: recordRetryLimit }), UnavailableError);
    assert.ok(time.nowMs - startMs <= 20_000, `${time.nowMs - startMs} ms`);
    assert.equal(requests.length, recordRetryLimit.attemptsMax);
  });
}

test("the pauses of the rate limit are no part of a record's 20 s", async (context) => {
  const limited = json(429, {}, { "retry-after": "40" });
  const { send } = await setUp(context, [limited, intercomError(500, ""), limited, json(200, { ok: true })]);
  assert.deepEqual((await send({ ...thingsRequest, retryLimit: recordRetryLimit })).content, { ok: true });
});

test("what takes too long is given up sooner where that was asked for, and says so", async (context) => {
  const { send, requests } = await setUp(context, [intercomError(504, "")]);
  const search: IntercomRequest = { ...thingsRequest, kind: "list", heavyAttemptsMax: 2 };
  await assert.rejects(send(search), (error) => error instanceof UnavailableError && error.isTooHeavy);
  assert.equal(requests.length, 2);
});

test("an answer that can't be read is asked for again, and its own words end it", async (context) => {
  const { client, time, requests } = await setUp(context, [json(200, { a: 1 })]);
  const asked = client.requestAs(thingsRequest, () => {
    throw new UnreadableAnswerError("GET /things answered with another shape");
  });
  await assert.rejects(
    time.until(asked),
    (error) => error instanceof UnavailableError && /another shape/.test(error.message),
  );
  assert.equal(requests.length, attemptsMax);
});

test("a 404 of a list says nothing about a record", async (context) => {
  const { send } = await setUp(context, [intercomError(404, "not_found")]);
  await assert.rejects(
    send({ ...thingsRequest, kind: "list" }),
    (error) => error instanceof RequestError && !(error instanceof NotFoundError) && error.isRouteMissing,
  );
});
