import type { Import } from "./imports.ts";

/** What an import is judged by: paths are from `loader/`. */

/** Rooms import their own files and shared ones, and never each other. */
const rooms = new Set(["extract", "load", "activate", "report", "purge", "doctor"]);
/** These wire the rooms together. */
const wiring = new Set(["commands", "sync"]);
/** Files at the root that are not shared: they wire rooms together too. */
const wiringFiles = new Set(["cli.ts", "sync.ts"]);
/** The engines may import the types of the contracts that they fulfil, from these rooms. */
const contractRooms = new Set(["activate", "purge", "doctor"]);
const engine = /^load\/(duckdb|bigquery)\//;
/** The version that `--version` prints. */
const packageFile = "../package.json";

/** Why an import breaks the rule; undefined when it does not. */
export function faultOf({ from, to, isType }: Import): string | undefined {
  const [home, target] = [folderOf(from), folderOf(to)];
  if (to.startsWith("../"))
    return from === "cli.ts" && to === packageFile ? undefined : "a file of the loader imports from outside it";
  if (to === "cli.ts") return "nothing imports the command line";
  if (from === "cli.ts" || home === target) return undefinedUnlessRoot(from, to);
  if (target === "" && !wiringFiles.has(to)) return undefined;
  if (home === "commands") return undefined;
  if (home === "sync" || from === "sync.ts")
    return target === "commands" ? "sync is run by a command, and imports none" : undefined;
  if (home === "") return "a shared file imports no room";
  if (wiring.has(target) || wiringFiles.has(to)) return "a room imports nothing that wires rooms together";
  if (!rooms.has(home)) return `${home}/ is no room: name it in test/project/rooms.ts`;
  if (engine.test(from) && contractRooms.has(target))
    return isType ? undefined : "an engine imports the types of a contract, and nothing else of its room";
  return "a room imports its own files and the shared ones alone";
}

/** Within a folder everything goes; at the root, shared files do not import those that wire rooms together. */
function undefinedUnlessRoot(from: string, to: string): string | undefined {
  const isShared = folderOf(from) === "" && !wiringFiles.has(from);
  return isShared && wiringFiles.has(to) ? "a shared file imports no room" : undefined;
}

/** The folder of `loader/` that a file is in; empty for a file at the root. */
function folderOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : "";
}

/** An import that breaks the rule, as a line. */
export function faultLines(imports: readonly Import[]): readonly string[] {
  return imports.flatMap((each) => {
    const fault = faultOf(each);
    return fault === undefined ? [] : [`${each.from} imports ${each.to}: ${fault}`];
  });
}
