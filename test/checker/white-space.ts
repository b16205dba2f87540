/**
 * The text with runs of white space made one: a run with a line break in it is a line break, any other a space. Null when
 * nothing but white space is left. Lines still count in this form.
 */
export function collapsed(text: string | null): string | null {
  const tidy = (text ?? "").replaceAll(/\s+/g, (run) => (run.includes("\n") ? "\n" : " ")).trim();
  return tidy === "" ? null : tidy;
}

/** The text with every run of white space made one space: two texts that are the same up to white space are equal in it. */
export function onOneLine(text: string | null): string | null {
  return collapsed(text)?.replaceAll("\n", " ") ?? null;
}
