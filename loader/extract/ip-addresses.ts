import { isIP } from "node:net";

/** What may be part of an IP address. */
const addressPattern = /[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]+/g;
const addressKey = /^(ip|ip_?address(es)?|.*_ip)$/i;
const removed = "[IP address]";

/** A record without IP addresses: members that hold one are left out, and addresses in texts are replaced. */
export function withoutIpAddresses(value: unknown): unknown {
  if (typeof value === "string") return value.replace(addressPattern, (text) => (isAddress(text) ? removed : text));
  if (Array.isArray(value)) return value.map(withoutIpAddresses);
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !addressKey.test(key))
      .map(([key, member]) => [key, withoutIpAddresses(member)]),
  );
}

/** Whether a text is an address, maybe at the end of a sentence. */
function isAddress(text: string): boolean {
  return isIP(text.replace(/[.:]$/, "")) !== 0;
}
