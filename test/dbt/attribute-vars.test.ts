import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { attributeVars, attributeWorkspace } from "./attribute-workspace.ts";
import { runDbt } from "./command.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";

const example = '{attribute: "Plan", column: plan, type: text}';
const plan = { attribute: "Plan", column: "plan", type: "text" };
const namesOnly = "Choose a name of lower-case letters, digits and _ that begins with a letter and is no word of SQL";

/** An entry that is wrong, after one that is right, and what dbt says of it: the problem, and what to do. */
const wrong: readonly (readonly [entry: unknown, problem: string, nextStep: string])[] = [
  ["Plan", "it is no map", `Write it as ${example}`],
  [{ column: "plan", type: "text" }, "`attribute` is missing", `Add it, as in ${example}`],
  [{ ...plan, attribute: "" }, "`attribute` is missing", `Add it, as in ${example}`],
  [{ attribute: "Plan", type: "text" }, "`column` is missing", `Add it, as in ${example}`],
  [{ attribute: "Plan", column: "plan" }, "`type` is missing", `Add it, as in ${example}`],
  [
    { ...plan, group_by: true },
    "`group_by` is no key of it",
    "Take the key out; the keys are attribute, column, type, group_support_daily",
  ],
  [{ ...plan, attribute: 12 }, "`attribute` is no text", "Put the name of the attribute in quotes"],
  [
    { ...plan, type: "float" },
    "`type` is float, which is no type of a column",
    "Choose text, number, boolean or timestamp",
  ],
  [{ ...plan, column: "Plan" }, "`column` is Plan, which is no name of a column", namesOnly],
  [{ ...plan, column: "plan name" }, "`column` is plan name, which is no name of a column", namesOnly],
  [{ ...plan, column: 'plan"; drop' }, '`column` is plan"; drop, which is no name of a column', namesOnly],
  [{ ...plan, column: "order" }, "`column` is order, which is no name of a column", namesOnly],
  [
    { ...plan, column: "first_one" },
    "an entry before it makes the column first_one too",
    "Give one of them another `column`",
  ],
  [{ ...plan, column: "state" }, "conversation_metrics has a column state of its own", "Choose another `column`"],
  [
    { ...plan, column: "backlog", group_support_daily: true },
    "support_daily has a column backlog of its own",
    "Choose another `column`",
  ],
  [
    { ...plan, group_support_daily: "yes" },
    "`group_support_daily` is neither true nor false",
    "Write true or false, without quotes",
  ],
  [
    { ...plan, type: "number", group_support_daily: true },
    "support_daily has no groups of type number",
    "Give it the type text, or take group_support_daily out",
  ],
];

/** Entries that look like one of the wrong ones. */
const right: readonly unknown[] = [
  ...attributeVars.conversation_attribute_columns,
  { ...plan, column: "backlog" },
  { ...plan, column: "ordering" },
  { ...plan, group_support_daily: false, type: "number" },
];

describe("a variable of attribute columns", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "attribute-vars-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, attributeWorkspace);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("is refused for each mistake, with what is wrong and what to do, and for nothing else", async () => {
    const inline =
      "{% for each in var('cases') %}CASE {{ problem_of_attribute_column('conversation_attribute_columns', each, ['first_one']) | tojson }}\n{% endfor %}";
    const cases = [...wrong.map(([entry]) => entry), ...right];
    const { exitCode, output } = await dbt(["--quiet", "compile", "--inline", inline], { cases });
    assert.equal(exitCode, 0, output);
    const said = output.split("\n").flatMap((line) => (line.startsWith("CASE ") ? [JSON.parse(line.slice(5))] : []));
    assert.deepEqual(said, [...wrong.map(([, problem, nextStep]) => [problem, nextStep]), ...right.map(() => null)]);
  });

  for (const [what, vars, message] of [
    [
      "that dbt sees at once",
      { contact_attribute_columns: [plan, { ...plan, type: "float" }] },
      /vars: contact_attribute_columns, entry 2 \(\{'attribute': 'Plan', 'column': 'plan', 'type': 'float'\}\): `type` is float, which is no type of a column\. Choose text, number, boolean or timestamp\./,
    ],
    [
      "that only the models' columns show",
      { company_attribute_columns: [{ ...plan, column: "plan_name" }] },
      /vars: company_attribute_columns, entry 1 \(.*\): companies has a column plan_name of its own\. Choose another `column`\./,
    ],
    [
      "of the whole",
      { ticket_attribute_columns: { Plan: plan } },
      /vars: ticket_attribute_columns: it is no list\. Write a list of entries, such as \[\{attribute: "Plan", column: plan, type: text\}\]\./,
    ],
  ] as const) {
    it(`stops dbt before it builds anything, for a mistake ${what}`, async () => {
      const { exitCode, output } = await dbt(["run"], vars);
      assert.notEqual(exitCode, 0);
      assert.match(output.replaceAll(/\n\s*/g, " "), message);
      const tables =
        "select table_name from duckdb_tables() where schema_name <> 'intercom_raw' and table_name <> '_model_versions'";
      assert.deepEqual(await readRows(duckdbPath, tables), []);
    });
  }

  function dbt(commandLine: readonly string[], vars: unknown) {
    return runDbt([...commandLine, "--vars", JSON.stringify(vars)], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: duckdbPath,
    });
  }
});
