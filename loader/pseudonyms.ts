import { createHmac } from "node:crypto";

/** What a pseudonym stands for: the same text as an address and as a name has two. */
export type PseudonymKind = "email" | "name" | "phone" | "text";

/** What every pseudonym begins with. */
const pseudonymPrefix = "pii_";

const hexDigits = 32;
const pseudonym = new RegExp(`^${pseudonymPrefix}[0-9a-f]{${hexDigits}}$`);

/**
 * Keyed hashes that stand for personal values: the first 128 bits of an HMAC-SHA-256. One value always has one pseudonym, so
 * that rows still join; without the key nobody can try out addresses.
 */
export class Pseudonyms {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** The pseudonym of a value. Capitals and blanks around it do not count. */
  of(kind: PseudonymKind, value: string): string {
    return `${pseudonymPrefix}${this.#hash(`${kind}\0${canonical(value)}`)}`;
  }

  /** Tells one key from another without telling the key. */
  get keyCheck(): string {
    return this.#hash("check\0").slice(0, 8);
  }

  #hash(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex").slice(0, hexDigits);
  }
}

/** Whether a value of the warehouse stands for another one. */
export function isPseudonym(value: string): boolean {
  return pseudonym.test(value);
}

function canonical(value: string): string {
  return value.normalize("NFC").trim().replaceAll(/\s+/g, " ").toLowerCase();
}
