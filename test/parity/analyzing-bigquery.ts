import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  type GoogleSqlAnalyzer,
  type GoogleSqlColumn,
  type GoogleSqlTable,
  googleSqlTypes,
  typeName,
} from "../dbt/googlesql.ts";
import { bodyOf, idIn, type Json, parsed, propertyOf } from "../fake/bigquery/body.ts";

const project = "test";
/** BigQuery takes this for INT64, the analyzer does not know it; contracts have it, since DuckDB does. */
const bigInt = /\bbigint\b/gi;
/** BigQuery knows a table by the last part of its name; here, where the whole is one name, that has to be said. */
const deletion = /\bdelete from (`[^`]+`\.`[^`]+`\.`([^`]+)`)/i;
/** How the models' versions are stored and read back: dbt builds in full what has none. */
const versionStored = /\binsert into [^\n]*_model_versions[^)]*\)\s*values \(\s*'([^']*)',\s*'([^']*)',\s*'([^']*)'/i;
const versionsRead = /^\s*(?:\/\*[\s\S]*?\*\/\s*)?select model_name, logic, column_names from [^\n]*_model_versions/i;
/** dbt asks how many rows an INSERT brought. */
const insertion = /^\s*(?:\/\*[\s\S]*?\*\/\s*)?insert into /i;
const insertedOne = { statementType: "INSERT", numDmlAffectedRows: "1" };
/** BigQuery's answers name some types otherwise than its SQL does. */
const apiTypes: Readonly<Record<string, string>> = { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN" };

/**
 * A double of BigQuery for dbt that has no rows but the models' versions: it takes every statement that dbt sends, has the GoogleSQL analyzer
 * look at it, and remembers the tables that statements make, with their columns. So dbt goes through a whole build, the
 * statements around the models included: DDL, MERGE, what its hooks run.
 */
export class AnalyzingBigQuery {
  readonly url: string;
  /** Every statement that was sent, and in words what is wrong with some. */
  readonly statements: string[] = [];
  readonly complaints: string[] = [];
  /** What was made, loaded or removed without a statement: the dataset and, where there is one, the table. */
  readonly changed: string[] = [];
  /** The fields that a table was last described with, by full name. */
  readonly described = new Map<string, unknown>();
  readonly close: () => Promise<void>;
  readonly #analyzer: GoogleSqlAnalyzer;
  readonly #onStatement: StatementListener | undefined;
  /** By full name. */
  readonly #tables = new Map<string, readonly GoogleSqlColumn[]>();
  readonly #views = new Set<string>();
  /** The last seed's load job. Queries are done when they are answered: nobody looks at their jobs. */
  #load: Json | undefined;
  readonly #results = new Map<string, Result>();
  /** By model: its logic version and its columns. */
  readonly #versions = new Map<string, readonly string[]>();

  private constructor(
    analyzer: GoogleSqlAnalyzer,
    onStatement: StatementListener | undefined,
    url: string,
    close: () => Promise<void>,
  ) {
    this.#analyzer = analyzer;
    this.#onStatement = onStatement;
    this.url = url;
    this.close = close;
  }

  /**
   * @param tables those that are there from the start, by `project.dataset.table`
   * @param onStatement told of each statement that is GoogleSQL; may give the rows of its answer
   */
  static async start(
    analyzer: GoogleSqlAnalyzer,
    tables: readonly GoogleSqlTable[],
    onStatement?: StatementListener,
  ): Promise<AnalyzingBigQuery> {
    let double: AnalyzingBigQuery | undefined;
    const server = createServer((request, response) => {
      double?.serve(request, response).catch((error: unknown) => {
        double?.complaints.push(String(error));
        answer(response, 501, { error: { code: 501, message: String(error) } });
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    double = new AnalyzingBigQuery(analyzer, onStatement, `http://127.0.0.1:${address.port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    for (const { name, columns } of tables) double.#tables.set(name, columns);
    return double;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    if (pathname.startsWith("/upload/")) return this.#upload(request, response);
    const path = pathname.replace(`/bigquery/v2/projects/${project}/`, "");
    const method = request.method ?? "GET";
    const body = await bodyOf(request);
    const [kind = "", dataset = "", child = "", table] = path.split("/");
    if (kind === "jobs" && method === "POST") return answer(response, 200, await this.#job(parsed(body)));
    if (kind === "jobs") return answer(response, 200, this.#load ?? {});
    if (kind === "queries") return answer(response, 200, this.#rows(dataset));
    if (kind !== "datasets") throw new Error(`an unplanned request: ${method} ${pathname}`);
    if (method !== "GET") this.changed.push(table === undefined ? dataset : `${dataset}.${table}`);
    if (child === "") return answer(response, 200, this.#dataset(dataset));
    if (child === "routines" && table === undefined) return answer(response, 200, { routines: [] });
    if (table === undefined) return answer(response, 200, { tables: this.#tablesOf(dataset) });
    const name = `${project}.${dataset}.${table}`;
    if (method === "DELETE") this.#tables.delete(name);
    if (method === "PATCH") this.described.set(name, propertyOf(propertyOf(parsed(body), "schema"), "fields"));
    const columns = child === "routines" ? undefined : this.#tables.get(name);
    if (columns === undefined && method !== "DELETE")
      return answer(response, 404, { error: { code: 404, message: `Not found: Table ${name}`, status: "NOT_FOUND" } });
    return answer(response, 200, { ...this.#resource(name), schema: schemaOf(columns ?? []) });
  }

  /** A seed: first what it is to become, and then its rows, of which nothing is kept. */
  async #upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (request.method === "PUT") return answer(response, 200, this.#load ?? {});
    const job = parsed(body);
    this.#load = { ...job, status: { state: "DONE" } };
    const load = propertyOf(job["configuration"], "load");
    const target = propertyOf(load, "destinationTable");
    const fields = propertyOf(propertyOf(load, "schema"), "fields");
    const columns = (Array.isArray(fields) ? fields : []).map((field: unknown) => columnOf(field));
    this.#tables.set(["projectId", "datasetId", "tableId"].map((key) => idIn(target, key)).join("."), columns);
    this.changed.push(`${idIn(target, "datasetId")}.${idIn(target, "tableId")}`);
    response.setHeader("location", `${this.url}/upload/rows`);
    return answer(response, 200, {});
  }

  async #job(request: Json): Promise<Json> {
    const sql = String(propertyOf(propertyOf(request["configuration"], "query"), "query"));
    const jobId = idIn(request["jobReference"], "jobId");
    this.statements.push(sql);
    const understood = sql.replaceAll(bigInt, "int64").replace(deletion, "delete from $1 as $2");
    try {
      const tables = this.#knownTables();
      const columns = await this.#analyze(understood);
      const answered = this.#onStatement?.({ sql: understood, tables, columns });
      this.#results.set(jobId, { columns, rows: answered ?? this.#versionsOf(sql) });
    } catch (error) {
      this.complaints.push(`${error instanceof Error ? error.message : String(error)} in: ${sql}`);
    }
    return finished(jobId, sql);
  }

  /** The columns that a query gives; none for another statement. */
  async #analyze(sql: string): Promise<readonly GoogleSqlColumn[]> {
    const tables = this.#knownTables();
    const [, emptyTable, fields] =
      /^\s*(?:\/\*[\s\S]*?\*\/\s*)?create table (`\S+`)\s*\(([^()]*)\)\s*$/i.exec(sql) ?? [];
    if (emptyTable !== undefined && fields !== undefined) {
      const columns = fields.split(",").map((field) => field.trim().replaceAll("`", "").split(/\s+/));
      const typed = columns.map(([name, type]) => columnOf({ name, type }));
      this.#tables.set(emptyTable.replaceAll("`", ""), typed);
      return [];
    }
    const made = madeBy(sql);
    if (made !== undefined) {
      this.#tables.set(made.name, await this.#analyzer.analyze(made.query, tables));
      if (made.isView) this.#views.add(made.name);
    }
    return this.#analyzer.analyze(sql, tables).catch((error: unknown) => {
      // It says so only of what it has understood.
      if (error instanceof Error && error.message === "not a query") return [];
      throw error;
    });
  }

  #knownTables(): readonly GoogleSqlTable[] {
    return [...this.#tables].map(([name, columns]) => ({ name, columns }));
  }

  /** Stores a model's version, or gives all that are stored, as the rows of the answer. */
  #versionsOf(sql: string): readonly (readonly string[])[] {
    const [, name, ...version] = versionStored.exec(sql) ?? [];
    if (name !== undefined) this.#versions.set(name, version);
    return versionsRead.test(sql) ? [...this.#versions].map(([model, stored]) => [model, ...stored]) : [];
  }

  #rows(jobId: string): Json {
    const { columns, rows } = this.#results.get(jobId) ?? { columns: [], rows: [] };
    return {
      jobComplete: true,
      jobReference: { projectId: project, jobId },
      totalRows: String(rows.length),
      schema: schemaOf(columns),
      rows: rows.map((row) => ({ f: row.map((v) => ({ v })) })),
    };
  }

  #dataset(name: string): Json {
    const names = [...new Set([...this.#tables.keys()].map((table) => table.split(".")[1]))];
    const described = (datasetId: string | undefined): Json => ({
      datasetReference: { projectId: project, datasetId },
    });
    return name === "" ? { datasets: names.map(described) } : described(name);
  }

  #tablesOf(dataset: string): readonly Json[] {
    const prefix = `${project}.${dataset}.`;
    return [...this.#tables.keys()].filter((name) => name.startsWith(prefix)).map((name) => this.#resource(name));
  }

  #resource(name: string): Json {
    const [projectId, datasetId, tableId] = name.split(".");
    const type = this.#views.has(name) ? "VIEW" : "TABLE";
    return { id: tableId, type, tableReference: { projectId, datasetId, tableId } };
  }
}

/** A statement as the analyzer understands it, with the tables that were there. */
export type SentStatement = {
  readonly sql: string;
  readonly tables: readonly GoogleSqlTable[];
  /** Those that a query gives. */
  readonly columns: readonly GoogleSqlColumn[];
};

type Rows = readonly (readonly (string | null)[])[];
type StatementListener = (statement: SentStatement) => Rows | undefined;

type Result = { readonly columns: readonly GoogleSqlColumn[]; readonly rows: Rows };

type Made = { readonly name: string; readonly query: string; readonly isView: boolean };

/** The table or view that a statement makes, and the query that it makes it of. */
function madeBy(sql: string): Made | undefined {
  const [, kind, name] = /^\s*(?:\/\*[\s\S]*?\*\/\s*)?create or replace (table|view) (`\S+`)/i.exec(sql) ?? [];
  // dbt begins a line with it; descriptions, which come before, are on lines of their own.
  const as = /^\s*as\b[ \t]*(\(?)/m.exec(sql);
  if (name === undefined || as === null) return undefined;
  const rest = sql.slice(as.index + as[0].length).replace(/[\s;]*$/, "");
  const query = as[1] === "(" ? rest.replace(/\)$/, "") : rest;
  return { name: name.replaceAll("`", ""), query, isView: kind === "view" };
}

function schemaOf(columns: readonly GoogleSqlColumn[]): Json {
  const fields = columns.map(({ name, type }) => {
    const written = typeName(type);
    const element = /^ARRAY<(.*)>$/.exec(written)?.[1];
    const plain = element ?? written;
    return { name, type: apiTypes[plain] ?? plain, mode: element === undefined ? "NULLABLE" : "REPEATED" };
  });
  return { fields };
}

/** A column as a seed describes it. Errors: Error for a type that no seed has. */
function columnOf(field: unknown): GoogleSqlColumn {
  const written = idIn(field, "type").toUpperCase();
  const known = Object.entries(googleSqlTypes).find(([name]) => name === written || apiTypes[name] === written);
  if (known === undefined) throw new Error(`a seed's column of type ${written}`);
  return { name: idIn(field, "name"), type: known[1] };
}

function finished(jobId: string, sql: string): Json {
  return {
    jobReference: { projectId: project, jobId, location: "US" },
    configuration: { jobType: "QUERY", query: { query: sql } },
    status: { state: "DONE" },
    statistics: { query: { totalBytesProcessed: "0", ...(insertion.test(sql) ? insertedOne : {}) } },
  };
}

function answer(response: ServerResponse, status: number, json: Json): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
}
