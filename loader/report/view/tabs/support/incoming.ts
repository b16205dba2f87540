import { heatMap } from "../../../charts/heat-map.ts";
import { weekBars } from "../../../charts/weeks.ts";
import { sentenceCase, words } from "../../../format.ts";
import { type Card, notEnough } from "../../card.ts";
import { barsCard, weekValue } from "../../over-time.ts";
import { numberOf, type Selection } from "../../select.ts";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export function byChannel(selection: Selection): Card {
  const { channel, team } = selection.filters;
  if (channel !== "all" || team !== "all")
    return barsCard(selection, {
      id: "support-channels",
      title: "New conversations",
      note: "By week, of the team or channel that is chosen.",
      unit: "count",
      series: [{ name: "New conversations", column: "new_conversations" }],
    });
  const rows = selection.weeksOfChannels();
  const values = rows.map((week) =>
    weekValue(week, { name: sentenceCase(words(String(week.channel))), column: "new_conversations" }),
  );
  return {
    id: "support-channels",
    title: "New conversations, by channel",
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      { name: "channel", kind: "words" },
      { name: "new_conversations", kind: "count" },
    ],
    rows,
    legend: [...new Set(values.map(({ series }) => series))],
    draw: weekBars(values, "count"),
    missing: values.length === 0 ? notEnough : undefined,
  };
}

export function hoursCard(selection: Selection): Card {
  const counted = selection.hours();
  const cells = weekdays.flatMap((row, index) =>
    Array.from({ length: 24 }, (_, column) => ({
      row,
      column,
      value:
        numberOf(
          counted.find((cell) => cell.weekday === index + 1 && cell.hour_of_day === column)?.new_conversations,
        ) ?? 0,
    })),
  );
  return {
    id: "support-hours",
    title: "When customers write",
    note: `New conversations by weekday and hour of the day (${selection.data.timeZone}) in the period.`,
    columns: [
      { name: "weekday_name", label: "Weekday", kind: "text" },
      { name: "hour_of_day", label: "Hour", kind: "count" },
      { name: "new_conversations", kind: "count" },
    ],
    rows: counted.map((cell) => ({ ...cell, weekday_name: weekdays[Number(cell.weekday) - 1] ?? "" })),
    draw: heatMap(
      cells,
      weekdays,
      Array.from({ length: 24 }, (_, hour) => hour),
    ),
    missing: counted.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}
