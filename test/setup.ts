import { DbtServer } from "./dbt/server/client.ts";

let dbt: DbtServer;

/** Before the first test: `node --test --test-global-setup=test/setup.ts`. What is started here, all tests share. */
export async function globalSetup(): Promise<void> {
  dbt = await DbtServer.start();
}

/** After the last test. */
export async function globalTeardown(): Promise<void> {
  await dbt.stop();
}
