import { plainText } from "../plain-text.ts";
import { replaceAddresses } from "./addresses.ts";
import { withoutAccounts, withoutNumbers } from "./numbers.ts";
import type { People } from "./people.ts";
import { withoutSecrets } from "./secrets.ts";

/** Stands for a body that had a text. Staging knows it, so that a message without its text still counts. */
const bodyNotStored = "[body not stored]";

const media = /<(?:img|video|audio|iframe)/i;
const markup = /[<&]/;
/** Characters that nobody sees, and that would hide an address. */
const invisible = /[\u00ad\u200b\u2060\ufeff]/g;
const url = /(?:https?:\/\/|www\.)[^\s<>"']{1,4096}/gi;

/** A text without addresses, numbers and secrets of people, and without the names of those who take part. */
export function scrubbed(text: string, people: People | undefined): string {
  const visible = text.replaceAll(invisible, "").replaceAll(url, withoutParameters);
  // An IBAN without blanks looks like a token.
  const withoutKeys = withoutSecrets(withoutAccounts(visible));
  const anonymous = withoutNumbers(replaceAddresses(withoutKeys, () => "[email]"));
  return people?.without(anonymous) ?? anonymous;
}

/** A text that may have markup, as `scrubbed` gives its plain text. */
export function scrubbedText(text: string, people: People | undefined): string {
  return scrubbed(markup.test(text) ? (plainText(text) ?? "") : text, people);
}

/**
 * An HTML body as its visible text, scrubbed, as HTML again: addresses hide in attributes and comments too, and an address
 * may have tags within. A body that shows nothing but media keeps a mark of that.
 */
export function scrubbedBody(html: string, people: People | undefined): string {
  const text = plainText(html);
  if (text === null) return withoutText(html);
  const escaped = scrubbed(text, people).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<p>${escaped.replaceAll("\n", "<br>")}</p>`;
}

/** What is left of an HTML body that is not stored: whether it had a text, and else whether it showed something. */
export function markOfBody(html: string): string {
  return plainText(html) === null ? withoutText(html) : bodyNotStored;
}

function withoutText(html: string): string {
  return media.test(html) ? "<img>" : "";
}

/** An address on the web without who asks and what for. */
export function withoutParameters(address: string): string {
  return address.replace(/[?#].*$/s, "").replace(/\/\/[^/@]{1,256}@/, "//");
}

/** Only the host of an address on the web; null of any other text. */
export function hostOf(address: string): string | null {
  return URL.canParse(address) ? `${new URL(address).origin}/` : null;
}
