import type { SqlDialect } from "../sql.ts";

/** JSON's escapes. */
const escapes = "\\\\(u[0-9a-f]{4}|.)";
const quotedText = '"[^"]*"';
/** An address in a text, without its neighbours; `\x27` is an apostrophe, which may also be within a name. */
const address = '[^\\s"<>(),;:=/@\\x27*!][^\\s"<>(),;:=/@]*@[^\\s"<>(),;:=/@&?\\x27*!]*[^\\s"<>(),;:=/@&?\\x27*!.]';

/** An address as it is given, and as other programs write the same letters (é is one sign, or two). */
export function addressForms(given: string): readonly string[] {
  return [...new Set([given, given.normalize("NFC"), given.normalize("NFD")])];
}

/** The addresses in a JSON text, in lower case, as `name`. They are whole: `joann@example.com` contains another address. */
export function eachAddress(dialect: SqlDialect, json: string, name: string): string {
  return dialect.eachMatch(addressText(dialect, json), address, name);
}

/** Whether an address, in lower case, is one of the addresses in a JSON text. */
export function hasAddress(dialect: SqlDialect, json: string, value: string): string {
  return dialect.isMatch(value, addressText(dialect, json), address);
}

function addressText({ replaced }: SqlDialect, json: string): string {
  return replaced(`lower(${json})`, escapes, " ");
}

/** The texts in a JSON text, with their quotes, as `name`. */
export function eachQuoted({ eachMatch, replaced }: SqlDialect, json: string, name: string): string {
  return eachMatch(replaced(json, escapes, " "), quotedText, name);
}
