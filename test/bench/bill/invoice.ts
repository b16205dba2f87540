import { bill, type TableBill, type TableSize, totalBytes } from "./price.ts";
import type { BilledStatement, Kind } from "./statements.ts";

/** A statement with what it is billed. */
export type Line = {
  readonly statement: BilledStatement;
  readonly tables: readonly TableBill[];
  readonly bytes: number;
};

/** The kinds of statements in every build. */
export const kinds: readonly Kind[] = ["staging", "intermediate", "marts", "bookkeeping", "tests"];

export function linesOf(statements: readonly BilledStatement[], sizeOf: (table: string) => TableSize): readonly Line[] {
  return statements.map((statement) => {
    const tables = bill(statement.work, sizeOf);
    return { statement, tables, bytes: totalBytes(tables) };
  });
}

export function bytesOf(lines: readonly Line[], kind?: Kind): number {
  return lines.reduce((sum, line) => (kind === undefined || line.statement.kind === kind ? sum + line.bytes : sum), 0);
}

/** The lines that cost most, first. */
export function dearest(lines: readonly Line[], count: number): readonly Line[] {
  return lines.toSorted((a, b) => b.bytes - a.bytes).slice(0, count);
}
