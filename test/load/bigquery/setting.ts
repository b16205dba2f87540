import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { WarehouseError } from "../../../loader/errors.ts";
import { FakeBigQuery, type FakeBigQueryOptions } from "../../fake/bigquery/server.ts";
import { type Desk, type DeskOptions, setUpDesk } from "./desk.ts";

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

export type Setting = { readonly fake: FakeBigQuery; readonly desk: Desk };

/** A double of BigQuery, and a warehouse in it. */
export async function setUp(
  context: TestContext,
  fakeOptions: FakeBigQueryOptions = {},
  deskOptions: DeskOptions = {},
): Promise<Setting> {
  const fake = await FakeBigQuery.start(fakeOptions);
  context.after(() => fake.close());
  const desk = await setUpDesk(context, fake.url, { dataset: "raw", ...deskOptions });
  context.after(() => assert.deepEqual(fake.unplanned, []));
  return { fake, desk };
}

/** For assert.rejects: what a user reads. */
export const sentence =
  (pattern: RegExp) =>
  (error: unknown): true => {
    assert.ok(error instanceof WarehouseError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
