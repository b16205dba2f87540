// When conversations begin: working hours on two continents, weekends, slow and busy weeks, one outage. The number of
// conversations stretches the density, never the period, and creation times grow with the index.
import { unit } from "./random.ts";

const HOUR = 3600;
const DAY = 86400;
const WEEK = 7 * DAY;

/** The desk's first second and the instant at which the world's clock starts, in epoch seconds. */
export const DESK_BEGIN = Date.UTC(2025, 0, 1) / 1000;
export const DESK_NOW = Date.UTC(2026, 5, 30, 18) / 1000;
/** How far the clock can be advanced: the arrivals after it are not planned. */
export const ADVANCE_SECONDS_MAX = 400 * DAY;

const HORIZON = DESK_NOW + ADVANCE_SECONDS_MAX;

/** Relative traffic by hour of day, UTC: Europe's morning, both continents, America's afternoon, a thin night. */
const BY_HOUR = [
  0.16, 0.12, 0.1, 0.08, 0.1, 0.16, 0.3, 0.62, 0.9, 1, 0.96, 0.9, 0.94, 1.22, 1.5, 1.58, 1.5, 1.36, 1.22, 1.12, 1, 0.7,
  0.42, 0.26,
];
/** From Monday. */
const BY_WEEKDAY = [1.25, 1.12, 1.05, 1, 0.85, 0.2, 0.16];

/** Weeks that were out of the ordinary: [from, to) and the factor on the traffic. */
const SPECIAL: readonly (readonly [number, number, number])[] = [
  [Date.UTC(2025, 2, 10), Date.UTC(2025, 2, 17), 1.7], // a big release
  [Date.UTC(2025, 7, 11), Date.UTC(2025, 7, 25), 0.65], // summer
  [Date.UTC(2025, 9, 14, 13), Date.UTC(2025, 9, 15), 4], // an outage
  [Date.UTC(2025, 11, 22), Date.UTC(2026, 0, 4), 0.35], // the holidays
  [Date.UTC(2026, 1, 2), Date.UTC(2026, 1, 9), 1.6], // a price change
  [Date.UTC(2026, 3, 3), Date.UTC(2026, 3, 7), 0.5], // Easter
  [Date.UTC(2026, 4, 18), Date.UTC(2026, 4, 25), 1.5], // a big release
].map(([from = 0, to = 0, factor = 1]) => [from / 1000, to / 1000, factor]);

/** The order in which conversations begin. `count` is how many have begun by DESK_NOW. */
export class Arrivals {
  private readonly seed: number;
  private readonly perIndex: number;
  /** Traffic before each hour since DESK_BEGIN. */
  private readonly before: Float64Array;

  constructor(seed: number, count: number) {
    this.seed = seed;
    const hours = Math.ceil((HORIZON - DESK_BEGIN) / HOUR);
    this.before = new Float64Array(hours + 1);
    for (let hour = 0; hour < hours; hour++) {
      this.before[hour + 1] = (this.before[hour] ?? 0) + this.traffic(DESK_BEGIN + hour * HOUR);
    }
    this.perIndex = this.trafficUntil(DESK_NOW) / Math.max(count, 1);
  }

  /** Epoch seconds at which conversation `index` begins; Infinity when that lies past what is planned. */
  createdAt(index: number): number {
    const target = (index + 0.1 + 0.8 * unit(this.seed, 11, index)) * this.perIndex;
    let low = 0;
    let high = this.before.length - 1;
    if (target >= (this.before[high] ?? 0)) return Number.POSITIVE_INFINITY;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.before[middle] ?? 0) <= target) low = middle;
      else high = middle;
    }
    const from = this.before[low] ?? 0;
    const share = (target - from) / ((this.before[high] ?? 0) - from);
    return DESK_BEGIN + Math.floor((low + share) * HOUR);
  }

  /** The first index whose conversation begins at `epoch` or later. */
  indexFrom(epoch: number): number {
    if (epoch <= DESK_BEGIN) return 0;
    let index = Math.max(0, Math.floor(this.trafficUntil(Math.min(epoch, HORIZON)) / this.perIndex) - 2);
    while (this.createdAt(index) < epoch) index++;
    return index;
  }

  private trafficUntil(epoch: number): number {
    const hour = (epoch - DESK_BEGIN) / HOUR;
    const whole = Math.floor(hour);
    const from = this.before[whole] ?? 0;
    return from + ((this.before[whole + 1] ?? from) - from) * (hour - whole);
  }

  private traffic(epoch: number): number {
    const weekday = (Math.floor(epoch / DAY) + 3) % 7;
    const growth = 1 + (0.6 * (epoch - DESK_BEGIN)) / (DESK_NOW - DESK_BEGIN);
    const week = 0.8 + 0.4 * unit(this.seed, 12, Math.floor(epoch / WEEK));
    let factor = growth * week * (BY_HOUR[new Date(epoch * 1000).getUTCHours()] ?? 0) * (BY_WEEKDAY[weekday] ?? 0);
    for (const [from, to, special] of SPECIAL) if (epoch >= from && epoch < to) factor *= special;
    return factor;
  }
}
