import type { Span } from "./conversation/turns.ts";

/** The hours that a conversation is measured by. */
export type OfficeHours = {
  readonly scheduleId: string;
  /** Open seconds between two instants in epoch seconds; null where one of them is outside the clock of office hours. */
  readonly secondsBetween: (from: number, to: number) => number | null;
};

/** Columns of durations, in calendar seconds and in office seconds. */
export type SpanColumns = Readonly<Record<string, number | null>>;

export function spanColumns(name: string, span: Span | null, hours: OfficeHours): SpanColumns {
  return {
    [`${name}_seconds`]: span === null ? null : span.to - span.from,
    [`${name}_office_seconds`]: span === null ? null : hours.secondsBetween(span.from, span.to),
  };
}

export function middleAndLongest(name: string, spans: readonly Span[], hours: OfficeHours): SpanColumns {
  const calendar = spans.map(({ from, to }) => to - from);
  const office = spans.map(({ from, to }) => hours.secondsBetween(from, to));
  return {
    [`median_${name}_seconds`]: lowerMiddle(calendar),
    [`median_${name}_office_seconds`]: allKnown(office) ? lowerMiddle(office) : null,
    [`max_${name}_seconds`]: calendar.length === 0 ? null : Math.max(...calendar),
    [`max_${name}_office_seconds`]: office.length === 0 || !allKnown(office) ? null : Math.max(...office),
  };
}

function lowerMiddle(numbers: readonly number[]): number | null {
  return numbers.toSorted((left, right) => left - right)[Math.ceil(numbers.length / 2) - 1] ?? null;
}

/** Spans that were not all seen add up to nothing that is right. */
export function total(name: string, spans: readonly Span[] | null, hours: OfficeHours): SpanColumns {
  if (spans === null) return { [`${name}_seconds`]: null, [`${name}_office_seconds`]: null };
  const office = spans.map(({ from, to }) => hours.secondsBetween(from, to));
  return {
    [`${name}_seconds`]: sumOf(spans.map(({ from, to }) => to - from)),
    [`${name}_office_seconds`]: allKnown(office) ? sumOf(office) : null,
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A figure of several spans is known only when all of them are: the rest would pass for all. */
function allKnown(office: readonly (number | null)[]): office is readonly number[] {
  return !office.includes(null);
}
