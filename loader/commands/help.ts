import { type Command, Option } from "commander";
import { type EnvironmentGroup, environmentGroups, variablesOf } from "../environment.ts";
import { exitCodeMeanings, exitCodes } from "../errors.ts";

/** A flag that has no default value. @param without what the command does without the flag */
export function optional(flags: string, description: string, without: string): Option {
  return new Option(flags, description).default(undefined, without);
}

/** What a command takes for a flag that is not given. */
export function defaultOf(option: Option): string {
  if (option.defaultValueDescription !== undefined) return option.defaultValueDescription;
  return option.isBoolean() || option.negate ? "off" : String(option.defaultValue);
}

/** The flags of commander itself, which end the program: there is nothing to take without them. */
export function isEnding(option: Option): boolean {
  return option.long === "--help" || option.long === "--version";
}

/** The help of a flag, with its default. */
export function optionHelp(option: Option): string {
  return isEnding(option) ? option.description : `${option.description} [${defaultOf(option)}]`;
}

/** Adds the environment variables that a command reads, and the exit codes, behind its help. */
export function withEnvironment(command: Command, ...groups: readonly EnvironmentGroup[]): Command {
  const read = environmentGroups.filter((group) => group === "proxy" || groups.includes(group));
  return command.addHelpText("after", environmentHelp(read));
}

/** The variables and exit codes as the end of a help text. */
function environmentHelp(groups: readonly EnvironmentGroup[]): string {
  const variables = groups.flatMap(variablesOf);
  const width = Math.max(...variables.map(({ name }) => name.length));
  const lines = variables.map(
    ({ name, purpose, without }) => `  ${name.padEnd(width)}  ${purpose}${without === "" ? "" : ` [${without}]`}`,
  );
  return ["", "Environment (in brackets: the default):", ...lines, exitCodeHelp()].join("\n");
}

/** The exit codes as the end of a help text. */
export function exitCodeHelp(): string {
  const codes = Object.values(exitCodes).map((code) => `  ${String(code).padEnd(3)}  ${exitCodeMeanings[code]}`);
  return ["", "Exit codes:", ...codes].join("\n");
}
