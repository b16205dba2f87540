import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Fault, FaultKind } from "../../fake/bigquery/faults.ts";
import { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { startedFor } from "../../fake/intercom/started.ts";
import { ChildRun } from "../../fault/child-run.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { setUpDesk } from "./desk.ts";

// What you read when BigQuery refuses something: one sentence each, on the command line.

delete process.env["BIGQUERY_EMULATOR_HOST"];

type Setting = { readonly fake: FakeBigQuery; readonly environment: Readonly<Record<string, string>> };

async function setUp(context: TestContext): Promise<Setting> {
  const fake = await FakeBigQuery.start();
  context.after(() => fake.close());
  const intercom = await startedFor(context, { conversations: 10, seed: 1 });
  const environment = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_LOCATION: "",
    BIGQUERY_IMPERSONATE: "",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
    STATE_DIR: temporaryFolder(context),
  };
  return { fake, environment };
}

/** Syncs conversations, and expects exit code 5, one sentence, and nothing that a model would take for a finished load. */
async function assertRefused({ fake, environment }: Setting, sentence: RegExp): Promise<void> {
  const { exitCode, words } = await new ChildRun({
    environment,
    flags: ["--streams", "conversations"],
  }).ended;
  assert.equal(exitCode, 5, words.join("\n"));
  assert.equal(words.length, 1, words.join("\n"));
  assert.match(words[0] ?? "", sentence);
  assert.match(words[0] ?? "", /^loader: /);
  assert.doesNotMatch(words[0] ?? "", /someone@example\.com/);
  assert.deepEqual(fake.rowsOf("_loads"), []);
}

const notEnabled: FaultKind = {
  status: 400,
  reason: "invalid",
  message: "The project test has not enabled BigQuery.",
};
const noProject: FaultKind = { status: 404, reason: "notFound", message: "Not found: Project test" };
const denied = (permission: string): FaultKind => ({
  status: 403,
  reason: "accessDenied",
  message: `Access Denied: Dataset test:raw: Permission ${permission} denied on dataset test:raw for someone@example.com`,
});

const refusals: readonly (readonly [string, Pick<Fault, "route" | "method" | "after" | "kind">, RegExp])[] = [
  [
    "a project without BigQuery",
    { route: "dataset", kind: notEnabled },
    /project test does not exist or .*BIGQUERY_PROJECT/,
  ],
  ["a project that is not there", { route: "dataset", kind: noProject }, /project test .*Check BIGQUERY_PROJECT/],
  [
    "no permission to make the dataset",
    { route: "dataset", method: "POST", kind: denied("bigquery.datasets.create") },
    /could not make the dataset raw: the permission bigquery\.datasets\.create is missing in project test.*make doctor/,
  ],
  [
    "no permission to make a table",
    { route: "table", method: "POST", kind: denied("bigquery.tables.create") },
    /could not make the table \w+: the permission bigquery\.tables\.create is missing.*make doctor/,
  ],
  [
    "no permission to load",
    { route: "upload", kind: denied("bigquery.tables.updateData") },
    /could not load \w+: the permission bigquery\.tables\.updateData is missing.*make doctor/,
  ],
  [
    "a quota that is used up at a load",
    { route: "upload", after: 2, kind: { status: 403, reason: "quotaExceeded" } },
    /could not load \w+: a quota of project test is used up.*Run again when/,
  ],
  [
    "a quota that is used up in a load job",
    { route: "upload", after: 1, kind: { jobReason: "quotaExceeded" } },
    /could not load \w+: a quota of project test is used up.*Run again when/,
  ],
  [
    "a query that would cost more than is allowed",
    { route: "query", kind: { status: 400, reason: "bytesBilledLimitExceeded" } },
    /would read more than BIGQUERY_MAXIMUM_BYTES_BILLED allows/,
  ],
];

for (const [name, fault, sentence] of refusals) {
  test(`${name} is one sentence that names it and the next step, with exit code 5`, async (context) => {
    const setting = await setUp(context);
    setting.fake.faults.push({ ...fault, times: 1000 });
    await assertRefused(setting, sentence);
  });
}

test("a dataset in another location is named with both places, and exit code 5", async (context) => {
  const setting = await setUp(context);
  setting.fake.datasetLocation = "EU";
  const environment = { ...setting.environment, BIGQUERY_LOCATION: "us-east1" };
  await assertRefused({ ...setting, environment }, /dataset raw is in EU, but BIGQUERY_LOCATION is us-east1: set/);
  assert.equal(setting.fake.tables.size, 0);
});

test("a table that somebody changed by hand is named with the column, and exit code 5", async (context) => {
  const setting = await setUp(context);
  await setUpDesk(context, setting.fake.url, { dataset: "raw" });
  const tags = setting.fake.tables.get("tags") ?? assert.fail();
  tags.metadata = { ...tags.metadata, schema: { fields: [{ name: "updated_at", type: "STRING" }] } };
  await assertRefused(setting, /raw\.tags was changed by hand: its column updated_at is STRING.*Change it back/);
});

test("without credentials the sentence says how to get some, with exit code 5", async (context) => {
  const setting = await setUp(context);
  const empty = temporaryFolder(context);
  const environment = {
    ...setting.environment,
    BIGQUERY_EMULATOR_HOST: "",
    GOOGLE_APPLICATION_CREDENTIALS: "",
    HOME: empty,
    CLOUDSDK_CONFIG: empty,
    // Nothing looks for a machine's own service account.
    METADATA_SERVER_DETECTION: "none",
  };
  await assertRefused(
    { ...setting, environment },
    /no credentials for BigQuery, or they do not work: .*gcloud auth application-default login/,
  );
});
