/** An HTTP message's headers by their lower-case names. A header that came several times is a list. */
export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A header's value; the first one where it came several times. */
export function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
