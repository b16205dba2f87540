import assert from "node:assert/strict";
import { test } from "node:test";
import { rawVersion } from "../../loader/load/raw-version.ts";
import { setUpDesk, threadRequests } from "./desk.ts";

test("a warehouse of version 0.1.0 is taken over: no row is lost, no thread is fetched again, no ticket is told twice", async (context) => {
  const { intercom, postHog, newPlace } = await setUpDesk(context);
  const upgraded = newPlace();
  await upgraded.makeOfEarlierVersion();
  const told = await upgraded.rows("select distinct event_uuid from intercom_raw._activations");
  assert.ok(told.length > 20, `${told.length} tickets were told`);
  await upgraded.run("sync");
  assert.equal(threadRequests(intercom), 0);
  assert.deepEqual(await upgraded.lostRows(), []);
  await upgraded.build();
  await upgraded.run("activate", "posthog");
  assert.deepEqual(postHog.taken, []);
  assert.deepEqual(await upgraded.lostRows(), []);

  const version = "select comment from duckdb_tables() where table_name = '_loads'";
  assert.deepEqual(await upgraded.rows(version), [[`raw tables of version ${rawVersion}`]]);

  const fresh = newPlace();
  await fresh.run("sync");
  assert.ok(threadRequests(intercom) > 20, "a new warehouse fetches each thread");
  await fresh.build();
  // Staging also has when a row was loaded, and by which load.
  assert.deepEqual(await upgraded.differences(fresh, ["intercom"]), []);
});
