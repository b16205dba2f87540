import { join } from "node:path";
import { DbtServer } from "./dbt/server/client.ts";
import { repository } from "./tools/repository.ts";

let dbt: DbtServer;

/** Before the first test: `node --test --test-global-setup=test/setup.ts`. What is started here, all tests share. */
export async function globalSetup(): Promise<void> {
  // Each test file is a process, and many start others. Compiling the loader takes a third of the time of a small one.
  process.env["NODE_COMPILE_CACHE"] ??= join(repository, "target/tests/node");
  dbt = await DbtServer.start();
}

/** After the last test. */
export async function globalTeardown(): Promise<void> {
  await dbt.stop();
}
