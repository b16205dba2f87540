import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { probes } from "../../loader/commands/doctor.ts";
import { readAccessToken, readConfig } from "../../loader/config.ts";
import { type Check, checkLine, exitCodeOfChecks } from "../../loader/doctor/check.ts";
import { examine } from "../../loader/doctor/doctor.ts";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { temporaryFolder } from "../tools/folder.ts";

// The client would send to an emulator that the environment names, whatever address the client is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const dbtThatWorks = [process.execPath, "--eval", "console.log('Connection test: [OK connection ok]')", "--"];
export const dbtThatFails = [process.execPath, "--eval", "process.exit(1)", "--"];

type Visit = { readonly checks: readonly Check[]; readonly of: (name: string) => string; readonly exitCode: number };

/** Runs every check as `doctor` does, and finds a check's line by the check's name. */
export async function visit(environment: Readonly<Record<string, string>>, dbt = dbtThatWorks): Promise<Visit> {
  const checks: Check[] = [];
  const effects = new SkippingClock().effects(
    () => 0,
    () => undefined,
  );
  const config = readConfig(environment);
  const readToken = () => readAccessToken(environment);
  const options = { config, readAccessToken: readToken, dbt, ...(await probes(config, effects, environment)) };
  for await (const check of examine(options)) checks.push(check);
  const of = (name: string) => checkLine(checks.find((check) => check.name === name) ?? assert.fail(`no ${name}`));
  return { checks, of, exitCode: exitCodeOfChecks(checks) };
}

/** A workspace of Intercom, and an empty BigQuery. */
export async function setUp(context: TestContext) {
  const fake = await FakeBigQuery.start();
  context.after(() => fake.close());
  const intercom = await startFakeIntercom({ conversations: 5, seed: 1 });
  context.after(() => intercom.close());
  const folder = temporaryFolder(context);
  const environment = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
    STATE_DIR: folder,
    // Other tests write to the project's folders meanwhile, for everybody to read.
    DBT_TARGET_PATH: folder,
    DBT_LOG_PATH: folder,
  };
  return { fake, intercom, environment };
}
