import { namedBars } from "../../../charts/bars.ts";
import type { Card } from "../../card.ts";
import { numberOf, type Selection } from "../../select.ts";

export function finCard(selection: Selection): Card {
  const window = selection.window();
  const steps = [
    { name: "New conversations", value: numberOf(window?.new_conversations) },
    { name: "Fin took part", value: numberOf(window?.ai_agent_involved) },
    { name: "Fin answered", value: numberOf(window?.ai_agent_answered) },
    { name: "Deflected", value: numberOf(window?.ai_agent_deflected) },
    { name: "Resolved by Fin", value: numberOf(window?.ai_agent_resolved) },
    { name: "Handed over", value: numberOf(window?.ai_agent_handed_over) },
  ];
  return {
    id: "support-fin",
    title: "What Fin did",
    note: "New conversations in the period.",
    columns: [
      { name: "name", label: "Step", kind: "text" },
      { name: "value", label: "Conversations", kind: "count" },
    ],
    rows: steps,
    draw: namedBars(steps, "count"),
    isWide: true,
    missing:
      window === undefined || steps[1]?.value === 0 ? "Fin took part in no conversation of the period." : undefined,
  };
}
