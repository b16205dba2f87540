import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bigQueryAt, runDbt, targetFolder } from "../../dbt/command.ts";
import { GoogleSqlAnalyzer } from "../../dbt/googlesql.ts";
import { rawTablesIn } from "../../dbt/raw-googlesql.ts";
import { AnalyzingBigQuery, type SentStatement } from "../../parity/analyzing-bigquery.ts";
import { KeptRows } from "./kept-rows.ts";
import { nodeOf } from "./nodes.ts";
import { partitioningOf, type Work, workOf } from "./work.ts";

/** What made dbt send a statement: a model by its layer, a test, a test that runs once a day, or nothing of the project's graph. */
export type Kind = "staging" | "intermediate" | "marts" | "tests" | "daily tests" | "bookkeeping";

/** Tests with this tag run in one build a day (`make build CHECKS=all`). */
export const dailyTag = "daily";

/** A statement that dbt sent, and what of it BigQuery bills. */
export type BilledStatement = {
  readonly kind: Kind;
  /** The model or test that it was sent for; `build` for what surrounds them all. */
  readonly name: string;
  /** Such as `create`, `merge`, `delete`, `ask`. */
  readonly does: string;
  readonly sql: string;
  readonly work: Work;
};

/** A question that dbt asks while it compiles: its rows go into the statements that follow, as constants. */
export type Question = { readonly model: string; readonly sql: string; readonly columns: readonly string[] };
export type Answers = (question: Question) => readonly (readonly (string | null)[])[] | undefined;

export type Recording = {
  /** The statements of a build of all models in a warehouse that has none yet. */
  readonly first: readonly BilledStatement[];
  /** Those of one more build for each way of answering. */
  readonly following: readonly (readonly BilledStatement[])[];
  /** By table, the column whose months partition it. */
  readonly partitionColumns: ReadonlyMap<string, string>;
  /** Tables that others were copied from: they have all rows, also where their name says that they are temporary. */
  readonly copied: ReadonlySet<string>;
  /** When the builds began, in seconds since 1970: what they record of themselves has the day of the machine's clock. */
  readonly recordedAt: number;
};

type ManifestNode = {
  readonly resource_type: string;
  readonly name: string;
  readonly path: string;
  readonly tags: readonly string[];
};
type Manifest = { readonly nodes: Readonly<Record<string, ManifestNode>> };
/** What dbt says that it ran. */
type RunResults = { readonly results: readonly { readonly unique_id: string; readonly status: string }[] };

const complaintsShownMax = 10;
const complaintLengthMax = 600;
const project = "test";
const versionsTable = "_model_versions";
const makesRelation = /\bcreate (?:or replace )?(table|view)(?: if not exists)? (`\S+`)/i;
const copiesTable = /\bcreate (?:or replace )?table `\S+` (?:copy|clone) (`\S+`)/i;
/** dbt begins each statement with a comment that names the node. */
const nodeComment = /^\s*\/\*.*?"node_id": "([^"]+)"/;

/**
 * Runs dbt against a double of BigQuery that has no rows, and records what dbt sends: models, MERGEs, hooks, tests, questions. No list of
 * statements is kept by hand, so none can be forgotten.
 * @param buildArguments what a build runs beside `build`
 * @param answers to the questions that dbt asks in the first build, and in each that follows
 */
export async function recordBuilds(
  workFolder: string,
  buildArguments: readonly string[],
  answers: readonly [Answers, ...Answers[]],
): Promise<Recording> {
  const analyzer = await GoogleSqlAnalyzer.start();
  const recordedAt = Math.floor(Date.now() / 1000);
  const sent: SentStatement[] = [];
  const kept = new KeptRows();
  const [firstAnswers, ...followingAnswers] = answers;
  let answer = firstAnswers;
  const double = await AnalyzingBigQuery.start(analyzer, rawTablesIn(`${project}.raw`), (statement) => {
    sent.push(statement);
    kept.take(statement.sql);
    const question = questionOf(statement);
    return kept.answer(withoutComment(question.sql)) ?? answer(question);
  });
  const build = async (): Promise<readonly SentStatement[]> => {
    const { exitCode, output } = await runDbt(
      ["build", ...buildArguments],
      workFolder,
      { ...bigQueryAt(double.url), CHECKS: "new" },
      {
        isRecorded: true,
      },
    );
    if (double.complaints.length > 0) throw new Error(shownComplaints(double.complaints));
    if (exitCode !== 0) throw new Error(`dbt ended with ${exitCode}:\n${output.slice(-4000)}`);
    return sent.splice(0);
  };
  const readTarget = async <T>(name: string): Promise<T> =>
    JSON.parse(await readFile(join(targetFolder(workFolder), name), "utf8")) as T;
  try {
    const first = await build();
    const { results } = await readTarget<RunResults>("run_results.json");
    const forgotten = forgottenNodes(first, results);
    if (forgotten.length > 0) throw new Error(`nothing was recorded of ${forgotten.join(", ")}`);
    const following: (readonly SentStatement[])[] = [];
    for (const each of followingAnswers) {
      answer = each;
      following.push(await build());
    }
    const resolver = new Resolver(analyzer, await readTarget<Manifest>("manifest.json"));
    return {
      first: await resolver.resolveAll(first),
      following: await Promise.all(following.map((statements) => resolver.resolveAll(statements))),
      partitionColumns: resolver.partitionColumns,
      copied: resolver.copied,
      recordedAt,
    };
  } finally {
    await double.close();
    analyzer.stop();
  }
}

/** Turns statements into what they read; views are remembered from the statements that made them. */
class Resolver {
  readonly partitionColumns = new Map<string, string>();
  readonly copied = new Set<string>();
  readonly #views = new Map<string, unknown>();
  readonly #analyzer: GoogleSqlAnalyzer;
  readonly #nodes: Manifest["nodes"];

  constructor(analyzer: GoogleSqlAnalyzer, manifest: Manifest) {
    this.#analyzer = analyzer;
    this.#nodes = manifest.nodes;
  }

  async resolveAll(statements: readonly SentStatement[]): Promise<readonly BilledStatement[]> {
    const billed: BilledStatement[] = [];
    for (const statement of statements) billed.push(await this.#resolve(statement));
    return billed;
  }

  async #resolve({ sql, tables }: SentStatement): Promise<BilledStatement> {
    const statement = await this.#analyzer.resolve(sql, tables);
    const made = makesRelation.exec(sql);
    const name = made?.[2]?.replaceAll("`", "");
    const partitioning = partitioningOf(statement);
    const source = copiesTable.exec(sql)?.[1];
    if (source !== undefined) this.copied.add(source.replaceAll("`", ""));
    if (name !== undefined && made?.[1]?.toLowerCase() === "view") this.#views.set(name, statement);
    if (name !== undefined && partitioning) this.partitionColumns.set(name, partitioning.column);
    const node = this.#nodes[nodeIdOf(sql)];
    const work = workOf(statement, (relation) => this.#views.get(relation));
    return { kind: kindOf(node, sql), name: node?.name ?? "build", does: verbOf(statement), sql, work };
  }
}

/** The models and data tests of a first build that sent no statement of their own; a model sends one that makes its relation. */
export function forgottenNodes(
  statements: readonly { readonly sql: string }[],
  results: RunResults["results"],
): readonly string[] {
  const sqlOf = Map.groupBy(statements, ({ sql }) => nodeIdOf(sql));
  return results
    .map(({ unique_id }) => unique_id)
    .filter((id) => id.startsWith("model.") || id.startsWith("test."))
    .filter((id) => !sqlOf.get(id)?.some(({ sql }) => id.startsWith("test.") || makesRelation.test(sql)));
}

function shownComplaints(complaints: readonly string[]): string {
  return complaints
    .slice(0, complaintsShownMax)
    .map((each) => each.slice(0, complaintLengthMax))
    .join("\n\n");
}

function questionOf({ sql, columns }: SentStatement): Question {
  return { model: nodeIdOf(sql).split(".").at(-1) ?? "", sql, columns: columns.map(({ name }) => name) };
}

/** A statement without the comment that dbt begins it with. */
export function withoutComment(sql: string): string {
  return sql.replace(/^\s*\/\*[\s\S]*?\*\/\s*/, "").trim();
}

function nodeIdOf(sql: string): string {
  return nodeComment.exec(sql)?.[1] ?? "";
}

function kindOf(node: ManifestNode | undefined, sql: string): Kind {
  if (node === undefined || sql.includes(versionsTable)) return "bookkeeping";
  if (node.resource_type === "test") return node.tags.includes(dailyTag) ? "daily tests" : "tests";
  const [layer] = node.path.split("/");
  if (layer === "staging" || layer === "intermediate" || layer === "marts") return layer;
  return "bookkeeping";
}

function verbOf(statement: unknown): string {
  const verbs: Readonly<Record<string, string>> = {
    resolvedQueryStmtNode: "ask",
    resolvedCreateTableAsSelectStmtNode: "create",
    resolvedCreateTableStmtNode: "create",
    resolvedCreateViewStmtNode: "view",
    resolvedMergeStmtNode: "merge",
    resolvedDeleteStmtNode: "delete",
    resolvedInsertStmtNode: "insert",
  };
  const { kind } = nodeOf(statement);
  return verbs[kind] ?? kind;
}
