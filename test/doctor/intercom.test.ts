import assert from "node:assert/strict";
import { test } from "node:test";
import { dbtThatFails, setUp, visit } from "./visit.ts";

test("a token that lacks a scope fails the streams that need it, with exit code 3", async (context) => {
  const { intercom, environment } = await setUp(context);
  intercom.faults.add({ kind: "status", code: 403, route: "GET /tags", times: 99 });
  const { of, exitCode } = await visit(environment);
  assert.match(of("Intercom tags"), /^FAILED/);
  assert.match(of("Intercom admins"), /^ok/);
  assert.equal(exitCode, 3);
});

test("without a token, and with a dbt that does not connect, both are said", async (context) => {
  const { environment } = await setUp(context);
  const { of, exitCode } = await visit({ ...environment, INTERCOM_ACCESS_TOKEN: "" }, dbtThatFails);
  assert.match(of("access token"), /^FAILED .*INTERCOM_ACCESS_TOKEN is not set/);
  assert.match(of("dbt connection"), /^FAILED .*ended with 1/);
  assert.equal(exitCode, 2);
});

test("the access token is checked first, and said to be set", async (context) => {
  const { environment } = await setUp(context);
  const { checks, of } = await visit(environment);
  assert.equal(of("access token"), "ok      access token: INTERCOM_ACCESS_TOKEN is set");
  assert.deepEqual(
    checks.slice(0, 2).map(({ name }) => name),
    ["access token", "Intercom token"],
  );
});
