import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { temporaryFolder } from "../tools/folder.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

const stepSchema = z.object({ name: z.string().optional(), run: z.string().optional() });
const workflowSchema = z.object({ jobs: z.object({ sync: z.object({ steps: z.array(stepSchema) }) }) });
const workflow = workflowSchema.parse(parse(readFileSync(join(repository, ".github/workflows/sync.yml"), "utf8")));

/** Runs a step as GitHub does. Its loader prints its arguments as JSON and ends with the code that stands for its command. */
async function runStep(
  context: TestContext,
  name: string,
  codes: Readonly<Record<string, number>>,
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended & { readonly reports: (file: string) => string }> {
  const script = workflow.jobs.sync.steps.find((step) => step.name === name)?.run;
  assert.ok(script !== undefined, `the workflow has no step ${name}`);
  const folder = temporaryFolder(context);
  const npm = [
    "#!/bin/bash",
    `echo "{\\"arguments\\":\\"$*\\"}"`,
    ...Object.entries(codes).map(([command, code]) => `[[ "$*" == *" ${command} "* ]] && exit ${code}`),
    "exit 0",
  ];
  writeFileSync(join(folder, "npm"), npm.join("\n"), { mode: 0o755 });
  writeFileSync(join(folder, "make"), "#!/bin/bash", { mode: 0o755 });
  writeFileSync(join(folder, "step.sh"), script);
  mkdirSync(join(folder, "report"));
  const child = spawn("bash", ["-e", "step.sh"], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env["PATH"]}`, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ...(await ended(child)), reports: (file) => readFileSync(join(folder, "report", file), "utf8") };
}

test("a scheduled sync with rejected records goes on to the build, with a warning on its page", async (context) => {
  const { exitCode, stdout, reports } = await runStep(context, "Sync", { sync: 6 });
  assert.equal(exitCode, 0);
  assert.match(stdout, /^::warning title=Some records were rejected::.*_rejected/m);
  assert.match(reports("sync.json"), /^\{"arguments":"run --silent loader -- sync --json"\}\n$/);
});

for (const code of [2, 3, 4, 5, 130]) {
  test(`a scheduled sync that ends with ${code} ends the job, and its page names the code`, async (context) => {
    const { exitCode, stdout } = await runStep(context, "Sync", { sync: code });
    assert.equal(exitCode, code);
    assert.match(stdout, new RegExp(`^::error title=The sync ended with exit code ${code}::`, "m"));
  });
}

test("a scheduled sync without rejected records has no annotation", async (context) => {
  const { exitCode, stdout } = await runStep(context, "Sync", {}, { SINCE: "2026-01-01" });
  assert.equal(exitCode, 0);
  assert.doesNotMatch(stdout, /^::/m);
  assert.match(stdout, /--since 2026-01-01/);
});

test("rejected tickets of one destination are a warning; what fails with another ends the job once both were told", async (context) => {
  const keys = { POSTHOG_API_KEY: "phc_key", ATTIO_API_KEY: "key" };
  const warned = await runStep(context, "Activate", { posthog: 6 }, keys);
  assert.equal(warned.exitCode, 0, warned.stderr);
  assert.match(warned.stdout, /^::warning title=posthog: some tickets were rejected::/m);
  const failed = await runStep(context, "Activate", { posthog: 4, attio: 6 }, keys);
  assert.equal(failed.exitCode, 4);
  assert.match(failed.stdout, /^::error title=posthog: activation ended with exit code 4::/m);
  assert.match(failed.stdout, /^::warning title=attio/m);
  const none = await runStep(context, "Activate", { posthog: 5 });
  assert.equal(none.exitCode, 0);
});

test("each action is pinned by its commit, with its version beside it", () => {
  const folder = join(repository, ".github/workflows");
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  const uses = lines.filter((line) => /^\s*(- )?uses:/.test(line));
  assert.ok(uses.length > 0);
  for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("CI runs the script that a developer can run, and the schedule installs no developers' packages", () => {
  const ci: unknown = parse(readFileSync(join(repository, ".github/workflows/ci.yml"), "utf8"));
  assert.match(JSON.stringify(ci), /"run":"\.ci\/run"/);
  const scripts = workflow.jobs.sync.steps.map(({ run }) => run ?? "").join("\n");
  assert.match(scripts, /^make setup$/m);
  assert.doesNotMatch(scripts, /make (setup-dev|test|lint|types|check|bench|fault)/);
});

test("workflows may read the repository; only the schedule may sign in at Google and open an issue", () => {
  const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
  const schema = z.object({
    on: z.record(z.string(), z.unknown()),
    permissions,
    jobs: z.record(z.string(), z.object({ permissions: permissions.optional(), steps: z.array(z.looseObject({})) })),
  });
  const folder = join(repository, ".github/workflows");
  const beyond: string[] = [];
  for (const name of readdirSync(folder)) {
    const { on, permissions: ofAll, jobs } = schema.parse(parse(readFileSync(join(folder, name), "utf8")));
    assert.deepEqual(ofAll, { contents: "read" }, name);
    // Such a workflow runs what a stranger proposes, with this repository's secrets.
    assert.ok(!("pull_request_target" in on) && !("workflow_run" in on), name);
    for (const [job, { permissions: own = {}, steps }] of Object.entries(jobs)) {
      beyond.push(
        ...Object.entries(own).flatMap(([right, kind]) => (kind === "write" ? [`${name} ${job} ${right}`] : [])),
      );
      for (const step of steps.filter(({ uses }) => String(uses).startsWith("actions/checkout@")))
        assert.deepEqual(step["with"], { "persist-credentials": false }, `${name} ${job}`);
    }
  }
  assert.deepEqual(beyond, ["sync.yml sync id-token", "sync.yml sync issues"]);
});

test("no step of a workflow writes an expression of GitHub's into its script", () => {
  const schema = z.object({ jobs: z.record(z.string(), z.object({ steps: z.array(stepSchema) })) });
  const folder = join(repository, ".github/workflows");
  for (const name of readdirSync(folder))
    for (const { steps } of Object.values(schema.parse(parse(readFileSync(join(folder, name), "utf8"))).jobs))
      for (const { run = "" } of steps) assert.doesNotMatch(run, /\$\{\{/, name);
});

test("Dependabot proposes newer actions every week", () => {
  const update = z.object({
    "package-ecosystem": z.string(),
    directory: z.string(),
    schedule: z.object({ interval: z.string() }),
  });
  const file = readFileSync(join(repository, ".github/dependabot.yml"), "utf8");
  const { version, updates } = z.object({ version: z.number(), updates: z.array(update) }).parse(parse(file));
  assert.equal(version, 2);
  const [actions] = updates.filter((each) => each["package-ecosystem"] === "github-actions");
  assert.deepEqual([actions?.directory, actions?.schedule.interval], ["/", "weekly"]);
});

test("CI audits the packages and lists them, also once a week without a change", () => {
  const ci = z
    .object({
      on: z.object({ schedule: z.array(z.object({ cron: z.string() })) }),
      jobs: z.object({ audit: z.object({ steps: z.array(stepSchema) }) }),
    })
    .parse(parse(readFileSync(join(repository, ".github/workflows/ci.yml"), "utf8")));
  assert.equal(ci.on.schedule.length, 1);
  const scripts = ci.jobs.audit.steps.map(({ run }) => run);
  assert.ok(scripts.includes("make audit") && scripts.includes("make sbom"));
});
