// Loaded before the loader, by NODE_OPTIONS: the process ends itself by SIGKILL when it first writes, or sets the permissions of, a
// file whose path ends in DIE_AT. A file that is written whole in one call then has half of it.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const pattern = new RegExp(process.env["DIE_AT"] ?? "(?!)");
const { writeFileSync } = fs;
const { chmod, writeFile } = fs.promises;

function dieIfAt(path: unknown, content?: unknown): void {
  if (!pattern.test(String(path))) return;
  if (typeof content === "string") writeFileSync(String(path), content.slice(0, content.length / 2));
  process.kill(process.pid, "SIGKILL");
}

fs.promises.chmod = async (path, mode) => {
  dieIfAt(path);
  await chmod(path, mode);
};
fs.promises.writeFile = async (path, content, options) => {
  dieIfAt(path, content);
  await writeFile(path, content, options);
};
fs.writeFileSync = (path, content, options) => {
  dieIfAt(path, content);
  writeFileSync(path, content, options);
};
syncBuiltinESMExports();
