// Loaded before the loader, by NODE_OPTIONS: a file system without permissions. Setting them fails with CHMOD_CODE; without a code it
// succeeds, and changes nothing.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const code = process.env["CHMOD_CODE"] ?? "";

fs.promises.chmod = async () => {
  if (code !== "") throw Object.assign(new Error(`${code}: chmod`), { code });
};
syncBuiltinESMExports();
