// Nobody but the services that you name hears of your data or of you: no telemetry, no look for newer versions.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runDbt } from "../dbt/command.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { FakePostHog } from "../fake/posthog/server.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { TestProxy } from "../tools/http-proxy.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

type Listened = {
  readonly run: (command: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Ended>;
  readonly folder: string;
  /** Everything that was asked of another machine so far. */
  readonly outgoing: () => readonly string[];
};

/** Commands whose connections are written down: what goes through a proxy, and what goes past it. */
async function listen(context: TestContext): Promise<Listened> {
  const folder = temporaryFolder(context);
  const proxy = await TestProxy.start(context, { status: 403 });
  const file = join(folder, "outgoing");
  const [upper, lower] = [
    { HTTP_PROXY: proxy.url(), HTTPS_PROXY: proxy.url(), NO_PROXY: "127.0.0.1" },
    { http_proxy: proxy.url(), https_proxy: proxy.url(), no_proxy: "127.0.0.1" },
  ];
  const settings = {
    ...{ PATH: process.env["PATH"], HOME: folder, OUTGOING: file, ...upper, ...lower },
    NODE_OPTIONS: `--import ${join(repository, "test/supply/recorder/node.ts")}`,
    PYTHONPATH: join(repository, "test/supply/recorder"),
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: join(folder, "state"),
    DBT: ".venv/bin/python run_dbt.py",
    DBT_TARGET_PATH: join(folder, "target"),
    DBT_LOG_PATH: folder,
  };
  return {
    folder,
    outgoing: () => [
      ...proxy.tunnels,
      ...proxy.urls,
      ...(existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []),
    ],
    run: ([command = "", ...args], environment = {}) =>
      ended(
        spawn(command, args, {
          cwd: repository,
          env: { ...settings, ...environment },
          stdio: ["ignore", "pipe", "pipe"],
        }),
      ),
  };
}

const loader = (...args: readonly string[]): readonly string[] => [process.execPath, "loader/cli.ts", ...args];
const dbt = (...args: readonly string[]): readonly string[] => [".venv/bin/python", "run_dbt.py", ...args];

test("nothing leaves this machine", async (context) => {
  // One folder for all: dbt has to read the project once.
  const { run, folder, outgoing } = await listen(context);
  const intercom = await startedFor(context, { world: new GeneratedWorld({ seed: 1, conversations: 20 }) });
  const postHog = await FakePostHog.start();
  context.after(() => postHog.close());
  const services = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    POSTHOG_HOST: postHog.url,
    POSTHOG_API_KEY: postHog.apiKey,
  };

  await context.test("no command asks anything but the services that it is given", async () => {
    const isWell = async (command: readonly string[]): Promise<void> => {
      const { exitCode, stdout, stderr } = await run(command, services);
      assert.equal(exitCode, 0, `${command.join(" ")}: ${stdout}${stderr}`);
    };
    await isWell(loader("sync"));
    // Most models are built by the dbt that tests share; what a process of dbt does around them is the same for one model.
    const built = await runDbt(["build", "--exclude-resource-type", "test", "unit_test"], folder, {
      DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    });
    assert.equal(built.exitCode, 0, built.output);
    await isWell(dbt("build", "--select", "tags"));
    for (const args of [["snapshot"], ["report", "--output", join(folder, "report.html")], ["export"], ["status"]])
      await isWell(loader(...args));
    for (const args of [["doctor"], ["activate", "posthog"], ["purge"]]) await isWell(loader(...args));
    assert.deepEqual(outgoing(), []);
  });

  await context.test("DuckDB fetches no extension for a statement that needs one", async () => {
    const sql = "select * from read_csv('https://somewhere.invalid/a.csv')";
    const { exitCode, stdout } = await run(dbt("show", "--inline", sql));
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /Install it first using "INSTALL httpfs"/);
    assert.deepEqual(outgoing(), []);
    assert.ok(!existsSync(join(folder, ".duckdb")));
  });

  await context.test("a telemetry that is on would be heard, through the proxy and past it", async () => {
    const isOn = { DBT_SEND_ANONYMOUS_USAGE_STATS: "true" };
    await run(dbt("debug", "--connection"), isOn);
    const throughProxy = outgoing().length;
    assert.ok(throughProxy > 0);
    const noProxies = { HTTPS_PROXY: "", https_proxy: "", HTTP_PROXY: "", http_proxy: "" };
    await run(dbt("debug", "--connection"), { ...isOn, ...noProxies });
    assert.match(outgoing().slice(throughProxy).join(), /^python [\w.]+/);
    await run([process.execPath, "--eval", "fetch('https://telemetry.invalid').catch(() => {})"]);
    assert.equal(outgoing().at(-1), "node telemetry.invalid");
  });
});
