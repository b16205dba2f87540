// The generated parts of docs/configuration.md and of the README. `npx node test/project/configuration.ts` writes them again.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { program } from "../../loader/cli.ts";
import { defaultOf, isEnding } from "../../loader/commands/help.ts";
import { type EnvironmentGroup, environmentGroups, variablesOf } from "../../loader/environment.ts";
import { exitCodeMeanings } from "../../loader/errors.ts";
import { streamNames, streamOf } from "../../loader/extract/streams.ts";
import { repository } from "../tools/repository.ts";

export const page = join(repository, "docs/configuration.md");
export const readme = join(repository, "README.md");

const groupTitles: Readonly<Record<EnvironmentGroup, string>> = {
  intercom: "Intercom (`sync`, `doctor`)",
  privacy: "Personal data (`sync`, `replay`, `purge`; docs/privacy.md)",
  warehouse: "The warehouse (every command, and dbt)",
  bigQuery: "BigQuery (every command, and dbt, with `WAREHOUSE=bigquery`)",
  postHog: "PostHog (`activate posthog`)",
  attio: "Attio (`activate attio`)",
  dbt: "dbt (`doctor`, and `make build`)",
  proxy: "HTTP proxies (every command)",
};

/** The page with its generated parts as the loader has them. Errors: Error when the page lacks a marker. */
export function generated(text: string): string {
  const parts = { flags: flagTables(), environment: environmentTables(), "exit codes": exitCodeTable() };
  return Object.entries(parts).reduce((whole, [name, part]) => withPart(whole, name, part), text);
}

/** The README with its table of streams as the loader has it. Errors: Error when the README lacks a marker. */
export function generatedReadme(text: string): string {
  return withPart(text, "streams", streamTable());
}

function streamTable(): string {
  const rows = streamNames.map((name) => {
    const { endpoint, scope, requests, isOnDemand } = streamOf(name);
    return [`\`${name}\``, `\`${endpoint}\``, scope, `${requests}${isOnDemand === true ? "; on demand" : ""}`];
  });
  return table(["stream", "endpoint", "permission", "requests of a run"], rows);
}

function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page lacks ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
}

function flagTables(): string {
  const every = `### Every command\n\n${flagTable(program.options)}`;
  return [every, ...runnable(program, []).map(flagsOf)].join("\n\n");
}

/** The commands that do something: `activate` alone does nothing, `activate posthog` does. */
function runnable(command: Command, before: readonly string[]): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((each) => {
    const words = [...before, each.name()];
    return each.commands.length > 0 ? runnable(each, words) : [[words.join(" "), each] as const];
  });
}

function flagsOf([name, command]: readonly [string, Command]): string {
  const words = command.registeredArguments.map((argument) => ` <${argument.name()}>`).join("");
  return `### \`${name}${words}\`\n\n${command.description()}\n\n${flagTable(command.options)}`;
}

function flagTable(options: readonly Option[]): string {
  const rows = options.map((option) => [
    `\`${option.flags}\``,
    option.description,
    isEnding(option) ? "" : defaultOf(option),
  ]);
  return table(["flag", "what for", "default"], rows);
}

function environmentTables(): string {
  return environmentGroups
    .map((group) => {
      const rows = variablesOf(group).map(({ name, purpose, without }) => [`\`${name}\``, purpose, without]);
      return `### ${groupTitles[group]}\n\n${table(["variable", "what for", "default"], rows)}`;
    })
    .join("\n\n");
}

function exitCodeTable(): string {
  return table(["exit code", "meaning"], Object.entries(exitCodeMeanings));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`.replaceAll("|  |", "| |");
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

if (import.meta.main) {
  writeFileSync(page, generated(readFileSync(page, "utf8")));
  writeFileSync(readme, generatedReadme(readFileSync(readme, "utf8")));
}
