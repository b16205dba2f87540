import { columnId, fieldsOf, listOf, nodeOf, numberOf, type TreeNode } from "./nodes.ts";

const secondsPerDay = 86_400;

/** Values of a partition column between two instants, in seconds since 1970; null for the partition without a time. */
export type Stretch = { readonly from: number; readonly to: number } | null;

/** A part of a WHERE or ON about one column and constants alone: whether it can hold for a value of a stretch. */
export type Condition = {
  /** None where the condition is a constant. */
  readonly column: number | undefined;
  readonly mayHold: (stretch: Stretch) => boolean;
  readonly holdsForNull: boolean;
};

type Bounds = { readonly low: number; readonly high: number };
/** A column, or a function of it that never falls when the column rises: the least and greatest value in a stretch. */
type Rising = { readonly column: number; readonly boundsIn: (stretch: Bounds) => Bounds };

const comparisons: Readonly<Record<string, (bounds: Bounds, value: number) => boolean>> = {
  $equal: ({ low, high }, value) => low <= value && value <= high,
  $greater: ({ high }, value) => high > value,
  $greater_or_equal: ({ high }, value) => high >= value,
  $less: ({ low }, value) => low < value,
  $less_or_equal: ({ low }, value) => low <= value,
};

const swapped: Readonly<Record<string, string>> = {
  $equal: "$equal",
  $greater: "$less",
  $greater_or_equal: "$less_or_equal",
  $less: "$greater",
  $less_or_equal: "$greater_or_equal",
};

/** `DateTimestampPart`, as far as partitions need it. */
const datePart = { year: 1, month: 2, day: 3 } as const;

/**
 * The conditions that an expression demands, each of one column. BigQuery leaves out partitions for constants alone, so
 * what compares with another column, or with a subquery, is none. Says nothing of an expression that it does not know:
 * the bill is then too high, never too low.
 */
export function conditionsIn(expression: unknown): readonly Condition[] {
  const node = callOf(expression);
  if (node?.name === "$and") return node.arguments.flatMap(conditionsIn);
  const condition = conditionOf(expression);
  return condition === undefined ? [] : [condition];
}

function conditionOf(expression: unknown): Condition | undefined {
  const constant = nodeOf(expression);
  if (constant.kind === "resolvedLiteralNode") {
    const holds = literalValue(constant) === 1;
    return { column: undefined, mayHold: () => holds, holdsForNull: holds };
  }
  const call = callOf(expression);
  if (call === undefined) return undefined;
  const [first, second] = call.arguments;
  if (call.name === "$and" || call.name === "$or") return joined(call.name === "$and", call.arguments);
  if (call.name === "$is_null") {
    const rising = risingOf(first);
    return rising && { column: rising.column, mayHold: (stretch) => stretch === null, holdsForNull: true };
  }
  if (call.name === "$between")
    return joinedConditions(true, [
      compared("$greater_or_equal", call.arguments[0], call.arguments[1]),
      compared("$less_or_equal", call.arguments[0], call.arguments[2]),
    ]);
  if (call.name === "$in")
    return joinedConditions(
      false,
      call.arguments.slice(1).map((value) => compared("$equal", first, value)),
    );
  return compared(call.name, first, second);
}

function joined(isAll: boolean, parts: readonly unknown[]): Condition | undefined {
  // An unknown part of an AND only makes it stricter.
  const conditions = parts.map(conditionOf);
  return joinedConditions(isAll, isAll ? conditions.filter((each) => each !== undefined) : conditions);
}

function joinedConditions(isAll: boolean, parts: readonly (Condition | undefined)[]): Condition | undefined {
  const known = parts.filter((each) => each !== undefined);
  const columns = new Set(known.map(({ column }) => column).filter((column) => column !== undefined));
  if (known.length < parts.length || known.length === 0 || columns.size > 1) return undefined;
  const [column] = columns;
  const combine = (test: (each: Condition) => boolean): boolean => (isAll ? known.every(test) : known.some(test));
  return {
    column,
    mayHold: (stretch) => combine((each) => each.mayHold(stretch)),
    holdsForNull: combine((each) => each.holdsForNull),
  };
}

function compared(name: string, left: unknown, right: unknown): Condition | undefined {
  const [rising, value] = [risingOf(left), constantOf(right)];
  if (rising === undefined || value === undefined) {
    const other = swapped[name];
    return other !== undefined && risingOf(right) !== undefined && constantOf(left) !== undefined
      ? compared(other, right, left)
      : undefined;
  }
  const test = comparisons[name];
  if (test === undefined) return undefined;
  const mayHold = (stretch: Stretch): boolean =>
    stretch !== null && test(rising.boundsIn({ low: stretch.from, high: stretch.to - 1 }), value);
  return { column: rising.column, mayHold, holdsForNull: false };
}

function risingOf(expression: unknown): Rising | undefined {
  const node = nodeOf(expression);
  if (node.kind === "resolvedColumnRefNode")
    return { column: columnId(node.fields["column"]), boundsIn: (stretch) => stretch };
  if (node.kind === "resolvedCastNode") return risingOf(node.fields["expr"]);
  const call = callOf(expression);
  const [first, second] = call?.arguments ?? [];
  const inner = call === undefined ? undefined : risingOf(first);
  if (call === undefined || inner === undefined) return undefined;
  const cut = { timestamp_trunc: second, date_trunc: second, date: datePart.day }[call.name];
  const unit = typeof cut === "number" ? cut : enumOf(cut);
  // Days of another time zone do not begin where partitions do.
  if (unit === undefined || call.arguments.length > (call.name === "date" ? 1 : 2)) return undefined;
  const boundsIn = (stretch: Bounds): Bounds => {
    const { low, high } = inner.boundsIn(stretch);
    return { low: beginningOf(unit, low), high: beginningOf(unit, high) };
  };
  return Object.values(datePart).some((part) => part === unit) ? { column: inner.column, boundsIn } : undefined;
}

function beginningOf(unit: number, seconds: number): number {
  const at = new Date(seconds * 1000);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  if (unit === datePart.year) return Date.UTC(year, 0) / 1000;
  return Date.UTC(year, month, unit === datePart.month ? 1 : day) / 1000;
}

/** A constant time, date or number; times and dates in seconds since 1970. */
function constantOf(expression: unknown): number | undefined {
  const node = nodeOf(expression);
  if (node.kind === "resolvedLiteralNode") return literalValue(node);
  if (node.kind === "resolvedCastNode") return constantOf(node.fields["expr"]);
  const call = callOf(expression);
  const value = call?.arguments.length === 1 ? constantOf(call.arguments[0]) : undefined;
  if (call === undefined || value === undefined) return undefined;
  const scale = { timestamp_seconds: 1, timestamp_millis: 1e3, timestamp_micros: 1e6, timestamp: 1 }[call.name];
  return scale === undefined ? undefined : value / scale;
}

function literalValue(node: TreeNode): number | undefined {
  const value = fieldsOf(fieldsOf(node.fields["value"])["value"]);
  const kind = value["value"];
  if (kind === "boolValue") return value["boolValue"] === true ? 1 : 0;
  if (kind === "int64Value") return numberOf(value["int64Value"]);
  if (kind === "dateValue") return (numberOf(value["dateValue"]) ?? Number.NaN) * secondsPerDay;
  if (kind === "timestampValue") return numberOf(fieldsOf(value["timestampValue"])["seconds"]);
  return undefined;
}

function enumOf(expression: unknown): number | undefined {
  const value = fieldsOf(fieldsOf(nodeOf(expression).fields["value"])["value"]);
  return value["value"] === "enumValue" ? numberOf(value["enumValue"]) : undefined;
}

function callOf(expression: unknown): { readonly name: string; readonly arguments: readonly unknown[] } | undefined {
  const { kind, fields } = nodeOf(expression);
  if (kind !== "resolvedFunctionCallNode") return undefined;
  const name = String(fieldsOf(fields["function"])["name"]).replace("ZetaSQL:", "");
  return { name, arguments: listOf(fields, "argumentList") };
}
