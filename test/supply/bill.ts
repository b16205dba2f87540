// `make sbom`: the bills of materials in CycloneDX, one a lock file, in target/sbom/.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { pythonLockFiles } from "./lock-files.ts";

const { values: flags } = parseArgs({ options: { folder: { type: "string", default: "target/sbom" } } });
mkdirSync(flags.folder, { recursive: true });

async function write(lockFile: string, command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
  const { exitCode, stdout, stderr } = await ended(child);
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode} for ${lockFile}: ${stderr}`);
  const path = join(flags.folder, `${lockFile.replaceAll("/", "-").replace(/\.(json|lock)$/, "")}.cdx.json`);
  writeFileSync(path, stdout);
  console.log(path);
}

await Promise.all([
  write("package-lock.json", "npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]),
  ...pythonLockFiles.map((file) =>
    write(file, ".venv-supply/bin/cyclonedx-py", [
      "requirements",
      "--no-validate",
      "--output-reproducible",
      "--of",
      "JSON",
      file,
    ]),
  ),
]);
