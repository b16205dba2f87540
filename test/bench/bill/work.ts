import { fieldsOf, listOf, nodeOf, numberOf } from "./nodes.ts";
import { queryOf, StatementReads, type TableRead, type ViewOf } from "./reads.ts";

/** What a statement does that BigQuery bills. */
export type Work = {
  readonly reads: readonly TableRead[];
  /** The table whose rows UPDATE, DELETE or MERGE may change, with the conditions that leave partitions out. */
  readonly changes: TableRead | undefined;
};

/** A statement makes a table that is partitioned by a column; none otherwise. */
export type Partitioning = { readonly column: string };

const nothing: Work = { reads: [], changes: undefined };
const notMatchedBySource = 1;
const insertAction = 0;
/** DDL and scripts that read no rows. */
const unbilled = [
  "resolvedCreateTableStmtNode",
  "resolvedCreateViewStmtNode",
  "resolvedCreateSchemaStmtNode",
  "resolvedDropStmtNode",
  "resolvedAlterTableStmtNode",
  "resolvedAlterTableSetOptionsStmtNode",
  "resolvedTruncateStmtNode",
];

/** Errors: Error for a kind of statement whose bill is not known. */
export function workOf(statement: unknown, viewOf: ViewOf): Work {
  const { kind, fields } = nodeOf(statement);
  if (unbilled.includes(kind)) return nothing;
  const reads = new StatementReads(viewOf);
  if (kind === "resolvedQueryStmtNode" || kind === "resolvedCreateTableAsSelectStmtNode") {
    const { scan, outputs } = queryOf(statement);
    reads.addQuery(scan, outputs);
    return { reads: reads.tables(), changes: undefined };
  }
  if (kind === "resolvedInsertStmtNode") {
    if (fields["query"]) reads.addQuery(fields["query"], listOf(fields, "queryOutputColumnList"));
    else reads.addExpressions(listOf(fields, "rowList"));
    return { reads: reads.tables(), changes: undefined };
  }
  const target = String(fieldsOf(nodeOf(fields["tableScan"]).fields["table"])["name"]);
  if (kind === "resolvedMergeStmtNode") {
    const clauses = listOf(fields, "whenClauseList").map(fieldsOf);
    const isTargetWhole = clauses.some((clause) => numberOf(clause["matchType"]) === notMatchedBySource);
    const condition = isTargetWhole ? undefined : fields["mergeExpr"];
    reads.addChange(fields["tableScan"], condition, fields["fromScan"], [fields["mergeExpr"], clauses.map(valuesOf)]);
    const isInsert = clauses.every((clause) => numberOf(clause["actionType"]) === insertAction);
    return withTarget(reads.tables(), target, !isInsert);
  }
  if (kind === "resolvedDeleteStmtNode" || kind === "resolvedUpdateStmtNode") {
    const values = listOf(fields, "updateItemList").map((item) => fieldsOf(item)["setValue"]);
    reads.addChange(fields["tableScan"], fields["whereExpr"], fields["fromScan"], values);
    return withTarget(reads.tables(), target, true);
  }
  throw new Error(`the bill does not know what a ${kind} costs`);
}

/** The column by whose time the table is partitioned that a statement makes. */
export function partitioningOf(statement: unknown): Partitioning | undefined {
  const [by] = listOf(nodeOf(statement).fields, "partitionByList");
  if (by === undefined) return undefined;
  const { kind, fields } = nodeOf(by);
  const column = kind === "resolvedColumnRefNode" ? by : listOf(fields, "argumentList")[0];
  return { column: String(fieldsOf(nodeOf(column).fields["column"])["name"]) };
}

/** The target is read first: `addChange` sees to that. */
function withTarget(reads: readonly TableRead[], target: string, isChanged: boolean): Work {
  return { reads, changes: isChanged ? reads.find(({ table }) => table === target) : undefined };
}

/** What a WHEN clause reads: not the columns that it only sets. */
function valuesOf(clause: Readonly<Record<string, unknown>>): readonly unknown[] {
  const values = listOf(clause, "updateItemList").map((item) => fieldsOf(item)["setValue"]);
  return [clause["matchExpr"], clause["insertRow"], values];
}
