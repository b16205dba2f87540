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

test("a list that the workspace's API lacks is a warning where a sync skips it, and a failure where every API has it", async (context) => {
  const { intercom, environment } = await setUp(context);
  const routes = ["POST /tickets/search", "GET /help_center/help_centers", "GET /tags", "GET /contacts"];
  for (const route of routes) intercom.faults.add({ kind: "status", code: 404, route, times: 99 });
  const { of, exitCode } = await visit(environment);
  for (const name of ["tickets", "help_centers"])
    assert.match(of(`Intercom ${name}`), /^warning .*lacks this list: a sync skips the stream/);
  for (const name of ["tags", "contacts"]) assert.match(of(`Intercom ${name}`), /^FAILED .*answered 404/);
  assert.equal(exitCode, 4);
});

test("a token that may not read office hours is told the permission of the specification", async (context) => {
  const { intercom, environment } = await setUp(context);
  intercom.faults.add({ kind: "status", code: 403, route: "GET /office_hours_schedules", times: 99 });
  const { of } = await visit(environment);
  assert.match(of("Intercom office_hours_schedules"), /^warning .*"read_write_office_hours"/);
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
