import fc from "fast-check";

/** The cases of a property that `make test` tries; `make fuzz` tries 100,000. */
const cases = Number(process.env["FUZZ_CASES"] ?? 5000);
/** `make test` tries the same cases each time: what fails there is a change's doing. `make fuzz` draws others. */
const seed = process.env["FUZZ_SEED"] ?? (process.env["FUZZ_CASES"] === undefined ? "20261130" : undefined);
/** On average. */
const valuesPerBatch = 250;
const parameters = { numRuns: cases, ...(seed === undefined ? {} : { seed: Number(seed) }) };

/** What programs obey, pass over or break at: each has spoilt somebody's log, table, page or request before. */
const nasty = [
  ..."\0\b\t\n\r\u001b\u0085\u009b\u00ad\u200b\u200d\u200e\u202e\u2028\u2029\u2066\ufeff\ufffd\ufffe",
  ...["\ud83d", "\ude00", "😀", "👩‍👩‍👧", "\u{e0041}", "é", "e\u0301", "ﷺ", "שלום", "日本"],
  ...["'", "''", '"', "`", "\\", "\\'", "\\u0000", "$$", "--", "/*", ";", "{{ 1 }}", "{% raw %}", "%", "%2f", "%00"],
  ...[
    "<",
    ">",
    "&",
    "&#0;",
    "&#x1b;",
    "&lt;",
    "<b>",
    "</p>",
    "<br>",
    "<li>",
    "<!--",
    "-->",
    "]]>",
    "</script>",
    "<img src=x>",
  ],
  ...["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", ",", "|", "\r\n", "::error::", "##[group]", "##vso[task.x]"],
  ...[
    "\u001b[2J",
    "\u001b]0;title\u0007",
    "\u001b]8;;http://example.com\u001b\\",
    "\u001b]52;c;QQ==\u0007",
    "\u009b31m",
  ],
  ...["/", "//", ".", "..", "?", "#", "../", "__proto__", "constructor", "toString", "null", "NaN", "0", ""],
];

/** Texts as somebody writes who wants to do harm. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 6 }), fc.string({ maxLength: 6 })),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(""));

/**
 * Asserts that a check throws for no value. Otherwise the error has the smallest such value, and the seed: `FUZZ_SEED=…` repeats it.
 */
export function holds<T>(values: fc.Arbitrary<T>, check: (value: T) => void): void {
  fc.assert(
    fc.property(values, (value) => check(value)),
    parameters,
  );
}

/** As `holds`, for a check that takes its time. */
export async function holdsAsync<T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(values, check), parameters);
}

/** As `holds`, for many values at once, where each check would be a process, a request or a statement of its own. */
export async function holdsForAll<T>(
  values: fc.Arbitrary<T>,
  check: (values: readonly T[]) => Promise<void>,
  perBatch = valuesPerBatch,
): Promise<void> {
  const batches = fc.array(values, { maxLength: 2 * perBatch, size: "max" });
  await fc.assert(fc.asyncProperty(batches, check), { ...parameters, numRuns: Math.ceil(cases / perBatch) });
}
