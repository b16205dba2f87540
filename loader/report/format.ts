/** How values are written. Each takes null for "nothing to measure" and writes a dash for it. */

const dash = "–";
const integers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const money = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export type Unit = "count" | "share" | "seconds" | "score" | "money" | "number" | "p";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Seconds as the two largest units that matter: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return dash;
  if (seconds < minute) return `${Math.round(seconds)} s`;
  if (seconds < hour) return `${Math.round(seconds / minute)} min`;
  const [large, small, names] = seconds < 2 * day ? [hour, minute, ["h", "min"]] : [day, hour, ["d", "h"]];
  const rounded = Math.round(seconds / small) * small;
  const whole = Math.floor(rounded / large);
  const rest = Math.round((rounded - whole * large) / small);
  return rest === 0
    ? `${integers.format(whole)} ${names[0]}`
    : `${integers.format(whole)} ${names[0]} ${rest} ${names[1]}`;
}

/** A share, 0 to 1, in percent. */
function percent(share: number | null): string {
  if (share === null) return dash;
  const hundredths = share * 100;
  return `${hundredths !== 0 && Math.abs(hundredths) < 10 ? hundredths.toFixed(1) : hundredths.toFixed(0)} %`;
}

/** A p or q value. */
function probability(p: number | null): string {
  if (p === null) return dash;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

export function formatted(value: number | null, unit: Unit): string {
  if (value === null) return dash;
  switch (unit) {
    case "count":
      return integers.format(value);
    case "share":
      return percent(value);
    case "seconds":
      return duration(value);
    case "score":
    case "number":
      return decimals.format(value);
    case "money":
      return money.format(value);
    case "p":
      return probability(value);
    default:
      return unit satisfies never;
  }
}

/** A day as `2 Mar 2026`. */
export function dayText(day: string | null): string {
  if (day === null) return dash;
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
}

/** A time as `2 Mar 2026, 14:05 UTC`. */
export function timeText(time: string | null): string {
  return time === null ? dash : `${dayText(time.slice(0, 10))}, ${time.slice(11, 16)} UTC`;
}

/** `first_reply` → `first reply`. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

/** `first reply` → `First reply`. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
