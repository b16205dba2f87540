import { spawn } from "node:child_process";
import { join } from "node:path";
import { repository } from "../tools/repository.ts";

const python = join(repository, ".venv-metricflow/bin/python");
const outputShown = 4000;

/** What `mf query` is given: names of metrics, of what they are grouped by, and conditions. */
export type Question = {
  readonly metrics: readonly string[];
  readonly group_by?: readonly string[];
  readonly where?: readonly string[];
};

export type AnswerRow = Readonly<Record<string, string | number | boolean | null>>;

/** The rows of each question, and what is wrong with the semantic models in this warehouse. */
export type Answers = { readonly answers: readonly (readonly AnswerRow[])[]; readonly issues: readonly string[] };

/** Asks MetricFlow about a DuckDB file. `manifestPath` is dbt's semantic_manifest.json. Errors: what Python said. */
export async function askMetrics(
  manifestPath: string,
  warehousePath: string,
  questions: readonly Question[],
): Promise<Answers> {
  // ask.py's own format.
  return (await ask([manifestPath, warehousePath], questions)) as Answers;
}

/** The statements by which BigQuery would be asked these questions, and for every metric by month. Errors: what Python said. */
export async function statementsForBigQuery(
  manifestPath: string,
  questions: readonly Question[],
): Promise<readonly string[]> {
  // ask.py's own format.
  const { answers } = (await ask([manifestPath], questions)) as { readonly answers: readonly string[] };
  return answers;
}

async function ask(args: readonly string[], questions: readonly Question[]): Promise<unknown> {
  const child = spawn(python, [join(import.meta.dirname, "ask.py"), ...args], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stdin.on("error", () => undefined).end(JSON.stringify(questions));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error("no Python with MetricFlow: run make test", { cause })));
    child.once("close", resolve);
  });
  if (exitCode !== 0) throw new Error(`ask.py ended with ${exitCode}: ${said.slice(-outputShown)}`);
  return JSON.parse(printed);
}
