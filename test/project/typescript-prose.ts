/** A comment or a line of a literal in a TypeScript file, and the line on which the comment or literal begins. */
export type Passage = { readonly line: number; readonly text: string };

const tokens = [
  String.raw`/\*(?<block>[\s\S]*?)\*/`,
  String.raw`(?<lines>//[^\n]*(?:\n[ \t]*//[^\n]*)*)`,
  // A regular expression is skipped, so that a quote in it begins no string. It begins where a value can begin.
  String.raw`(?<=(?:^|[(,=:[!&|?{};\n]|return)\s*)/(?![/*])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n])+/`,
  String.raw`"(?<double>(?:\\.|[^"\\\n])*)"`,
  String.raw`'(?<single>(?:\\.|[^'\\\n])*)'`,
  "`(?<template>(?:\\\\.|[^`\\\\])*)`",
];
const token = new RegExp(tokens.join("|"), "g");

/** A literal with fewer words is a name, a path or a keyword, and no sentence. */
const literalWordsMin = 4;

/** SQL is no prose, and neither is a pattern of a shell or a table. */
const isStatement =
  /\b(?:select|insert into|create|delete from|merge)\b[\s\S]*\b(?:from|values|table|using|as)\b|\bwhere\b.*=/i;

/** The comments of a TypeScript file, and its string literals that are sentences. Templates have `code` for each value. */
export function commentsAndStrings(source: string): Passage[] {
  const passages: Passage[] = [];
  for (const { groups = {}, index } of source.matchAll(token)) {
    const line = source.slice(0, index).split("\n").length;
    const comment = groups["block"] ?? groups["lines"];
    if (comment !== undefined) passages.push({ line, text: commentText(comment) });
    const literal = groups["double"] ?? groups["single"] ?? groups["template"];
    if (literal === undefined || isStatement.test(literal)) continue;
    const texts = literal.replace(/\$\{[^}]*\}/g, "code").split(/\n|\\n/);
    for (const text of texts) if (text.trim().split(/\s+/).length >= literalWordsMin) passages.push({ line, text });
  }
  return passages;
}

/** Without the signs of the comment; each `@param` is a sentence of its own. */
function commentText(comment: string): string {
  return comment
    .replace(/^[ \t]*(?:\/\/|\*) ?/gm, "")
    .replace(/^\* ?/, "")
    .replace(/\s+@/g, ". @");
}
