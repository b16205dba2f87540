import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addActivateCommand } from "./commands/activate.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { reportError } from "./commands/error-report.ts";
import { addExportCommand } from "./commands/export.ts";
import { exitCodeHelp, optionHelp } from "./commands/help.ts";
import { addPurgeCommand } from "./commands/purge.ts";
import { addReplayCommand } from "./commands/replay.ts";
import { addReportCommand } from "./commands/report.ts";
import { addSnapshotCommand } from "./commands/snapshot.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addSyncCommand } from "./commands/sync.ts";
import { readSecrets } from "./config.ts";
import { exitCodes } from "./errors.ts";
import { writeForOwnerAlone } from "./private-files.ts";
import { withoutSecrets } from "./secrets.ts";
import { flushed, outputFailed, watchStandardStreams } from "./standard-streams.ts";

/** The command line. Nothing runs before it is parsed: docs/configuration.md is made from it too. */
export const program = new Command("loader")
  .description("Load Intercom conversations into a warehouse, each exactly once.")
  .version(packageJson.version, "--version", "print the version")
  .option(
    "--debug",
    "when a command fails, print the stacks of the error and of its causes; works behind the command too",
  )
  .configureHelp({ showGlobalOptions: true, optionDescription: optionHelp })
  .addHelpText("after", exitCodeHelp())
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(`loader: ${withoutSecrets(text.replace(/^error: /, ""), readSecrets())}`),
  });

addSyncCommand(program);
addReplayCommand(program);
addExportCommand(program);
addReportCommand(program);
addSnapshotCommand(program);
addStatusCommand(program);
addDoctorCommand(program);
addActivateCommand(program);
addPurgeCommand(program);

/** Runs one command, and ends the process with its exit code. */
function main(): void {
  writeForOwnerAlone();
  const standardStreams = watchStandardStreams(process.stdout, process.stderr);
  const report = (error: unknown): number => reportError(error, program.opts()["debug"] === true);

  /** Ends the process once its output is out. A reader who has gone changes no exit code; a full disk does. */
  async function end(exitCode: number): Promise<void> {
    await flushed(process.stdout);
    const failure = standardStreams.failure();
    const isGood = exitCode === exitCodes.done || exitCode === exitCodes.rejected;
    const lastCode = failure !== undefined && isGood ? report(outputFailed(failure)) : exitCode;
    await flushed(process.stderr);
    process.exit(lastCode);
  }

  process.on("uncaughtException", (error) => void end(report(error)));
  program.parseAsync().then(
    () => end(Number(process.exitCode ?? exitCodes.done)),
    (error: unknown) => end(report(error)),
  );
}

if (import.meta.main) main();
