import { isIP } from "node:net";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import validator from "validator";

const dottedAddress = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g;
const groupedAddress = /(?<![\w:.])[0-9a-f:]{3,45}(?![\w:])/gi;
/** What may begin with an IBAN: words may follow it. */
const account = /(?<![\p{L}\p{N}])[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}/gu;
const accountLengthMin = 15;
/** Digits with at most two blanks, dots, dashes, slashes or brackets between them. */
const digits = /(?<![\p{L}\p{N}])(?:\+ ?)?\(?\d(?:[ \u00a0\-./()]{0,2}\d)+/gu;
const date = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ \u00a0]\d{1,2})?$/;
const local = /^\d{3}[ .-]\d{4}$/;
const phoneLengthMax = 40;
const phoneDigitsMin = 7;
const phoneDigitsMax = 15;
/** So many digits are the number of something or somebody, whatever it is. */
const numberDigitsMin = 9;

/** A text without IBANs, known by their checksums. */
export function withoutAccounts(text: string): string {
  return text.replace(account, withoutAccount);
}

/**
 * A text without IP addresses, card numbers (Luhn), phone numbers, and any other number of nine digits or
 * more. Dates and shorter numbers stay.
 */
export function withoutNumbers(text: string): string {
  if (!/\d/.test(text) && !text.includes("::")) return text;
  return text
    .replace(dottedAddress, (found) => (isIP(found) === 4 ? "[ip]" : found))
    .replace(groupedAddress, (found) => (isIP(found) === 6 && /\d/.test(found) ? "[ip]" : found))
    .replace(digits, (found) => labelOf(found) ?? found);
}

/** The IBAN at the beginning, replaced. Only the checksum shows where it ends. */
function withoutAccount(found: string): string {
  let compact = "";
  for (let index = 0; index < found.length; index += 1) {
    const character = found.charAt(index);
    if (!/[A-Za-z0-9]/.test(character)) continue;
    compact += character;
    if (compact.length >= accountLengthMin && validator.isIBAN(compact)) return `[iban]${found.slice(index + 1)}`;
  }
  return found;
}

function labelOf(found: string): string | undefined {
  const count = found.replaceAll(/\D/g, "").length;
  if (count < phoneDigitsMin || date.test(found)) return undefined;
  if (count >= 12 && count <= 19 && validator.isLuhnNumber(found.replaceAll(/\D/g, ""))) return "[card]";
  if (count <= phoneDigitsMax && isPhone(found)) return "[phone]";
  return count >= numberDigitsMin ? "[number]" : undefined;
}

/** A number from abroad as the library knows it; one from home by how it is written, since its country is unknown. */
function isPhone(found: string): boolean {
  return phoneOf(found) !== undefined || /^[(0]/.test(found) || local.test(found);
}

/** Whether a text is nothing but a phone number, as it is written at home or with its country. An id may begin with many zeros. */
export function isPhoneAlone(text: string): boolean {
  const trimmed = text.trim();
  return !trimmed.startsWith("000") && withoutNumbers(trimmed) === "[phone]";
}

/** A phone number with its country, in the form E.164; undefined of any other text. */
export function phoneOf(text: string): string | undefined {
  const international = text.trim().replace(/^00/, "+");
  if (!international.startsWith("+") || international.length > phoneLengthMax) return undefined;
  const phone = parsePhoneNumberFromString(international);
  return phone?.isPossible() === true ? phone.number : undefined;
}
