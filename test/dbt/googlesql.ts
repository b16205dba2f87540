import { once } from "node:events";
import { createServer } from "node:net";
import { LanguageOptions, runServer, TypeKind, terminateServer, ZetaSQLClient } from "@fivetrandevelopers/zetasql";

type AnalyzeRequest = Parameters<ZetaSQLClient["analyze"]>[0];
type ResolvedStatement = NonNullable<Awaited<ReturnType<ZetaSQLClient["analyze"]>>>["resolvedStatement"];
type LanguageOptionsProto = NonNullable<NonNullable<AnalyzeRequest["options"]>["languageOptions"]>;
type Catalog = NonNullable<AnalyzeRequest["simpleCatalog"]>;
type ColumnType = NonNullable<NonNullable<NonNullable<Catalog["table"]>[number]["column"]>[number]["type"]>;

/** A column as the analyzer knows it. */
export type GoogleSqlColumn = { readonly name: string; readonly type: ColumnType };

/** A table that statements may select from, by its full name without quotes (`project.dataset.table`). */
export type GoogleSqlTable = { readonly name: string; readonly columns: readonly GoogleSqlColumn[] };

export const googleSqlTypes = {
  STRING: { typeKind: TypeKind.TYPE_STRING },
  TIMESTAMP: { typeKind: TypeKind.TYPE_TIMESTAMP },
  INT64: { typeKind: TypeKind.TYPE_INT64 },
  DATE: { typeKind: TypeKind.TYPE_DATE },
  BOOL: { typeKind: TypeKind.TYPE_BOOL },
  FLOAT64: { typeKind: TypeKind.TYPE_DOUBLE },
  JSON: { typeKind: TypeKind.TYPE_JSON },
} as const satisfies Record<string, ColumnType>;

/** Google's own GoogleSQL analyzer: it resolves names, functions and types as BigQuery does, and runs nothing. */
export class GoogleSqlAnalyzer {
  readonly #languageOptions: LanguageOptionsProto;

  private constructor(languageOptions: LanguageOptionsProto) {
    this.#languageOptions = languageOptions;
  }

  /** Starts the analyzer's process on a free port of this machine. One a process: the package keeps it to itself. */
  static async start(): Promise<GoogleSqlAnalyzer> {
    const port = await freePort();
    // Its promise never settles; what the process prints goes to standard output.
    void runServer(port);
    ZetaSQLClient.init(port);
    if (!(await ZetaSQLClient.getInstance().testConnection())) throw new Error("the GoogleSQL analyzer did not start");
    const options = await new LanguageOptions().enableMaximumLanguageFeatures();
    // Without the reserved word its grammar takes `qualify` for an alias; no listed kinds means every kind.
    return new GoogleSqlAnalyzer({
      ...options.serialize(),
      reservedKeywords: ["QUALIFY"],
      supportedStatementKinds: [],
    });
  }

  stop(): void {
    terminateServer();
  }

  /** The columns that a query gives. Errors: what BigQuery would refuse, with line and column. */
  async analyze(sql: string, tables: readonly GoogleSqlTable[]): Promise<GoogleSqlColumn[]> {
    const columns = (await this.resolve(sql, tables))?.resolvedQueryStmtNode?.outputColumnList;
    if (columns === undefined) throw new Error("not a query");
    return columns.map((column) => ({ name: column.name, type: column.column?.type ?? {} }));
  }

  /** The tree of a statement with all names resolved. Errors: what BigQuery would refuse, with line and column. */
  async resolve(sql: string, tables: readonly GoogleSqlTable[]): Promise<ResolvedStatement> {
    const answer = await ZetaSQLClient.getInstance().analyze({
      sqlStatement: sql.replace(/`([^`]+)`\.`([^`]+)`\.`([^`]+)`/g, "`$1.$2.$3`"),
      options: { languageOptions: this.#languageOptions },
      simpleCatalog: {
        name: "warehouse",
        builtinFunctionOptions: { languageOptions: this.#languageOptions },
        table: tables.map((table, index) => ({
          name: table.name,
          serializationId: index + 1,
          column: table.columns.map((column) => ({ ...column })),
        })),
      },
    });
    return answer?.resolvedStatement;
  }
}

/** A type as BigQuery writes it: INT64, ARRAY<STRING>. */
export function typeName(type: ColumnType): string {
  const element = type.arrayType?.elementType;
  if (element) return `ARRAY<${typeName(element)}>`;
  const known = Object.entries(googleSqlTypes).find(([, known]) => known.typeKind === type.typeKind);
  return known?.[0] ?? `type ${type.typeKind}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
