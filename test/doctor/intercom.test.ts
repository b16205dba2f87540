import assert from "node:assert/strict";
import { test } from "node:test";
import { dbtThatFails, setUp, visit } from "./visit.ts";

test("a token that lacks the scope of conversations fails, with exit code 3", async (context) => {
  const { intercom, environment } = await setUp(context);
  intercom.faults.add({ kind: "status", code: 403, route: "POST /conversations/search", times: 99 });
  const { of, exitCode } = await visit(environment);
  assert.match(of("Intercom conversations"), /^FAILED .*"Read conversations"/);
  assert.match(of("Intercom admins"), /^ok/);
  assert.equal(exitCode, 3);
});

test("a token that may not read tickets is told which permission is missing, and what it hides", async (context) => {
  const { intercom, environment } = await setUp(context);
  intercom.faults.add({ kind: "status", code: 403, route: "POST /tickets/search", times: 99 });
  const { of } = await visit(environment);
  assert.match(of("Intercom tickets"), /^warning .*"Read tickets".*hides conversations that became tickets/);
  assert.match(of("Intercom ticket_types"), /^ok/);
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
