// Intercom's search language: parsed, and checked as strictly as documented. A query becomes bounds on times, which a world
// can look up, and a test of a record for everything else.

import { type Bounds, EVERYTHING } from "../desk/world.ts";
import { dayStart, wallDay } from "../desk/zones.ts";
import { isObject, type JsonObject, type JsonValue, textOf } from "../json.ts";
import { unplanned } from "./answers.ts";
import type { SearchField, SearchFields } from "./search-fields.ts";

const NESTED_LEVELS_MAX = 2;
const FILTERS_PER_GROUP_MAX = 15;

type Test = (record: JsonObject) => boolean;

export interface Query {
  readonly bounds: Bounds;
  /** What the bounds don't say; null when they say all. */
  readonly test: Test | null;
}

export interface Dialect {
  readonly fields: SearchFields;
  /** Whether `>` and `<` leave out the value itself. Documented as "or equal"; contacts' days aside. */
  readonly isStrict: boolean;
  readonly timeZone: string;
}

interface Filter {
  readonly field: string;
  readonly type: SearchField["type"];
  readonly range: readonly [number, number] | null;
  readonly test: Test;
}

/** Throws ApiError for anything that the documentation does not allow. */
export function parseQuery(query: JsonValue, dialect: Dialect): Query {
  if (!isObject(query)) throw unplanned("parameter_invalid", "query must be an object");
  const isGroup = query["operator"] === "AND" || query["operator"] === "OR";
  const parsed = isGroup ? parseGroup(query, dialect, 1) : [parseFilter(query, dialect)];
  if (query["operator"] === "OR") return { bounds: EVERYTHING, test: anyOf(parsed) };
  let { updatedFrom, updatedTo, createdFrom, createdTo } = EVERYTHING;
  const rest: Test[] = [];
  for (const filter of parsed) {
    if (filter.range !== null && filter.field === "updated_at") {
      updatedFrom = Math.max(updatedFrom, filter.range[0]);
      updatedTo = Math.min(updatedTo, filter.range[1]);
    } else if (filter.range !== null && filter.field === "created_at") {
      createdFrom = Math.max(createdFrom, filter.range[0]);
      createdTo = Math.min(createdTo, filter.range[1]);
    } else rest.push(filter.test);
  }
  return {
    bounds: { updatedFrom, updatedTo, createdFrom, createdTo },
    test: rest.length === 0 ? null : (record) => rest.every((test) => test(record)),
  };
}

function parseGroup(group: JsonObject, dialect: Dialect, level: number): readonly Filter[] {
  const { value } = group;
  if (level > NESTED_LEVELS_MAX) throw unplanned("parameter_invalid", `at most ${NESTED_LEVELS_MAX} nested filters`);
  if (!Array.isArray(value) || value.length === 0)
    throw unplanned("parameter_invalid", "a group needs a list of filters");
  if (value.length > FILTERS_PER_GROUP_MAX)
    throw unplanned("parameter_invalid", `at most ${FILTERS_PER_GROUP_MAX} filters a group`);
  return value.map((each: JsonValue) => {
    if (!isObject(each)) throw unplanned("parameter_invalid", "a filter must be an object");
    if (each["operator"] !== "AND" && each["operator"] !== "OR") return parseFilter(each, dialect);
    const inner = parseGroup(each, dialect, level + 1);
    const test = each["operator"] === "OR" ? anyOf(inner) : allOf(inner);
    return { field: "", type: "string", range: null, test };
  });
}

function parseFilter(filter: JsonObject, dialect: Dialect): Filter {
  const { field: name, operator } = filter;
  const value = filter["value"];
  if (typeof name !== "string" || typeof operator !== "string")
    throw unplanned("parameter_invalid", "a filter needs field, operator and value");
  const field = dialect.fields.find(name);
  if (field === null) throw unplanned("parameter_invalid", `no such search field: ${name}`);
  const { type } = field;
  const isInclusive = field.isInclusive === true && (operator === ">=" || operator === "<=");
  if (!isInclusive && !operatorsOf(type, dialect).includes(operator))
    throw unplanned("parameter_invalid", `operator ${operator} is not supported for ${name}`);
  if (operator === "IN" || operator === "NIN") {
    if (!Array.isArray(value)) throw unplanned("parameter_invalid", `${operator} needs a list`);
    const wanted: readonly JsonValue[] = value.map((each: JsonValue) => typed(name, type, each));
    const isIn: Test = (record) => field.values(record).some((each) => wanted.includes(comparable(type, each)));
    return { field: name, type, range: null, test: operator === "IN" ? isIn : (record) => !isIn(record) };
  }
  const wanted = typed(name, type, value);
  if (type === "date" && typeof wanted === "number" && operator !== "!=") {
    const range = dialect.fields.hasDayDates
      ? dayRange(operator, wanted, dialect.timeZone)
      : secondRange(operator, wanted, dialect.isStrict);
    const [from, to] = range;
    return {
      field: name,
      type,
      range,
      test: (record) => field.values(record).some((each) => typeof each === "number" && each >= from && each <= to),
    };
  }
  return { field: name, type, range: null, test: compare(field, operator, wanted, dialect.isStrict) };
}

function operatorsOf(type: SearchField["type"], dialect: Dialect): readonly string[] {
  const { hasDayDates } = dialect.fields;
  switch (type) {
    case "string":
      return ["=", "!=", "IN", "NIN", "~", "!~", "^", "$"];
    case "words":
      return ["=", "!=", "IN", "NIN", "~", "!~", "^", "$"];
    case "boolean":
      return ["=", "!=", "IN", "NIN"];
    case "integer":
      return hasDayDates ? ["=", "!=", "IN", "NIN", ">", "<", ">=", "<="] : ["=", "!=", "IN", "NIN", ">", "<"];
    case "date":
      return hasDayDates ? ["=", ">", "<"] : ["=", "!=", "IN", "NIN", ">", "<"];
    case "tag":
      return ["=", "!="];
    default:
      return type satisfies never;
  }
}

/** A value of the field's type; null stands for "has none". Throws when it is of another type. */
function typed(name: string, type: SearchField["type"], value: JsonValue): string | number | boolean | null {
  if (value === null) return null;
  if (type === "boolean") {
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
  } else if (type === "integer" || type === "date") {
    const text = textOf(value);
    if (text !== null && /^-?\d+$/.test(text)) return Number(text);
  } else {
    const text = textOf(value);
    if (text !== null) return type === "words" ? text.toLowerCase() : text;
  }
  throw unplanned(
    "parameter_invalid",
    `${name} needs a ${type === "date" ? "UNIX timestamp" : type}, not ${JSON.stringify(value)}`,
  );
}

function comparable(type: SearchField["type"], value: JsonValue): JsonValue {
  if (type === "words" && typeof value === "string") return value.toLowerCase();
  if (type === "integer" || type === "date" || type === "boolean") return value;
  return textOf(value);
}

function compare(
  field: SearchField,
  operator: string,
  wanted: string | number | boolean | null,
  isStrict: boolean,
): Test {
  const values = (record: JsonObject): readonly JsonValue[] =>
    field.values(record).map((each) => comparable(field.type, each));
  const has = (record: JsonObject): boolean =>
    wanted === null ? values(record).length === 0 : values(record).includes(wanted);
  // Parts of a text are looked for without regard to case.
  const text = String(wanted).toLowerCase();
  const some = (record: JsonObject, test: (value: string) => boolean): boolean =>
    values(record).some((each) => test(String(each).toLowerCase()));
  const number = (record: JsonObject, test: (value: number) => boolean): boolean =>
    values(record).some((each) => typeof each === "number" && test(each));
  const limit = Number(wanted);
  switch (operator) {
    case "=":
      return has;
    case "!=":
      return (record) => !has(record);
    case "~":
      return (record) => some(record, (value) => value.includes(text));
    case "!~":
      return (record) => !some(record, (value) => value.includes(text));
    case "^":
      return (record) => some(record, (value) => value.startsWith(text));
    case "$":
      return (record) => some(record, (value) => value.endsWith(text));
    case ">":
      return (record) => number(record, (value) => (isStrict ? value > limit : value >= limit));
    case "<":
      return (record) => number(record, (value) => (isStrict ? value < limit : value <= limit));
    case ">=":
      return (record) => number(record, (value) => value >= limit);
    case "<=":
      return (record) => number(record, (value) => value <= limit);
    default:
      throw unplanned("parameter_invalid", `no such operator: ${operator}`);
  }
}

function secondRange(operator: string, value: number, isStrict: boolean): readonly [number, number] {
  const step = isStrict ? 1 : 0;
  if (operator === ">") return [value + step, Number.POSITIVE_INFINITY];
  if (operator === "<") return [Number.NEGATIVE_INFINITY, value - step];
  if (operator === ">=") return [value, Number.POSITIVE_INFINITY];
  if (operator === "<=") return [Number.NEGATIVE_INFINITY, value];
  return [value, value];
}

/** `>` is from the next day on, `<` before the day, `=` the whole day, by the workspace's calendar. */
function dayRange(operator: string, value: number, timeZone: string): readonly [number, number] {
  const day = wallDay(timeZone, value);
  if (operator === ">") return [dayStart(timeZone, day + 1), Number.POSITIVE_INFINITY];
  if (operator === "<") return [Number.NEGATIVE_INFINITY, dayStart(timeZone, day) - 1];
  return [dayStart(timeZone, day), dayStart(timeZone, day + 1) - 1];
}

function anyOf(filters: readonly Filter[]): Test {
  return (record) => filters.some((filter) => filter.test(record));
}

function allOf(filters: readonly Filter[]): Test {
  return (record) => filters.every((filter) => filter.test(record));
}
