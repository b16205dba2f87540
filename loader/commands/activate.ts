import type { Command } from "commander";
import { readAttioSettings, readConfig, readPostHogSettings } from "../config.ts";
import { jsonLinesLog, realEffects } from "../effects.ts";
import { ConfigError } from "../errors.ts";
import { readMoment, readWholeNumber } from "../flags.ts";

type Flags = Readonly<Record<string, unknown>>;

/**
 * `activate posthog|attio`, on the command line.
 * @param interrupt makes the signal that fires when the user wants the run to end
 */
export function addActivateCommand(program: Command, environmentHelp: string, interrupt: () => AbortSignal): void {
  const activate = program
    .command("activate")
    .description("Tell PostHog or Attio of each closed ticket, once (docs/activation.md).");
  withCommonFlags(activate.command("posthog"))
    .description("Send the event support_ticket_closed for each closed ticket.")
    .option(
      "--no-person-profiles",
      "make no profiles of persons; PostHog then has no companies (groups) of them either",
    )
    .option("--send-again", "also what was sent before, the same again: PostHog keeps one of each (docs/activation.md)")
    .addHelpText("after", environmentHelp)
    .action((flags: Flags) => run("posthog", flags, interrupt));
  withCommonFlags(activate.command("attio"))
    .description("Write a record for each closed ticket, linked to the person and the company.")
    .option("--as <kind>", "activity, record (of a custom object) or note (on the person)", "activity")
    .option("--setup", "say what the workspace lacks for that, and make it; with --dry-run only say it")
    .option("--create-people", "make the people who are missing, by their email")
    .option("--writes-per-second <number>", "Attio takes 25; fewer leave room for other apps", "25")
    .addHelpText("after", environmentHelp)
    .action((flags: Flags) => run("attio", flags, interrupt));
}

function withCommonFlags(command: Command): Command {
  return command
    .option("--dry-run", "send nothing; print how many would be sent, and the first of them")
    .option("--since <time>", "only tickets closed since (default: all)")
    .option("--limit <number>", "at most so many (default: all)")
    .option("--retry-rejected", "try again what was rejected, although it has not changed")
    .option("--json", "print the summary as JSON");
}

async function run(name: "posthog" | "attio", flags: Flags, interrupt: () => AbortSignal): Promise<void> {
  const { activate } = await import("../activate/activate.ts");
  const config = readConfig();
  const options = {
    isDryRun: flags["dryRun"] === true,
    isRetrying: flags["retryRejected"] === true,
    isSendingAgain: flags["sendAgain"] === true,
    since: readSince(flags["since"]),
    limit: flags["limit"] === undefined ? undefined : readWholeNumber("--limit", flags["limit"]),
    isJson: flags["json"] === true,
  };
  const isTerminal = process.stderr.isTTY === true;
  const destination =
    name === "posthog"
      ? { name, settings: readPostHogSettings(), hasPersonProfiles: flags["personProfiles"] !== false }
      : {
          name,
          settings: readAttioSettings(),
          mode: readMode(flags["as"]),
          isSettingUp: flags["setup"] === true,
          isCreatingPeople: flags["createPeople"] === true,
          writesPerSecond: readWholeNumber("--writes-per-second", flags["writesPerSecond"]),
        };
  process.exitCode = await activate({
    config,
    destination,
    options,
    effects: realEffects(isTerminal ? () => undefined : jsonLinesLog((line) => process.stderr.write(line), Date.now)),
    signal: interrupt(),
    say: (line) => process.stdout.write(`${line}\n`),
    ...(isTerminal ? { terminal: process.stderr } : {}),
  });
}

function readSince(flag: unknown): number | undefined {
  if (typeof flag !== "string") return undefined;
  const since = readMoment("--since", flag);
  if (since * 1000 > Date.now()) throw new ConfigError("--since is in the future: no ticket is closed since then.");
  return since;
}

function readMode(flag: unknown): "activity" | "record" | "note" {
  if (flag === "activity" || flag === "record" || flag === "note") return flag;
  throw new ConfigError("--as must be activity, record or note.");
}
