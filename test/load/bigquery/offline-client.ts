import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../../loader/effects.ts";
import { type BigQueryConnection, openBigQuery } from "../../../loader/load/bigquery/client.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";

/** A client for code that only writes SQL: nothing listens at its address, and nothing is asked. */
export async function offlineClient(): Promise<{
  readonly client: BigQuery;
  readonly connection: BigQueryConnection;
  readonly effects: Effects;
}> {
  const connection = {
    project: "project",
    location: undefined,
    emulatorHost: "http://127.0.0.1:9",
    impersonate: undefined,
    maximumBytesBilled: 1,
  };
  const effects = new SkippingClock().effects(
    () => 0,
    () => undefined,
  );
  return { client: await openBigQuery(connection), connection, effects };
}
