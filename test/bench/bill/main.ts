// `node test/bench/bill/main.ts`: the bytes that BigQuery would bill for a first and for an hourly build. Nothing is billed: no account
// is used. `--statements 25` lists what costs most, `--write` puts the table into docs/scale.md. What follows `--` goes to
// `dbt build`.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { aligned } from "../../../loader/table.ts";
import { agesOfChanged, monthsTouched } from "./ages.ts";
import { answersIn, type RawRows } from "./answers.ts";
import { makeDesk } from "./desk.ts";
import { writeIntoDocs } from "./docs.ts";
import { linesOf } from "./invoice.ts";
import { type MeasuredDesk, type MeasuredTable, measureDesk } from "./measure.ts";
import { type Invoice, statementTable, summaryTable, wasteTable } from "./report.ts";
import { hoursADay, newestMonths, now, Sizes } from "./scale.ts";
import { recordBuilds } from "./statements.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Conversations of the workspaces. */
    sizes: { type: "string", default: "100000,1000000,10000000" },
    /** Conversations of the two desks that are measured. */
    desks: { type: "string", default: "1000,4000" },
    /** A file that keeps what was measured of the desks for the next run. */
    measured: { type: "string" },
    /** Months that an hour's changes touch, instead of those that the generator's conversations do. */
    months: { type: "string" },
    /** How many statements of each build to list. */
    statements: { type: "string", default: "0" },
    write: { type: "boolean", default: false },
  },
});
const changesADayPerConversation = 0.01;
const daysSynced = 365;
/** What changes because the day is another one: only the first build of a day finds other rows. */
const changedByTheDay: ReadonlySet<string> = new Set([
  "int_workspace_dates",
  "int_churn_cutoffs",
  "int_account_spells",
  "int_phrase_windows",
]);
const folder = mkdtempSync(join(tmpdir(), "bill-"));

try {
  const invoices = await makeInvoices();
  const table = summaryTable(invoices);
  process.stdout.write(`\nGigabytes that BigQuery bills a build\n${aligned(table)}\n`);
  for (const invoice of Number(values.statements) > 0 ? invoices : []) {
    process.stdout.write(
      `\n${invoice.build} build of ${invoice.conversations} conversations\n${aligned(statementTable(invoice, Number(values.statements)))}\n`,
    );
    process.stdout.write(`\n${aligned(wasteTable(invoice))}\n`);
  }
  if (values.write) writeIntoDocs(table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function makeInvoices(): Promise<readonly Invoice[]> {
  const desks = await measuredDesks();
  const sizes = values.sizes.split(",").map(Number);
  const ages = agesOfChanged();
  const [, { tables }] = desks;
  const modelsOf = (those: readonly MeasuredTable[]) => new Set(those.map(({ name }) => name.split(".")[1] ?? ""));
  const losing = modelsOf(tables.filter(({ vanished }) => vanished > 0));
  const changing = modelsOf(tables.filter(({ isChanged }) => isChanged));
  const found = { now, losesRows: (model: string) => losing.has(model) };
  /** A raw table that a day's sync of the measured desk added to has more rows in each build. */
  const rawTables = (build: number): readonly RawRows[] =>
    tables
      .filter(({ name }) => name.startsWith("raw."))
      .map(({ name, rows, rowsAfter }) => ({
        name: name.slice("raw.".length),
        rows: rows + build * (rowsAfter - rows),
      }));
  const monthsAt = (conversations: number): number =>
    Number(values.months ?? monthsTouched(ages, (conversations * changesADayPerConversation) / hoursADay));
  const changesAt = (conversations: number): number =>
    Math.ceil((conversations * changesADayPerConversation) / hoursADay);
  /** Two builds of each size follow the first build: the first one of a day, and one of a later hour. */
  const followed = [...new Set(sizes)].flatMap((conversations) => [conversations, conversations]);
  const versionIn = (build: number) => (model: string) => {
    if (!changing.has(model)) return "0";
    return String(changedByTheDay.has(model) ? build - ((build + 1) % 2) : build);
  };
  const recording = await recordBuilds(
    join(folder, "dbt"),
    positionals.length > 0 ? positionals : ["--exclude-resource-type", "unit_test"],
    [
      answersIn({ ...found, months: [], changes: 0, rawTables: rawTables(0), versionOf: () => "0" }),
      ...followed.map((conversations, index) =>
        answersIn({
          ...found,
          months: newestMonths(monthsAt(conversations)),
          changes: changesAt(conversations),
          rawTables: rawTables(index + 1),
          versionOf: versionIn(index + 1),
        }),
      ),
    ],
  );
  return sizes.flatMap((conversations): Invoice[] => {
    const changesADay = conversations * changesADayPerConversation;
    const priced = (build: Invoice["build"], days: number, statements: typeof recording.first): Invoice => {
      const sizesOf = new Sizes(desks, { conversations, changesADay, daysSynced: days }, recording);
      return { conversations, build, lines: linesOf(statements, (relation) => sizesOf.of(relation)) };
    };
    const at = followed.indexOf(conversations);
    return [
      priced("first", 0, recording.first),
      priced("hourly", daysSynced, recording.following[at + 1] ?? []),
      priced("first of a day", daysSynced, recording.following[at] ?? []),
    ];
  });
}

async function measuredDesks(): Promise<readonly [MeasuredDesk, MeasuredDesk]> {
  if (values.measured !== undefined && existsSync(values.measured))
    return JSON.parse(readFileSync(values.measured, "utf8")) as [MeasuredDesk, MeasuredDesk];
  const [small = 0, large = 0] = values.desks.split(",").map(Number);
  const desks = [await measured(small), await measured(large)] as const;
  if (values.measured !== undefined) writeFileSync(values.measured, JSON.stringify(desks));
  return desks;
}

async function measured(conversations: number): Promise<MeasuredDesk> {
  const desk = await makeDesk(mkdtempSync(join(folder, "desk-")), conversations);
  return measureDesk(desk, conversations);
}
