import { spawn } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../tools/folder.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

// The project's own Makefile, in a folder of its own: what it calls are stand-ins that write down what they were asked.

type Machine = {
  readonly folder: string;
  readonly make: (args: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Ended>;
  /** What was called, in order. */
  readonly calls: () => readonly string[];
};

const noise = 'echo "added 112 packages"';

/** `npm run loader` prints a row and ends with LOADER_EXIT; `npm install` makes a folder, and is noisy. */
const npm = `echo "npm $*" >> calls
if [ "$1" = install ]; then ${noise}; mkdir -p node_modules; exit 0; fi
echo '{"row":1}'
exit "\${LOADER_EXIT:-0}"`;

/** \`uv venv --clear\` empties the folder, as the real one does. */
const uv = `echo "uv $*" >> calls; ${noise}; [ "$1" != venv ] || rm -rf "\${!#}"; mkdir -p .venv .venv-statistics .venv-metricflow .venv-supply`;

/** \`python3 -m venv\` makes a pip, which makes a uv; all of them are noisy. */
const python = `echo "python3 $*" >> calls
[ "$1" = -m ] || exit 0
${noise}
mkdir -p .tools/bin
{ echo '#!/bin/bash'; echo '${noise}; cp uv-stand-in .tools/bin/uv'; } > .tools/bin/pip
chmod +x .tools/bin/pip`;

export const hourlyBuild = "dbt build --exclude-resource-type unit_test --exclude tag:daily";
export const snapshot = "npm run --silent loader -- snapshot --if-any";

const dbt = `echo "dbt $*" >> calls; echo "Completed successfully"`;

export function writeScript(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

/** @param isFresh whether nothing is installed yet */
export function setUp(context: TestContext, isFresh = false): Machine {
  const folder = temporaryFolder(context);
  for (const name of ["Makefile", "package-lock.json", ...globSync("requirements*.lock", { cwd: repository })])
    copyFileSync(join(repository, name), join(folder, name));
  writeScript(join(folder, "stand-ins/npm"), npm);
  writeScript(join(folder, "stand-ins/python3"), python);
  writeScript(join(folder, "stand-ins/dbt"), dbt);
  writeScript(join(folder, "uv-stand-in"), uv);
  if (!isFresh)
    for (const path of [".tools/bin/uv", "node_modules/.ready", ".venv/.ready"]) writeScript(join(folder, path), uv);
  return {
    folder,
    make: (args, environment = {}) =>
      ended(
        spawn("make", ["DBT=stand-ins/dbt", ...args], {
          cwd: folder,
          env: { PATH: `${join(folder, "stand-ins")}:${process.env["PATH"]}`, ...environment },
          stdio: ["ignore", "pipe", "pipe"],
        }),
      ),
    calls: () => readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n"),
  };
}
