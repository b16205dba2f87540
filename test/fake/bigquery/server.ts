import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { bodyOf, idIn, type Json, parsed, parts, propertyOf } from "./body.ts";
import { type Fault, type Route, strike } from "./faults.ts";
import { answerSql, removalOf } from "./sql.ts";

type StoredTable = { metadata: Json; etag: number; rows: Json[] };
type StoredJob = { readonly metadata: Json; polls: number };

export type FakeBigQueryOptions = {
  readonly location?: string;
  /** What is wrong with a row, if anything. */
  readonly refuses?: (row: Json, table: string) => string | undefined;
  /** Whether a job that failed by a row says where it begins. */
  readonly isPositionNamed?: boolean;
  /** A job is looked at this often before it is done. */
  readonly pollsUntilDone?: number;
  /** Whether the loader's queries are run; otherwise they find nothing but what `answers` has. */
  readonly isWithSql?: boolean;
  /** Runs every statement, and gives its rows: for those that change what is there. */
  readonly runs?: (sql: string) => Promise<readonly Json[]>;
};

/**
 * A double of BigQuery's REST API, as far as the loader uses it: datasets, tables with etags, load jobs by multipart
 * upload whose ids are taken for good, lookups of jobs by location. A query answers what the
 * test set. With `runs`, the loader's own queries run over the stored rows.
 */
export class FakeBigQuery {
  readonly url: string;
  readonly tables = new Map<string, StoredTable>();
  readonly jobIds: string[] = [];
  readonly queries: string[] = [];
  gzippedUploads = 0;
  requests = 0;
  /** Ids of earlier load jobs that still go on. */
  readonly running: string[] = [];
  /** Requests that no route is for. */
  readonly unplanned: string[] = [];
  readonly faults: Fault[] = [];
  /** Names and values of the rows that the next queries give. */
  readonly answers: (readonly Json[])[] = [];
  /** Asked before each answer is sent, when all that was asked is done: an answer waits for it. */
  holdAnswer: ((route: Route) => Promise<void>) | undefined;
  datasetLocation: string | undefined;
  /** What is granted on tables; everything unless told. */
  grantedPermissions: readonly string[] | undefined;
  readonly close: () => Promise<void>;
  readonly #options: FakeBigQueryOptions;
  readonly #jobs = new Map<string, StoredJob>();

  private constructor(options: FakeBigQueryOptions, url: string, close: () => Promise<void>) {
    this.#options = options;
    this.url = url;
    this.close = close;
  }

  static async start(options: FakeBigQueryOptions = {}): Promise<FakeBigQuery> {
    let fake: FakeBigQuery | undefined;
    const server = createServer((request, response) => {
      fake?.serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    fake = new FakeBigQuery(options, `http://127.0.0.1:${address.port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    return fake;
  }

  rowsOf(table: string): readonly Json[] {
    return this.tables.get(table)?.rows ?? [];
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const path = url.pathname.replace(/^\/(upload\/)?(bigquery\/v2\/)?/, "/");
    const isUpload = url.pathname.startsWith("/upload/");
    const method = request.method ?? "GET";
    const [route, name] = routeOf(path, isUpload);
    if (route === undefined) {
      this.unplanned.push(`${method} ${url.pathname}`);
      return answerError(response, 501, "notImplemented", "unplanned");
    }
    this.requests += 1;
    const fault = strike(this.faults, route, method);
    if (fault !== undefined && "cut" in fault && fault.cut === "before") {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined && "cut" in fault && fault.cut === "during") {
      await once(request, "data");
      request.socket.destroy();
      return;
    }
    const body = await bodyOf(request);
    if (fault !== undefined && "status" in fault)
      return answerError(response, fault.status, fault.reason, fault.message ?? "as told");
    const jobReason = fault !== undefined && "jobReason" in fault ? fault.jobReason : undefined;
    const answer = await this.#answer(route, method, name, body, url, request, jobReason);
    await this.holdAnswer?.(route);
    if (fault !== undefined && "cut" in fault) {
      request.socket.destroy();
      return;
    }
    if ("error" in answer) return answerError(response, answer.error, answer.reason, answer.message);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer.json));
  }

  #answer(
    route: Route,
    method: string,
    name: string,
    body: Buffer,
    url: URL,
    request: IncomingMessage,
    jobReason: string | undefined,
  ): Answer | Promise<Answer> {
    switch (route) {
      case "dataset":
        return this.#dataset(method, body);
      case "table":
        return this.#table(method, name, body, request);
      case "upload":
        return this.#upload(body, request, jobReason);
      case "job":
        return this.#job(name, url);
      case "query":
        return this.#query(parsed(body));
      case "dryRun":
        // The list of jobs has the same address.
        if (method === "GET")
          return { json: { jobs: this.running.map((jobId) => ({ jobReference: { projectId: "test", jobId } })) } };
        return { json: { ...parsed(body), status: { state: "DONE" } } };
      case "permissions":
        return { json: { permissions: this.grantedPermissions ?? parsed(body)["permissions"] } };
      default:
        throw new Error(`no route ${route satisfies never}`);
    }
  }

  #dataset(method: string, body: Buffer): Answer {
    if (method === "POST") {
      if (this.datasetLocation !== undefined) return failure(409, "duplicate", "Already Exists: Dataset");
      const location = parsed(body)["location"];
      this.datasetLocation = typeof location === "string" ? location : (this.#options.location ?? "US");
    }
    if (this.datasetLocation === undefined) return failure(404, "notFound", "Not found: Dataset test:raw");
    return { json: { location: this.datasetLocation, datasetReference: { projectId: "test", datasetId: "raw" } } };
  }

  #table(method: string, name: string, body: Buffer, request: IncomingMessage): Answer {
    if (method === "POST") {
      const metadata = parsed(body);
      const tableId = idIn(metadata["tableReference"], "tableId");
      if (this.tables.has(tableId)) return failure(409, "duplicate", `Already Exists: Table ${tableId}`);
      this.tables.set(tableId, { metadata, etag: 1, rows: [] });
      return { json: { ...metadata, etag: "1" } };
    }
    const table = this.tables.get(name);
    if (table === undefined) return failure(404, "notFound", `Not found: Table test:raw.${name}`);
    if (method === "PATCH") {
      const expected = request.headers["if-match"];
      if (expected !== undefined && expected !== String(table.etag))
        return failure(412, "conditionNotMet", "Precondition Failed");
      table.metadata = { ...table.metadata, ...parsed(body) };
      table.etag += 1;
    }
    return { json: { ...table.metadata, etag: String(table.etag) } };
  }

  #upload(body: Buffer, request: IncomingMessage, jobReason: string | undefined): Answer {
    const [metadata, sent] = parts(body, request.headers["content-type"] ?? "");
    const isGzip = sent[0] === 0x1f && sent[1] === 0x8b;
    if (isGzip) this.gzippedUploads += 1;
    const content = isGzip ? gunzipSync(sent) : sent;
    const reference = metadata["jobReference"];
    const jobId = idIn(reference, "jobId");
    if (this.#jobs.has(jobId)) return failure(409, "duplicate", `Already Exists: Job test:US.${jobId}`);
    this.jobIds.push(jobId);
    const load = (metadata["configuration"] as { readonly load: Json }).load; // The loader sends no other jobs.
    const table = this.tables.get(idIn(load["destinationTable"], "tableId"));
    if (table === undefined) return failure(404, "notFound", "Not found: Table");
    const job = {
      jobReference: { projectId: "test", jobId, location: this.datasetLocation },
      configuration: metadata["configuration"],
      ...this.#loaded(table, idIn(load["destinationTable"], "tableId"), content, jobReason),
    };
    this.#jobs.set(jobId, { metadata: job, polls: this.#options.pollsUntilDone ?? 0 });
    return { json: { ...job, status: { state: "RUNNING" } } };
  }

  /** All rows of the file, or none. */
  #loaded(table: StoredTable, name: string, content: Buffer, jobReason: string | undefined): Json {
    if (jobReason !== undefined) {
      const errorResult = { reason: jobReason, message: "as told" };
      return { status: { state: "DONE", errorResult, errors: [errorResult] }, statistics: { load: {} } };
    }
    const rows: Json[] = [];
    let position = 0;
    for (const line of content.toString("utf8").split("\n")) {
      if (line !== "") {
        const row = parsed(Buffer.from(line));
        const wrong = this.#options.refuses?.(row, name);
        if (wrong !== undefined) {
          const where = this.#options.isPositionNamed === true ? ` in row starting at position ${position}` : "";
          const errorResult = { reason: "invalid", message: "JSON table encountered too many errors, giving up." };
          const errors = [errorResult, { reason: "invalid", message: `JSON parsing error${where}: ${wrong}` }];
          return { status: { state: "DONE", errorResult, errors }, statistics: { load: {} } };
        }
        rows.push(row);
      }
      position += Buffer.byteLength(line) + 1;
    }
    table.rows.push(...rows);
    return { status: { state: "DONE" }, statistics: { load: { outputRows: String(rows.length) } } };
  }

  #job(jobId: string, url: URL): Answer {
    const job = this.#jobs.get(jobId);
    const location = url.searchParams.get("location") ?? "US";
    if (job === undefined || location !== this.datasetLocation)
      return failure(404, "notFound", `Not found: Job ${jobId}`);
    job.polls -= 1;
    return { json: job.polls >= 0 ? { ...job.metadata, status: { state: "RUNNING" } } : job.metadata };
  }

  async #query(request: Json): Promise<Answer> {
    const sql = String(request["query"]);
    this.queries.push(sql);
    const found = this.answers.shift();
    // No dbt has built here.
    if (found === undefined && this.#options.isWithSql === true && /_builds\.builds`/.test(sql))
      return failure(404, "notFound", "Not found: Table test:builds");
    const rows =
      found ??
      (await this.#options.runs?.(sql)) ??
      (this.#options.isWithSql === true ? await this.#rowsOfSql(sql, request) : []);
    const names = Object.keys(rows[0] ?? { nothing: null });
    return {
      json: {
        jobComplete: true,
        jobReference: { projectId: "test", jobId: `query${this.queries.length}`, location: this.datasetLocation },
        schema: {
          fields: names.map((name) => ({ name, type: typeof rows[0]?.[name] === "number" ? "INTEGER" : "STRING" })),
        },
        rows: rows.map((row) => ({ f: names.map((name) => ({ v: row[name] === null ? null : String(row[name]) })) })),
        totalRows: String(rows.length),
      },
    };
  }

  async #rowsOfSql(sql: string, request: Json): Promise<readonly Json[]> {
    const removal = removalOf(sql);
    if (removal !== undefined) {
      const found = await this.#rowsOfSql(removal.query, request);
      const going = new Set(found.map((row) => row["_load_id"]));
      const table = this.tables.get(removal.table);
      if (table !== undefined) table.rows = table.rows.filter((row) => !going.has(row["_load_id"]));
      return [];
    }
    const given = request["queryParameters"];
    const parameters = (Array.isArray(given) ? given : []).map((parameter: unknown) => [
      idIn(parameter, "name"),
      idIn(propertyOf(parameter, "parameterValue"), "value"),
    ]);
    return answerSql(sql, Object.fromEntries(parameters), (table) => this.rowsOf(table));
  }
}

type Answer = { readonly json: Json } | { readonly error: number; readonly reason: string; readonly message: string };

function failure(error: number, reason: string, message: string): Answer {
  return { error, reason, message };
}

function routeOf(path: string, isUpload: boolean): readonly [Route | undefined, string] {
  if (isUpload) return ["upload", ""];
  const table = /^\/projects\/test\/datasets\/[^/]+\/tables(?:\/([^/:]+))?(:testIamPermissions)?$/.exec(path);
  if (table !== null) return [table[2] === undefined ? "table" : "permissions", table[1] ?? ""];
  if (/^\/projects\/test\/datasets(\/[^/]+)?$/.test(path)) return ["dataset", ""];
  const job = /^\/projects\/test\/jobs\/([^/]+)$/.exec(path);
  if (job !== null) return ["job", job[1] ?? ""];
  if (path === "/projects/test/jobs") return ["dryRun", ""];
  return [path === "/projects/test/queries" ? "query" : undefined, ""];
}

function answerError(response: ServerResponse, status: number, reason: string, message: string): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ error: { code: status, message, errors: [{ reason, message, domain: "global" }] } }));
}
