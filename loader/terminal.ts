const framesPerSecond = 5;

/**
 * What a terminal obeys, hides, or shows in another order: control and format characters, U+2065 among them, line ends that few know,
 * and the plane of tags. Joiners stay, since emoji and some scripts need them. Line ends of ours stay too.
 */
const obeyed = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2065\u{e0000}-\u{e0fff}]/gu;
/** A line that GitHub, Azure Pipelines or TeamCity obeys when they find it in a log: `##[…]` anywhere, `::…::` at its start. */
const obeyedByCi = /(?<=#)#(?=\w*\[)|:(?=:)(?<=^[^\S\n]*:)/gm;

/**
 * A text as a terminal or a log of CI may show it, whoever wrote it: what they would obey stands there as `\u001b`. JSON stays the
 * same JSON: there it is an escape.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(obeyed, escaped).replaceAll(obeyedByCi, escaped);
}

/** A text of others as a part of a line: no line of theirs may look like one of ours. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, " ");
}

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => escapedUnit(text.charCodeAt(index))).join("");
}

function escapedUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * Draws a frame on the terminal over the frame before, until the returned function is called. The library that draws is
 * loaded here: scheduled runs have no terminal and need not load it.
 */
export async function drawFrames(terminal: NodeJS.WriteStream, frame: () => string): Promise<() => void> {
  const { createLogUpdate } = await import("log-update");
  const draw = createLogUpdate(terminal);
  const timer = setInterval(() => draw(frame()), 1000 / framesPerSecond);
  return () => {
    clearInterval(timer);
    draw(frame());
    draw.done();
  };
}
