import { type Condition, conditionsIn } from "./conditions.ts";
import { Liveness } from "./liveness.ts";
import { columnId, fieldsOf, listOf, nodeOf, numberOf, referencesIn, type TreeNode } from "./nodes.ts";

/** A table that a statement reads: the columns that it needs, and conditions on columns that leave partitions out. */
export type TableRead = {
  readonly table: string;
  readonly columns: ReadonlySet<string>;
  readonly conditions: readonly ColumnCondition[];
};

/** A condition on a column of the table; none for a condition that is a constant (`false`). */
export type ColumnCondition = { readonly column: string | undefined; readonly condition: Condition };

/** A view's own statement, as the analyzer gives it; undefined for a table. */
export type ViewOf = (relation: string) => unknown;

type Scope = { readonly name: string; readonly queries: ReadonlyMap<string, Query> };
type Query = { readonly scan: unknown; readonly scope: Scope };
/** Conditions by the key of the column that they are about; those of the empty key are constants. */
type Conditions = readonly { readonly key: string; readonly condition: Condition }[];

const joinSides = { inner: 0, left: 1, right: 2, full: 3 } as const;
const unions: readonly unknown[] = [0, 1];
const unionAll = 0;
/** The whole statement: what nothing else needs. */
const root = "statement";

/**
 * Walks down a resolved statement, from what it gives to the tables that it reads, and takes conditions along for as long as
 * BigQuery can: through projections, joins, unions, named queries and views, not through aggregates, windows and limits.
 * A named query is read once for each place that selects from it, as BigQuery does, each with the conditions of that place.
 */
export class StatementReads {
  readonly #liveness = new Liveness();
  readonly #leaves: { readonly scan: string; readonly read: TableRead; readonly keys: ReadonlyMap<string, string> }[] =
    [];
  readonly #viewOf: ViewOf;
  #names = 0;

  constructor(viewOf: ViewOf) {
    this.#viewOf = viewOf;
  }

  /** Reads the rows of a query; the columns listed are needed. */
  addQuery(query: unknown, outputs: readonly unknown[]): void {
    const scope = this.#scope(new Map());
    this.#liveness.need(root, [this.#visit({ scan: query, scope }, [])]);
    this.#liveness.need(
      root,
      outputs.map((output) => key(scope, columnId(fieldsOf(output)["column"] ?? output))),
    );
  }

  /** Reads what expressions ask for by subqueries. */
  addExpressions(expressions: readonly unknown[]): void {
    this.#needReferences(root, this.#scope(new Map()), expressions);
  }

  /** Reads what UPDATE, DELETE and MERGE look at: their target under a condition, the rows they merge, their expressions. */
  addChange(target: unknown, condition: unknown, source: unknown, expressions: readonly unknown[]): void {
    const scope = this.#scope(new Map());
    const conditions = this.#conditions(scope, condition);
    this.#liveness.need(root, [this.#visitTable({ kind: "", fields: nodeOf(target).fields }, scope, conditions)]);
    if (source) this.#liveness.need(root, [this.#visit({ scan: source, scope }, [])]);
    this.#needReferences(root, scope, [condition, ...expressions]);
  }

  /** Each place where a table is read, one after the other. */
  tables(): readonly TableRead[] {
    const live = this.#liveness.of(root);
    return this.#leaves
      .filter(({ scan }) => live.has(scan))
      .map(({ read, keys }) => ({
        ...read,
        columns: new Set([...read.columns].filter((column) => live.has(keys.get(column) ?? ""))),
      }));
  }

  /** @returns the key of the scan */
  #visit({ scan, scope }: Query, conditions: Conditions): string {
    const node = nodeOf(scan);
    const own = this.#newName("scan");
    const { fields } = node;
    const below = (child: unknown, passed: Conditions): void =>
      this.#liveness.need(own, [this.#visit({ scan: child, scope }, passed)]);
    switch (node.kind) {
      case "resolvedSingleRowScanNode":
        break;
      case "resolvedTableScanNode":
        return this.#visitTable(node, scope, conditions);
      case "resolvedProjectScanNode":
        below(fields["inputScan"], this.#computed(scope, listOf(fields, "exprList"), conditions));
        break;
      case "resolvedFilterScanNode":
        this.#needReferences(own, scope, [fields["filterExpr"]]);
        below(fields["inputScan"], [...conditions, ...this.#conditions(scope, fields["filterExpr"])]);
        break;
      case "resolvedJoinScanNode":
        this.#visitJoin(node, own, scope, conditions);
        break;
      case "resolvedArrayScanNode":
        this.#needReferences(own, scope, [fields["arrayExpr"], fields["joinExpr"]]);
        if (fields["inputScan"]) below(fields["inputScan"], conditions);
        break;
      case "resolvedAggregateScanNode":
        this.#needReferences(own, scope, [listOf(fields, "groupByList").map((each) => fieldsOf(each)["expr"])]);
        this.#computed(scope, [...listOf(fields, "groupByList"), ...listOf(fields, "aggregateList")], []);
        below(fields["inputScan"], constantOnes(conditions));
        break;
      case "resolvedAnalyticScanNode":
        for (const group of listOf(fields, "functionGroupList"))
          for (const computed of listOf(fieldsOf(group), "analyticFunctionList"))
            this.#needReferences(key(scope, columnId(fieldsOf(computed)["column"])), scope, [group]);
        below(fields["inputScan"], constantOnes(conditions));
        break;
      case "resolvedSetOperationScanNode":
        this.#visitUnion(node, own, scope, conditions);
        break;
      case "resolvedOrderByScanNode":
        this.#needReferences(own, scope, [fields["orderByItemList"]]);
        below(fields["inputScan"], conditions);
        break;
      case "resolvedLimitOffsetScanNode":
        below(fields["inputScan"], constantOnes(conditions));
        break;
      case "resolvedWithScanNode": {
        const queries = new Map(scope.queries);
        const inner = { name: scope.name, queries };
        for (const entry of listOf(fields, "withEntryList")) {
          const { withQueryName, withSubquery } = fieldsOf(entry);
          queries.set(String(withQueryName), { scan: withSubquery, scope: { ...inner, queries: new Map(queries) } });
        }
        this.#liveness.need(own, [this.#visit({ scan: fields["query"], scope: inner }, conditions)]);
        break;
      }
      case "resolvedWithRefScanNode":
        this.#visitNamed(node, own, scope, conditions);
        break;
      default:
        throw new Error(`the bill does not know what a ${node.kind} reads`);
    }
    return own;
  }

  #visitTable(node: TreeNode, scope: Scope, conditions: Conditions): string {
    const own = this.#newName("scan");
    const table = String(fieldsOf(node.fields["table"])["name"]);
    const columns = listOf(node.fields, "columnList").map((column) => ({
      name: String(fieldsOf(column)["name"]),
      key: key(scope, columnId(column)),
    }));
    const view = this.#viewOf(table);
    if (view !== undefined) {
      const query = queryOf(view);
      const inner = this.#scope(new Map());
      const outputs = new Map(
        query.outputs.map((output) => {
          const { name, column } = fieldsOf(output);
          return [String(name), key(inner, columnId(column))];
        }),
      );
      const renamed = new Map(columns.map((column) => [column.key, outputs.get(column.name) ?? ""]));
      for (const [outer, output] of renamed) this.#liveness.need(outer, [output]);
      this.#liveness.need(own, [this.#visit({ scan: query.scan, scope: inner }, carried(conditions, renamed))]);
      return own;
    }
    const names = new Map(columns.map((column) => [column.key, column.name]));
    const known = conditions
      .filter((each) => each.key === "" || names.has(each.key))
      .map((each) => ({ column: names.get(each.key), condition: each.condition }));
    this.#leaves.push({
      scan: own,
      keys: new Map(columns.map((column) => [column.name, column.key])),
      read: { table, columns: new Set(names.values()), conditions: known },
    });
    return own;
  }

  #visitJoin({ fields }: TreeNode, own: string, scope: Scope, conditions: Conditions): void {
    this.#needReferences(own, scope, [fields["joinExpr"]]);
    const type = numberOf(fields["joinType"]) ?? joinSides.full;
    const on = this.#conditions(scope, fields["joinExpr"]);
    // What an outer join may fill with nulls, a condition above it sees only so: one that nulls meet tells nothing of the rows.
    const strict = conditions.filter((each) => !each.condition.holdsForNull);
    const isLeftWhole = type === joinSides.inner || type === joinSides.left;
    const isRightWhole = type === joinSides.inner || type === joinSides.right;
    const left = [...(isLeftWhole ? conditions : strict), ...(isRightWhole ? on : [])];
    const right = [...(isRightWhole ? conditions : strict), ...(isLeftWhole ? on : [])];
    this.#liveness.need(own, [this.#visit({ scan: fields["leftScan"], scope }, left)]);
    this.#liveness.need(own, [this.#visit({ scan: fields["rightScan"], scope }, right)]);
  }

  #visitUnion({ fields }: TreeNode, own: string, scope: Scope, conditions: Conditions): void {
    const outputs = listOf(fields, "columnList").map((column) => key(scope, columnId(column)));
    const type = numberOf(fields["opType"]);
    for (const item of listOf(fields, "inputItemList")) {
      const inputs = listOf(fieldsOf(item), "outputColumnList").map((column) => key(scope, columnId(column)));
      const renamed = new Map(outputs.map((output, index) => [output, inputs[index] ?? ""]));
      for (const [output, input] of renamed) this.#liveness.need(output, [input]);
      if (type !== unionAll) this.#liveness.need(own, inputs);
      const passed = unions.includes(type) ? carried(conditions, renamed) : [];
      this.#liveness.need(own, [this.#visit({ scan: fieldsOf(item)["scan"], scope }, passed)]);
    }
  }

  #visitNamed({ fields }: TreeNode, own: string, scope: Scope, conditions: Conditions): void {
    const name = String(fields["withQueryName"]);
    const query = scope.queries.get(name);
    if (query === undefined) throw new Error(`no query is named ${name}`);
    const inner = this.#scope(query.scope.queries);
    const inputs = listOf(nodeOf(query.scan).fields, "columnList").map((column) => key(inner, columnId(column)));
    const outputs = listOf(fields, "columnList").map((column) => key(scope, columnId(column)));
    const renamed = new Map(outputs.map((output, index) => [output, inputs[index] ?? ""]));
    for (const [output, input] of renamed) this.#liveness.need(output, [input]);
    this.#liveness.need(own, [this.#visit({ scan: query.scan, scope: inner }, carried(conditions, renamed))]);
  }

  /** Columns that expressions compute. @returns the conditions as they are below: a renamed column keeps its own */
  #computed(scope: Scope, list: readonly unknown[], conditions: Conditions): Conditions {
    const renamed = new Map<string, string>();
    for (const computed of list) {
      const { column, expr } = fieldsOf(computed);
      const own = key(scope, columnId(column));
      this.#needReferences(own, scope, [expr]);
      const node = nodeOf(expr);
      renamed.set(own, node.kind === "resolvedColumnRefNode" ? key(scope, columnId(node.fields["column"])) : "");
    }
    return conditions.flatMap((each) => {
      const below = renamed.get(each.key);
      if (below === undefined) return [each];
      return below === "" ? [] : [{ ...each, key: below }];
    });
  }

  #needReferences(owner: string, scope: Scope, expressions: readonly unknown[]): void {
    const { columns, scans } = referencesIn(expressions);
    this.#liveness.need(
      owner,
      columns.map((id) => key(scope, id)),
    );
    for (const scan of scans) {
      // What a subquery gives is needed with it: a value, a list, or what IN compares with.
      const outputs = listOf(nodeOf(scan).fields, "columnList").map((column) => key(scope, columnId(column)));
      this.#liveness.need(owner, [this.#visit({ scan, scope }, []), ...outputs]);
    }
  }

  #conditions(scope: Scope, expression: unknown): Conditions {
    return conditionsIn(expression).map((condition) => ({
      key: condition.column === undefined ? "" : key(scope, condition.column),
      condition,
    }));
  }

  #scope(queries: ReadonlyMap<string, Query>): Scope {
    return { name: this.#newName("scope"), queries };
  }

  #newName(kind: string): string {
    this.#names += 1;
    return `${kind} ${this.#names}`;
  }
}

/** The query of a statement that makes a view, or that is one. */
export function queryOf(statement: unknown): { readonly scan: unknown; readonly outputs: readonly unknown[] } {
  const { fields } = nodeOf(statement);
  return { scan: fields["query"], outputs: listOf(fields, "outputColumnList") };
}

function key(scope: Scope, id: number): string {
  return `column ${scope.name} ${id}`;
}

function constantOnes(conditions: Conditions): Conditions {
  return conditions.filter((each) => each.key === "");
}

function carried(conditions: Conditions, renamed: ReadonlyMap<string, string>): Conditions {
  return conditions.flatMap((each) => {
    if (each.key === "") return [each];
    const below = renamed.get(each.key);
    return below ? [{ ...each, key: below }] : [];
  });
}
