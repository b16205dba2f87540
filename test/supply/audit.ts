// `make audit`: asks the registries which of the locked packages have known faults. It ends with 1 for a fault that users would
// get and that nobody has accepted. A registry that does not answer is said, and fails nothing: its outage is no fault of ours.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { pythonLockFiles } from "./lock-files.ts";

/** Whose packages: what `make setup` installs, or what tests and linters need too. */
type Audience = "users" | "developers";

/** A known fault of a package. */
type Fault = { readonly id: string; readonly package: string; readonly severity: string };

/** What was asked, and the answer: the faults, or why there is no answer. */
type Audited = {
  readonly what: string;
  readonly audience: Audience;
  readonly answer: readonly Fault[] | { readonly unreachable: string };
};

const { values: flags } = parseArgs({
  options: {
    /** Another npm registry, and another OSV; tests have their own. */
    npm: { type: "string" },
    osv: { type: "string" },
    /** The faults that fail nothing: the id in OSV, GHSA or CVE → why the fault does not reach us. */
    accepted: { type: "string", default: join(repository, "test/supply/accepted.json") },
  },
});
const accepted = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(flags.accepted, "utf8")));

/** More of an error is its stack. */
const reasonLengthMax = 120;

const fatalSeverities: ReadonlySet<string> = new Set(["high", "critical", "unknown"]);

const usersFiles: ReadonlySet<string> = new Set(["requirements.lock", "requirements-uv.lock"]);

/** The lock files of Python's packages by who gets them. */
const requirements: Readonly<Record<Audience, readonly string[]>> = {
  users: pythonLockFiles.filter((file) => usersFiles.has(file)),
  developers: pythonLockFiles.filter((file) => !usersFiles.has(file)),
};

const npmAnswer = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ via: z.array(z.union([z.string(), z.object({ url: z.string(), severity: z.string() })])) }),
  ),
});

/** npm's answer without a code is the network's or the registry's. */
const npmRefusal = z.object({ message: z.string(), error: z.object({ code: z.never().optional() }) });

async function auditNpm(audience: Audience): Promise<Audited> {
  const { stdout, stderr } = await run("npm", [
    ...["audit", "--json", ...(audience === "users" ? ["--omit=dev"] : [])],
    ...(flags.npm === undefined ? [] : [`--registry=${flags.npm}`]),
  ]);
  const what = "package-lock.json";
  const said = parsed(stdout);
  const answer = npmAnswer.safeParse(said);
  if (answer.success) return { what, audience, answer: npmFaults(answer.data) };
  const refusal = npmRefusal.safeParse(said);
  if (refusal.success) return { what, audience, answer: { unreachable: refusal.data.message } };
  throw new Error(`npm audit failed: ${stderr || stdout}`);
}

/** A package that only depends on one with a fault names that one, and has no entry of its own. */
function npmFaults({ vulnerabilities }: z.infer<typeof npmAnswer>): readonly Fault[] {
  return Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via.flatMap((cause) =>
      typeof cause === "string"
        ? []
        : [{ id: cause.url.split("/").at(-1) ?? cause.url, package: name, severity: cause.severity }],
    ),
  );
}

const pipAuditAnswer = z.object({
  dependencies: z.array(
    z.object({
      name: z.string(),
      skip_reason: z.string().optional(),
      vulns: z.array(z.object({ id: z.string(), aliases: z.array(z.string()) })).optional(),
    }),
  ),
});

/** Asks OSV. pip-audit's other service takes a package that PyPI does not answer for as one without faults. */
function auditPython(audience: Audience): readonly Promise<Audited>[] {
  return requirements[audience].map(async (what) => {
    const { stdout, stderr } = await run(".venv-supply/bin/pip-audit", [
      ...["--requirement", what, "--disable-pip", "--require-hashes", "--format", "json"],
      ...["--progress-spinner", "off", "--vulnerability-service", "osv"],
      ...(flags.osv === undefined ? [] : ["--osv-url", flags.osv]),
    ]);
    return { what, audience, answer: pythonFaults(what, stdout, stderr) };
  });
}

function pythonFaults(what: string, stdout: string, stderr: string): Audited["answer"] {
  const answer = pipAuditAnswer.safeParse(parsed(stdout));
  const reason = stderr.trim().split("\n").at(-1)?.slice(0, reasonLengthMax) ?? "";
  if (!answer.success && /ConnectionError|Timeout|HTTPError|ServiceError/.test(stderr)) return { unreachable: reason };
  if (!answer.success) throw new Error(`pip-audit failed for ${what}: ${reason}`);
  const skipped = answer.data.dependencies.find(({ skip_reason: why }) => why !== undefined);
  if (skipped !== undefined) return { unreachable: skipped.skip_reason ?? "" };
  // OSV's severities do not come through pip-audit: a fault of a package for users counts as grave.
  return answer.data.dependencies.flatMap(({ name, vulns = [] }) =>
    vulns.map(({ id, aliases }) => ({
      id: [id, ...aliases].find((alias) => alias in accepted) ?? id,
      package: name,
      severity: "unknown",
    })),
  );
}

/** The lines to print, and whether a fault ends the audit with 1. */
function judged(audited: readonly Audited[]): { readonly lines: readonly string[]; readonly isFailed: boolean } {
  const lines: string[] = [];
  const told = new Set<string>();
  let isFailed = false;
  for (const { what, audience, answer } of audited) {
    const subject = `${what}, packages for ${audience}`;
    if ("unreachable" in answer) {
      lines.push(
        `::warning title=Audit::${subject}: the service could not be reached, so nothing is known (${answer.unreachable})`,
      );
      continue;
    }
    if (answer.length === 0) lines.push(`${subject}: no known fault`);
    for (const { id, package: name, severity } of answer) {
      // npm names the packages for users again among all packages.
      if (told.has(`${what} ${name} ${id}`)) continue;
      told.add(`${what} ${name} ${id}`);
      const reason = accepted[id];
      const isFatal = audience === "users" && reason === undefined && fatalSeverities.has(severity);
      isFailed ||= isFatal;
      const note = reason === undefined ? "" : ` Accepted: ${reason}`;
      lines.push(
        `${isFatal ? "::error title=Audit::" : ""}${subject}: ${name} has ${id}, severity ${severity}.${note}`,
      );
    }
  }
  return { lines, isFailed };
}

function run(command: string, args: readonly string[]): ReturnType<typeof ended> {
  return ended(spawn(command, args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const audiences = ["users", "developers"] as const;
const audited = await Promise.all(audiences.flatMap((audience) => [auditNpm(audience), ...auditPython(audience)]));
const { lines, isFailed } = judged(audited);
for (const line of lines)
  console.log(process.env["GITHUB_ACTIONS"] ? line : line.replace(/^::(\w+) title=Audit::/, "$1: "));
process.exitCode = isFailed ? 1 : 0;
