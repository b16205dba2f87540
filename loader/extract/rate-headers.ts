import { type HttpHeaders, headerText } from "../http-headers.ts";
import { namedTimeMs, serverDelayMsMax } from "../retry.ts";

/** No window is longer, and none ends further away: headers that say so come from a wrong clock. */
export const windowMsMax = serverDelayMsMax;

/** The rate limit as a response's headers state it: the requests of the current window, and its end in epoch seconds. */
export type RateHeaders = { readonly limit: number; readonly remaining: number; readonly resetSeconds: number };

/**
 * The rate headers of a response, when it has all three and names an end that can be true.
 * @param serverNowMs the server's clock, as far as it is known
 */
export function rateHeadersOf(headers: HttpHeaders, serverNowMs: number): RateHeaders | undefined {
  const limit = numberOf(headers["x-ratelimit-limit"]);
  const remaining = numberOf(headers["x-ratelimit-remaining"]);
  const resetMs = namedTimeMs(headerText(headers["x-ratelimit-reset"]), serverNowMs);
  if (limit === undefined || limit <= 0 || remaining === undefined || resetMs === undefined) return undefined;
  if (Math.abs(resetMs - serverNowMs) > windowMsMax) return undefined;
  return { limit, remaining, resetSeconds: Math.ceil(resetMs / 1000) };
}

function numberOf(header: string | string[] | undefined): number | undefined {
  const value = headerText(header)?.trim() ?? "";
  const number = value === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
