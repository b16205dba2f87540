import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../tools/repository.ts";

const path = join(repository, "docs/scale.md");
const begin = "<!-- the bill: node test/bench/bill/main.ts --write -->\n";
const end = "<!-- end of the bill -->";

/** Puts the table between its two marks in docs/scale.md. */
export function writeIntoDocs(rows: readonly (readonly string[])[]): void {
  writeFileSync(path, withTable(readFileSync(path, "utf8"), rows));
}

/** Errors: Error when the text lacks the marks. */
export function withTable(text: string, rows: readonly (readonly string[])[]): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error("docs/scale.md has no place for the bill");
  return `${before}${begin}\n${markdown(rows)}\n\n${end}${after}`;
}

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...body.map(line)].join("\n");
}
