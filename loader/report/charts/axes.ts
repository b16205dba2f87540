import { duration, formatted, type Unit } from "../format.ts";

const ticksMax = 5;
/** Steps at which people count time, in seconds. */
const timeSteps = [
  1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 259_200, 604_800,
  1_209_600, 2_592_000, 7_776_000, 31_536_000,
];

type Axis = {
  readonly label: string | null;
  readonly ticks?: readonly number[];
  readonly tickFormat: (value: number) => string;
  readonly domain: readonly [number, number];
  readonly grid: true;
  readonly zero: true;
};

/** An axis for values of a unit, from zero to the largest of them. */
export function valueAxis(values: readonly (number | null)[], unit: Unit, label: string | null = null): Axis {
  const largest = Math.max(0, ...values.filter((value) => value !== null));
  const axis = { label, tickFormat: (value: number) => formatted(value, unit), grid: true, zero: true } as const;
  if (unit === "seconds") {
    const step = timeSteps.find((candidate) => largest / candidate <= ticksMax) ?? largest / ticksMax;
    const top = Math.max(step, Math.ceil(largest / step) * step);
    const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
    return { ...axis, ticks, tickFormat: duration, domain: [0, top] };
  }
  if (unit === "share") return { ...axis, domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] };
  if (unit === "count") return { ...axis, ticks: wholeTicks(largest), domain: [0, Math.max(1, largest)] };
  if (unit === "score") return { ...axis, domain: [0, 5], ticks: [0, 1, 2, 3, 4, 5] };
  return { ...axis, domain: [0, largest === 0 ? 1 : largest] };
}

/** Ticks at whole numbers. */
function wholeTicks(largest: number): number[] {
  if (largest <= ticksMax) return Array.from({ length: Math.max(1, largest) + 1 }, (_, index) => index);
  const rough = largest / ticksMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  return Array.from({ length: Math.floor(largest / step) + 1 }, (_, index) => index * step);
}
