import { isIP } from "node:net";

/** Four numbers with dots between them. What is around them may be a port, a mask or a word. */
const dotted = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\d|\.\d)/g;
/** What may be an IPv6 address: groups with colons between them, maybe with dotted numbers at its end. */
const grouped = /[0-9a-fA-F:]*:[0-9a-fA-F:]+(?:\.\d{1,3}){0,3}/g;
/** Names of members that hold an address: `ip`, `ip_address`, `ipAddresses`, `client_ip`, `lastIp`, `remote_addr`. */
const addressKey =
  /^(?:ip|ip[_-]?(?:v[46]|addr(?:ess(?:es)?)?)|.*[_-]ip(?:[_-]?addr(?:ess(?:es)?)?)?s?|remote[_-]?addr(?:ess)?)$/i;
const camelKey = /[a-z]I[pP](?:Addr(?:ess(?:es)?)?)?s?$/;
const removed = "[IP address]";

/** A record without IP addresses: members that hold one are left out, and addresses in texts are replaced. */
export function withoutIpAddresses(value: unknown): unknown {
  if (typeof value === "string") return withoutAddresses(value);
  if (Array.isArray(value)) return value.map(withoutIpAddresses);
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !addressKey.test(key) && !camelKey.test(key))
      .map(([key, member]) => [withoutAddresses(key), withoutIpAddresses(member)]),
  );
}

/** IPv6 first: it may end with dotted numbers. */
function withoutAddresses(text: string): string {
  return text.replace(grouped, withoutGrouped).replace(dotted, removed);
}

/** An address may be followed by the end of a sentence, or stand after a colon. */
function withoutGrouped(text: string): string {
  const address = text.replace(/^:(?!:)/, "").replace(/(?<!:):$/, "");
  // `std::string` has the form of an address too.
  const isWord = !/\d/.test(address) && address.split(":").length <= 3;
  return isIP(address) === 6 && !isWord ? text.replace(address, removed) : text;
}
