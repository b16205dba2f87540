import assert from "node:assert/strict";
import { test } from "node:test";
import { readAccessToken, readConfig } from "../loader/config.ts";
import { ConfigError } from "../loader/errors.ts";
import { readSyncOptions } from "../loader/sync/options.ts";

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail("nothing was thrown");
};

test("without settings the defaults are the documented ones", () => {
  const config = readConfig({});
  assert.equal(config.baseUrl, "https://api.intercom.io");
  assert.equal(config.duckdbPath, "data/warehouse.duckdb");
  assert.equal(config.rawDataset, "intercom_raw");
  assert.equal(config.martsDataset, "intercom");
});

test("a region chooses the host, and a base URL overrides it", () => {
  assert.equal(readConfig({ INTERCOM_REGION: "eu" }).baseUrl, "https://api.eu.intercom.io");
  assert.equal(readConfig({ INTERCOM_REGION: "au" }).baseUrl, "https://api.au.intercom.io");
  assert.equal(
    readConfig({ INTERCOM_REGION: "eu", INTERCOM_BASE_URL: "http://127.0.0.1:1/" }).baseUrl,
    "http://127.0.0.1:1",
  );
});

test("every wrong variable is named at once", () => {
  const message = messageOf(() => readConfig({ INTERCOM_REGION: "mars", WAREHOUSE: "oracle", RAW_DATASET: "a-b" }));
  for (const name of ["INTERCOM_REGION", "WAREHOUSE", "RAW_DATASET"]) assert.match(message, new RegExp(name));
});

test("a token that can't be one is refused without being repeated", () => {
  const message = messageOf(() => readAccessToken({ INTERCOM_ACCESS_TOKEN: "secret word" }));
  assert.match(message, /INTERCOM_ACCESS_TOKEN/);
  assert.doesNotMatch(message, /secret/);
});

test("a variable set to nothing counts as unset", () => {
  assert.equal(readConfig({ INTERCOM_REGION: "", DUCKDB_PATH: "" }).duckdbPath, "data/warehouse.duckdb");
  assert.match(
    messageOf(() => readAccessToken({ INTERCOM_ACCESS_TOKEN: "" })),
    /is not set/,
  );
});

test("times are dates, times or epoch seconds", () => {
  assert.equal(readSyncOptions({ since: "2026-01-31" }).since, Date.parse("2026-01-31T00:00:00Z") / 1000);
  assert.equal(readSyncOptions({ since: "2026-01-31T08:00:00Z" }).since, Date.parse("2026-01-31T08:00:00Z") / 1000);
  assert.equal(readSyncOptions({ until: "1700000000" }).until, 1_700_000_000);
  assert.match(
    messageOf(() => readSyncOptions({ since: "yesterday" })),
    /--since/,
  );
});

test("a since after an until is refused", () => {
  assert.match(
    messageOf(() => readSyncOptions({ since: "2026-02-01", until: "2026-01-01" })),
    /--since is after --until/,
  );
});

test("threads and their parts are selected together, and a name that is no stream is refused", () => {
  assert.deepEqual([...readSyncOptions({ streams: "conversation_parts" }).streams].sort(), [
    "conversation_parts",
    "conversations",
  ]);
  assert.deepEqual([...readSyncOptions({ streams: "tags, teams" }).streams], ["tags", "teams"]);
  assert.deepEqual([...readSyncOptions({ streams: "tickets" }).streams], ["tickets", "ticket_parts"]);
  assert.match(
    messageOf(() => readSyncOptions({ streams: "ticket" })),
    /--streams takes/,
  );
});

test("a run that names no streams has all but those on demand, and a filter leaves tickets out", () => {
  const { streams, areStreamsNamed } = readSyncOptions({});
  assert.equal(areStreamsNamed, false);
  for (const name of ["tickets", "ticket_parts", "articles", "subscription_types"] as const)
    assert.ok(streams.has(name));
  for (const name of ["calls", "activity_logs", "contact_notes"] as const) assert.ok(!streams.has(name));
  const filtered = readSyncOptions({ tag: "billing" }).streams;
  assert.deepEqual([filtered.has("conversations"), filtered.has("tickets")], [true, false]);
});

test("numbers out of bounds are refused by name", () => {
  const message = messageOf(() => readSyncOptions({ rateShare: "0", concurrency: "many", overlapSeconds: "-1" }));
  for (const flag of ["--rate-share", "--concurrency", "--overlap-seconds"]) assert.match(message, new RegExp(flag));
});

test("the list can't filter", () => {
  assert.match(
    messageOf(() => readSyncOptions({ list: true, state: "open" })),
    /--list/,
  );
});
