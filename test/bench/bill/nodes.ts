/** A node of the tree that GoogleSQL's analyzer makes of a statement, with the fields of its parent messages. */
export type TreeNode = { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Unwraps a value of the analyzer's answer. `Any…` messages hold one field, whose name is in `node`; a message that
 * inherits from another holds it in `parent`. The kind is empty where the field's name says what the value is.
 */
export function nodeOf(value: unknown): TreeNode {
  let kind = "";
  let fields = fieldsOf(value);
  for (let next = fields["node"]; typeof next === "string"; next = fields["node"]) {
    kind = next;
    fields = fieldsOf(fields[kind]);
  }
  return { kind, fields: withParents(fields) };
}

export function listOf(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  return Array.isArray(value) ? value : [];
}

/** The id of a column; within a statement each column of each scan has its own. */
export function columnId(column: unknown): number {
  const id = numberOf(fieldsOf(column)["columnId"]);
  if (id === undefined) throw new TypeError("a column without an id");
  return id;
}

/** A number, also one of 64 bits, which comes in two halves. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
  const { low, high } = fieldsOf(value);
  if (typeof low !== "number" || typeof high !== "number") return undefined;
  return high * 2 ** 32 + (low >>> 0);
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** What an expression refers to: columns by id, and queries within it. */
export type References = { readonly columns: readonly number[]; readonly scans: readonly unknown[] };

/** Collects references anywhere below a value, whichever the kinds of its expressions; subqueries are not entered. */
export function referencesIn(value: unknown): References {
  const columns: number[] = [];
  const scans: unknown[] = [];
  const enter = (each: unknown): void => {
    if (typeof each !== "object" || each === null) return;
    const fields = fieldsOf(each);
    if ("isCorrelated" in fields && fields["column"]) columns.push(columnId(fields["column"]));
    for (const [name, field] of Object.entries(fields)) {
      if (name === "subquery") scans.push(field);
      else enter(field);
    }
  };
  enter(value);
  return { columns, scans };
}

function withParents(fields: Fields): Fields {
  const { parent } = fields;
  return typeof parent === "object" && parent !== null ? { ...withParents(fieldsOf(parent)), ...fields } : fields;
}
