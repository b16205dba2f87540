import type { Privacy } from "../../privacy.ts";
import type { PseudonymKind } from "../../pseudonyms.ts";
import { replaceAddresses } from "./addresses.ts";
import { attributeKindOf, attributesOfModels, type Kind, kindOf, wholeKindOf } from "./fields.ts";
import { isPhoneAlone, phoneOf } from "./numbers.ts";
import { People } from "./people.ts";
import { hostOf, markOfBody, scrubbed, scrubbedBody, scrubbedText, withoutParameters } from "./writing.ts";

/** Where a value is: its member, the member that its object is in, and what holds for all below. */
type Place = {
  readonly name: string;
  readonly parent: string;
  readonly whole?: Kind | undefined;
  /** The attribute that the value belongs to. */
  readonly attribute?: string | undefined;
  /** Whether the object is a bot or a team, whose name is no person's. */
  readonly isNobody?: boolean;
  /** Whether the object is a file that somebody uploaded. */
  readonly isFile?: boolean;
};

/** Texts of attributes that are numbers, truth values or times: they name nobody. */
const plainValue =
  /^(?:-?\d{1,8}(?:\.\d{1,6})?|true|false|\d{4}-\d\d-\d\d(?:[T ][\d:.]{4,15}(?:Z|[+-]\d\d:?\d\d)?)?)$/i;
/** Attributes whose numbers and dates belong to one person. */
const personalNumber = new RegExp(
  [
    "phone|mobil|handy|whats.?app|contact.?n|telef|fax|(?<![a-z])(?:tel|cell)(?![a-z])",
    "iban|card|account.?n|konto|passport|ausweis|(?<![a-z])(?:ssn|nin|cpf)(?![a-z])|(?<![a-z])(?:vat|tax).?(?:id|n)|social.?security|national.?i|steuer.?(?:id|n)|driv(?:er|ing)",
    "birth|geburt|naissance|nacim|(?<![a-z])dob(?![a-z])",
  ].join("|"),
  "i",
);
const code = /^[\w./-]{1,40}$/;
const nobodies: ReadonlySet<unknown> = new Set(["bot", "team"]);

/** A record of Intercom's, as the modes let it be stored. @param name the list that it is of */
export function minimisedRecord(record: unknown, name: string, privacy: Privacy): unknown {
  const people = new People();
  if (privacy.pii !== "full" && privacy.body === "scrubbed") collectNames(record, { name, parent: "" }, people);
  return new Minimised(privacy, people).of(record, { name, parent: "" });
}

function collectNames(value: unknown, place: Place, people: People): void {
  for (const [member, at] of membersOf(value, place)) {
    if (typeof member === "string" && kindAt(at) === "name" && at.isNobody !== true) people.add(member);
    else collectNames(member, at, people);
  }
}

/** The members of an object or an array, each with its place; none of any other value. */
function* membersOf(value: unknown, place: Place): Generator<[unknown, Place, string]> {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield [element, place, String(index)];
    return;
  }
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return;
  // The records of a list are under `data`.
  const parent = place.name === "data" ? place.parent : place.name;
  const type = "type" in value ? value.type : undefined;
  const kind = { isNobody: nobodies.has(type), isFile: type === "upload" };
  for (const [name, member] of Object.entries(value)) {
    const isAttribute = place.whole === "attribute";
    const attribute = isAttribute ? (place.attribute ?? name) : undefined;
    yield [member, { name, parent, whole: place.whole ?? wholeKindOf(name), attribute, ...kind }, name];
  }
}

function kindAt({ name, parent, whole, attribute, isFile }: Place): Kind {
  if (attribute === undefined) return whole ?? kindOf(name, parent);
  if (isFile === true && (name === "name" || name === "url")) return "file";
  // An attribute's text may be by itself or in an object, under `value`.
  return name === attribute || name === "value" ? attributeKindOf(attribute) : "attribute";
}

class Minimised {
  readonly #privacy: Privacy;
  readonly #people: People;

  constructor(privacy: Privacy, people: People) {
    this.#privacy = privacy;
    this.#people = people;
  }

  of(value: unknown, place: Place): unknown {
    if (typeof value === "string") return this.#text(value, place);
    if (typeof value === "number" || JSON.isRawJSON(value)) return this.#number(value, place);
    if (typeof value !== "object" || value === null) return value;
    const members = [...membersOf(value, place)].map(
      ([member, at, name]) => [this.#name(name), this.of(member, at)] as const,
    );
    return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
  }

  /** A member's name, which may be an address where you named your attributes so. */
  #name(name: string): string {
    return name.includes("@") ? this.#withoutAddresses(name) : name;
  }

  #number(value: unknown, place: Place): unknown {
    if (this.#privacy.pii === "full") return value;
    const kind = kindAt(place);
    const isPersonal = kind === "attribute" && this.#isPersonalNumber(place.attribute ?? place.name);
    return isPersonal || kind === "email" || kind === "name" || kind === "phone" || kind === "personal" ? null : value;
  }

  #isPersonalNumber(attribute: string): boolean {
    return personalNumber.test(attribute) && !this.#privacy.keptAttributes.has(attribute.toLowerCase());
  }

  #text(text: string, place: Place): string | null {
    if (text === "") return text;
    const kind = kindAt(place);
    switch (kind) {
      case "kept":
        return this.#withoutAddresses(text);
      case "email":
        return this.#pseudonym("email", text);
      case "name":
        return place.isNobody === true ? this.#withoutAddresses(text) : this.#pseudonym("name", text);
      case "phone":
        return this.#pseudonym("phone", phoneOf(text) ?? text);
      case "key":
        return this.#key(text);
      case "personal":
        return this.#privacy.pii === "full" ? text : null;
      case "url":
        return this.#url(text);
      case "body":
        return this.#written(text, scrubbedBody, markOfBody(text));
      case "text":
        return this.#written(text, scrubbedText, null);
      case "file":
        return this.#privacy.body === "full" ? text : null;
      case "attribute":
        return this.#attribute(text, place);
      default:
        throw new Error(`no such kind: ${kind satisfies never}`);
    }
  }

  #pseudonym(kind: PseudonymKind, text: string): string | null {
    const { pii, pseudonyms } = this.#privacy;
    return pii === "full" ? text : (pseudonyms?.of(kind, text) ?? null);
  }

  #withoutAddresses(text: string): string {
    if (this.#privacy.pii === "full") return text;
    return replaceAddresses(text, (address) => this.#pseudonym("email", address) ?? "[email]");
  }

  #key(text: string): string | null {
    let hasAddress = text.includes("@");
    const plain = replaceAddresses(text, (address) => {
      hasAddress = true;
      return address;
    });
    if (hasAddress) return this.#pseudonym("email", plain);
    const phone = phoneOf(text) ?? (isPhoneAlone(text) ? text : undefined);
    return phone === undefined ? text : this.#pseudonym("phone", phone);
  }

  #url(text: string): string | null {
    const { pii, body } = this.#privacy;
    if (pii === "full" && body === "full") return text;
    return pii === "none" ? hostOf(text) : scrubbed(withoutParameters(text), undefined);
  }

  #written(
    text: string,
    scrub: (text: string, people: People | undefined) => string,
    mark: string | null,
  ): string | null {
    const { pii, body } = this.#privacy;
    if (body === "full") return text;
    return body === "none" ? mark : scrub(text, pii === "full" ? undefined : this.#people);
  }

  /** A text of a free-form value: it may say anything, so that only what is known to name nobody is kept. */
  #attribute(text: string, { name, attribute }: Place): string | null {
    const { pii, body, keptAttributes } = this.#privacy;
    if (pii === "full" && body === "full") return text;
    const attributeName = (attribute ?? name).toLowerCase();
    if (attributesOfModels.has(attributeName) || keptAttributes.has(attributeName)) return this.#withoutAddresses(text);
    const isCode = attribute !== undefined && attribute !== name && name === "type" && code.test(text);
    const isPersonal = pii !== "full" && /\d/.test(text) && this.#isPersonalNumber(attribute ?? name);
    if (isCode || (plainValue.test(text) && !isPersonal)) return text;
    if (pii === "full") return body === "none" ? null : scrubbedText(text, undefined);
    return this.#pseudonym(text.includes("@") ? "email" : "text", text);
  }
}
