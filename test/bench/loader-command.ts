import { readFileSync } from "node:fs";

/** The command that `npm run loader` runs: each side is timed as a process of its own, from its start to its end. */
export const loaderCommand = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { loader: string } })
  .scripts.loader;
