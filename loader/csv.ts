/** Blanks, quotes and invisible characters, which a spreadsheet may pass over. */
const passedOver = String.raw`[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}"'\x60]*`;
const formulaSigns = String.raw`=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b`;

/**
 * What a spreadsheet takes for the beginning of a formula. Full-width signs count, since a spreadsheet turns them into plain
 * ones. A tab or line end in front counts by itself.
 */
const formulaStart = new RegExp(`^(?:[\\t\\r\\n]|${passedOver}[${formulaSigns}])`, "u");

/**
 * The same behind what some programs take for the end of a cell: Excel ignores quotes within a line where `;` separates
 * cells. A dash or plus with nothing behind it is no formula, but a list or a ruled line.
 */
const innerFormulaStart = new RegExp(
  `([;\\t|]${passedOver}|[\\r\\n]${passedOver}(?![-\uff0d]))(?=[${formulaSigns}][^\\s|+-])`,
  "gu",
);

/** What any program takes for the end of a cell or of its quotes; and blanks at an end, which some programs remove. */
const mustBeQuoted = /[",;|\t\r\n]|^\s|\s$/;

/**
 * A value as a cell of RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front, which the
 * spreadsheet does not show.
 */
export function csvCell(value: string | number | readonly string[] | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const start = formulaStart.exec(text)?.[0] ?? "";
  const rest = text.slice(start.length).replaceAll(innerFormulaStart, "$1'");
  const safe = start === "" ? rest : `'${start}${rest}`;
  return mustBeQuoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
