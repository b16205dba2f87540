import { isMap, isScalar, parseDocument, visit } from "yaml";
import { commentsAndStrings } from "./typescript-prose.ts";

/** A text that a person reads, and where it stands. */
export type Prose = { readonly place: string; readonly text: string };

/** What a person reads in a file, by its ending. Throws for an ending that is not known. */
export function proseIn(path: string, content: string): Prose[] {
  if (path.endsWith(".yml")) return [...descriptionsIn(path, content), ...commentsIn(path, content, /^\s*#+ ?(.*)$/)];
  if (path.endsWith(".md")) return markdownProse(path, content);
  if (path.endsWith(".sql")) return sqlProse(path, content);
  if (path.endsWith(".ts")) {
    return commentsAndStrings(content).map(({ line, text }) => ({ place: `${path}:${line}`, text }));
  }
  throw new Error(`nobody knows how to read the prose of ${path}`);
}

/** Descriptions in the yml beside the models; what a `doc()` stands for is read where it is written. */
export function descriptionsIn(path: string, content: string): Prose[] {
  const found: Prose[] = [];
  visit(parseDocument(content), {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.value !== "description" || !isScalar(pair.value)) return;
      const names = ancestors.flatMap((node) => (isMap(node) ? [node.get("name")] : []));
      const text = String(pair.value.value).replace(/\{\{.*?\}\}/g, "");
      found.push({ place: `${path} ${names.filter((name) => name !== undefined).join(".")}`, text });
    },
  });
  return found;
}

/** Lines of comments that follow one another are one text. The pattern's first group is the text of a line. */
function commentsIn(path: string, content: string, pattern: RegExp): Prose[] {
  const found: Prose[] = [];
  let open: { place: string; text: string } | null = null;
  for (const [index, line] of content.split("\n").entries()) {
    const text = pattern.exec(line)?.[1];
    if (text === undefined) open = null;
    else if (open === null) {
      open = { place: `${path}:${index + 1}`, text };
      found.push(open);
    } else open.text += `\n${text}`;
  }
  return found;
}

/** Paragraphs, headings, items of lists and cells of tables, each by itself; no code blocks. */
function markdownProse(path: string, content: string): Prose[] {
  const found: Prose[] = [];
  let inCode = false;
  let paragraph: { place: string; text: string } | null = null;
  for (const [index, whole] of content.split("\n").entries()) {
    const place = `${path}:${index + 1}`;
    if (/^\s*```/.test(whole)) inCode = !inCode;
    const line = whole.replace(/\{%.*?%\}/g, "");
    if (inCode || /^\s*(?:```|$)/.test(line)) paragraph = null;
    else if (/^\s*\|/.test(line)) {
      paragraph = null;
      const cells = line.replace(/`[^`]*`/g, "`code`").split("|");
      for (const text of cells.map((cell) => cell.trim())) if (/\p{L}/u.test(text)) found.push({ place, text });
    } else if (paragraph === null || /^\s*(?:[-*#>]|\d+\.) /.test(line) || line !== whole) {
      paragraph = { place, text: line.replace(/^\s*(?:[-*#>]+|\d+\.) /, "") };
      found.push(paragraph);
    } else paragraph.text += `\n${line}`;
  }
  return found;
}

/** Comments of SQL and of Jinja, and the literals that are sentences. */
function sqlProse(path: string, content: string): Prose[] {
  const jinja = [...content.matchAll(/\{#-?([\s\S]*?)-?#\}/g)].map(([, text = ""]) => ({ place: path, text }));
  const literals = [...content.matchAll(/'([^'\n]*)'/g)]
    .map(([, text = ""]) => ({ place: path, text }))
    .filter(({ text }) => !/[(){}=]/.test(text) && text.trim().split(/\s+/).length > 3);
  return [...commentsIn(path, content, /^\s*-- ?(.*)$/), ...jinja, ...literals];
}
