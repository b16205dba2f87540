import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { after, type TestContext, test } from "node:test";
import { temporaryFolder } from "../tools/folder.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

type Faults = {
  /** npm's packages with a fault, and its severity. */
  readonly npm?: Readonly<Record<string, string>>;
  /** Python's packages with a fault. */
  readonly python?: readonly string[];
};

const npmId = (name: string): string => `GHSA-npm-${name.replaceAll(/\W/g, "-")}`;

/** What npm's registry and OSV know, on a free port of the loopback. */
async function registries(context: TestContext, { npm = {}, python = [] }: Faults): Promise<readonly string[]> {
  const server = createServer(async (request, response) => {
    const answer = (body: unknown): unknown =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/-/npm/v1/security/advisories/bulk") {
      request.resume();
      const advisories = Object.entries(npm).map(([name, severity], id) => [
        name,
        [
          {
            id,
            url: `https://advisories.example/${npmId(name)}`,
            title: "made up",
            severity,
            vulnerable_versions: "*",
          },
        ],
      ]);
      return answer(Object.fromEntries(advisories));
    }
    if (request.url !== "/osv") return response.writeHead(404).end();
    const { package: asked } = (await json(request)) as { readonly package: { readonly name: string } };
    const affected = [{ package: { name: asked.name, ecosystem: "PyPI" }, versions: [], ranges: [] }];
    const fault = { id: `PYSEC-${asked.name}`, aliases: [`CVE-${asked.name}`], summary: "made up", affected };
    return answer(python.includes(asked.name) ? { vulns: [fault] } : {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return ["--npm", url, "--osv", `${url}/osv`];
}

// npm remembers what it was told of a package.
const cache = mkdtempSync(join(tmpdir(), "npm-cache-"));
after(() => rmSync(cache, { recursive: true }));

function audit(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return ended(
    spawn(process.execPath, ["test/supply/audit.ts", ...args], {
      cwd: repository,
      env: {
        ...process.env,
        GITHUB_ACTIONS: "",
        npm_config_fetch_retries: "0",
        npm_config_cache: cache,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

test("a grave fault of a package for users ends the audit with 1, and developers' packages are only named", async (context) => {
  const faults = { npm: { undici: "high", zod: "moderate", typescript: "critical" }, python: ["duckdb", "sqlfluff"] };
  const { exitCode, stdout, stderr } = await audit(await registries(context, faults), { GITHUB_ACTIONS: "true" });
  assert.equal(exitCode, 1, stderr);
  const [npm, python] = ["package-lock.json, packages for users: ", "requirements.lock, packages for users: "];
  const lines = stdout.trimEnd().split("\n");
  assert.deepEqual(lines.filter((line) => line.startsWith("::error")).toSorted(), [
    `::error title=Audit::${npm}undici has ${npmId("undici")}, severity high.`,
    `::error title=Audit::${python}duckdb has PYSEC-duckdb, severity unknown.`,
  ]);
  assert.ok(lines.includes(`${npm}zod has ${npmId("zod")}, severity moderate.`), stdout);
  assert.ok(
    lines.includes(
      `package-lock.json, packages for developers: typescript has ${npmId("typescript")}, severity critical.`,
    ),
  );
  assert.ok(
    lines.includes("requirements-dev.lock, packages for developers: sqlfluff has PYSEC-sqlfluff, severity unknown."),
  );
  assert.ok(lines.includes("requirements-uv.lock, packages for users: no known fault"));
});

test("an accepted fault fails nothing, and its reason is said", async (context) => {
  const file = join(temporaryFolder(context), "accepted.json");
  writeFileSync(
    file,
    JSON.stringify({ [npmId("htmlparser2")]: "We make no such call.", "CVE-duckdb": "We read no such file." }),
  );
  const flags = await registries(context, { npm: { htmlparser2: "critical" }, python: ["duckdb"] });
  const { exitCode, stdout, stderr } = await audit([...flags, "--accepted", file]);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /htmlparser2 has GHSA-npm-htmlparser2, severity critical\. Accepted: We make no such call\.$/m);
  assert.match(stdout, /duckdb has CVE-duckdb, severity unknown\. Accepted: We read no such file\.$/m);
});

test("a service that does not answer is said for each lock file, and fails nothing", async () => {
  const nobody = "http://127.0.0.1:9";
  const { exitCode, stdout, stderr } = await audit(["--npm", nobody, "--osv", nobody], { GITHUB_ACTIONS: "true" });
  assert.equal(exitCode, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 9);
  for (const line of lines)
    assert.match(line, /^::warning title=Audit::.* could not be reached, so nothing is known \(/);
});
