/** A value as it is in a payload: what JSON has. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Mutation = {
  /** Where, and what stands there instead: `source.author.id = true`. */
  readonly name: string;
  readonly payload: Json;
};

/** What stands where something else should: each type of JSON, times in each unit and none, and text that is hard to handle. */
export const oddValues: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e18,
  1_700_000_000_000,
  -1e300,
  "",
  " ",
  "2024-01-01",
  "1700000000",
  "nan",
  "a,\"b'\\\u0000\u202eא😀|;\t\r\n",
  {},
  { id: { id: 1 } },
  [],
  [null, 7, "x", {}, [[]]],
];

/** The payload with one value replaced or left out, for each value in it and each odd value; of a list, the first element only. */
export function* mutationsOf(payload: Json, values: readonly Json[] = oddValues): Generator<Mutation> {
  for (const path of pathsOf(payload)) {
    const place = path.join(".");
    yield { name: `${place} left out`, payload: replaced(payload, path, undefined) };
    for (const value of values) {
      yield { name: `${place} = ${JSON.stringify(value)}`, payload: replaced(payload, path, value) };
    }
  }
}

type Path = readonly (string | number)[];

function* pathsOf(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (value === null || typeof value !== "object") return;
  if (isList(value)) {
    if (value[0] !== undefined) yield* pathsOf(value[0], [...path, 0]);
    return;
  }
  for (const [name, inner] of Object.entries(value)) yield* pathsOf(inner, [...path, name]);
}

function replaced(value: Json, [step, ...rest]: Path, instead: Json | undefined): Json {
  if (value === null || typeof value !== "object" || step === undefined) return value;
  if (isList(value))
    return value.map((inner, index) => (index === step ? (next(inner, rest, instead) ?? null) : inner));
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    const after = name === step ? next(inner, rest, instead) : inner;
    return after === undefined ? [] : [[name, after]];
  });
  return Object.fromEntries(entries);
}

function next(inner: Json, rest: Path, instead: Json | undefined): Json | undefined {
  return rest.length === 0 ? instead : replaced(inner, rest, instead);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
