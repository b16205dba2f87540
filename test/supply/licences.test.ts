import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";
import { exceptions, type Licensed, npmInstalled, pythonInstalled, refused } from "./licences.ts";
import { normalName, npmLocked, pythonLocked, pythonLockFiles } from "./lock-files.ts";

/** Each environment of Python, and the lock files that fill it. */
const environments: Readonly<Record<string, readonly string[]>> = {
  ".tools": ["requirements-uv.lock"],
  ".venv": ["requirements.lock", "requirements-dev.lock"],
  ".venv-statistics": ["test/statistics/requirements.lock", "test/statistics/datasets.lock"],
  ".venv-metricflow": ["test/semantic/requirements.lock"],
  ".venv-supply": ["test/supply/requirements.lock"],
};

const npmPackages = npmInstalled(join(repository, "node_modules"));
const pythonPackages = Object.keys(environments).map((name) => pythonInstalled(join(repository, name)));

test("every installed package has a licence that is listed, or an exception with its reason", () => {
  assert.ok(npmPackages.length > 190 && pythonPackages.flat().length > 170);
  assert.deepEqual(refused([...npmPackages, ...pythonPackages.flat()]), []);
});

test("npm's packages for other machines have such a licence too", () => {
  const locked = npmLocked().map(({ name, license: licence = "" }) => ({ name, licence }));
  assert.ok(locked.length > npmPackages.length);
  assert.deepEqual(refused(locked), []);
});

test("no package of Python's lock files goes unread, except those of other machines", () => {
  assert.deepEqual(Object.values(environments).flat().toSorted(), pythonLockFiles);
  for (const [index, files] of Object.values(environments).entries()) {
    const read = new Set(pythonPackages[index]?.map(({ name }) => normalName(name)));
    const unread = files.flatMap(pythonLocked).filter(({ name }) => !read.has(normalName(name)));
    assert.deepEqual(
      unread.filter(({ isForAll }) => isForAll),
      [],
    );
  }
});

test("each exception is of a package that is there, with a reason", () => {
  const licences = new Map([...npmPackages, ...pythonPackages.flat()].map(({ name, licence }) => [name, licence]));
  for (const [name, { licence, why }] of Object.entries(exceptions)) {
    assert.equal(licences.get(name), licence, name);
    assert.match(why, /\.$/);
  }
});

test("a package of an unlisted licence or of none is refused, also within another package", (context) => {
  const folder = temporaryFolder(context);
  const add = (path: string, manifest: object): void => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "package.json"), JSON.stringify(manifest));
  };
  add("node_modules/good", { name: "good", license: "(MIT OR GPL-3.0)" });
  add("node_modules/good/node_modules/@a/deep", { name: "@a/deep", license: "AGPL-3.0" });
  add("node_modules/both", { name: "both", license: "MIT AND SSPL-1.0" });
  add("node_modules/silent", { name: "silent" });
  add("node_modules/axe-core", { name: "axe-core", license: "GPL-3.0" });
  const refusals = ["@a/deep: AGPL-3.0", "axe-core: GPL-3.0", "both: MIT AND SSPL-1.0", "silent: no licence"];
  assert.deepEqual(refused(npmInstalled(join(folder, "node_modules"))).toSorted(), refusals);
});

test("a package of Python is refused for its field, its free text and its classifiers", (context) => {
  const folder = temporaryFolder(context);
  const licensed = (head: readonly string[]): readonly Licensed[] => {
    const place = join(folder, "lib/python3.11/site-packages/made_up-1.dist-info");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "METADATA"), [...head, "", "License: MIT"].join("\n"));
    return pythonInstalled(folder);
  };
  const gpl = "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)";
  const mit = "Classifier: License :: OSI Approved :: MIT License";
  for (const [head, refusal] of [
    [["License-Expression: GPL-3.0-only", mit], "made-up: GPL-3.0-only"],
    [["License: Our own terms"], "made-up: Our own terms"],
    [["License: Our own terms", gpl], "made-up: GNU General Public License v3 (GPLv3)"],
    [[mit, gpl], "made-up: MIT AND GNU General Public License v3 (GPLv3)"],
    [[], "made-up: no licence"],
  ] as const)
    assert.deepEqual(refused(licensed(["Name: made-up", ...head])), [refusal]);
  assert.deepEqual(refused(licensed(["Name: made-up", mit])), []);
});
