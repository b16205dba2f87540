import { backlogCard, csatCard } from "../common-cards.ts";
import { barsCard, linesCard } from "../over-time.ts";
import type { Tab } from "../tab.ts";
import { finCard } from "./support/fin.ts";
import { byChannel, hoursCard } from "./support/incoming.ts";
import { handOversCard, teammatesCard, teamsCard } from "./support/people.ts";
import { bandsCard, repliesByTeam } from "./support/speed.ts";
import { waitingCard } from "./support/waiting.ts";

export const supportTab: Tab = {
  id: "support",
  name: "Support",
  parts: (selection) => [
    { heading: "Who waits now" },
    waitingCard(selection),
    { heading: "What comes in" },
    byChannel(selection),
    linesCard(selection, {
      id: "support-flow",
      title: "Created, reopened and closed",
      note: "A conversation can close and be reopened several times.",
      unit: "count",
      series: [
        { name: "Created", column: "created" },
        { name: "Reopened", column: "reopened" },
        { name: "Closed", column: "closed" },
      ],
    }),
    hoursCard(selection),
    { heading: "What is left" },
    backlogCard(selection, "support-backlog"),
    barsCard(selection, {
      id: "support-backlog-age",
      title: "Backlog at the week's end, by age",
      note: "Days since the customer's first message; outbound messages that nobody answered are left out.",
      unit: "count",
      series: [
        { name: "Under 1 day", column: "backlog_age_under_1_day" },
        { name: "1 to 3 days", column: "backlog_age_1_to_3_days" },
        { name: "3 to 7 days", column: "backlog_age_3_to_7_days" },
        { name: "7 to 30 days", column: "backlog_age_7_to_30_days" },
        { name: "Over 30 days", column: "backlog_age_over_30_days" },
      ],
    }),
    { heading: "How fast" },
    linesCard(selection, {
      id: "support-replies",
      title: "Time to a reply, median",
      note: "First replies, and all replies to a customer who waits. Hollow points are of fewer than 10.",
      unit: "seconds",
      series: [
        { name: "First reply", column: selection.onClock("p50", "first_reply"), of: "first_replies" },
        { name: "Every reply", column: selection.onClock("p50", "reply"), of: "replies" },
      ],
    }),
    linesCard(selection, {
      id: "support-replies-p90",
      title: "Time to a reply, 90 % within",
      unit: "seconds",
      series: [
        { name: "First reply", column: selection.onClock("p90", "first_reply"), of: "first_replies" },
        { name: "Every reply", column: selection.onClock("p90", "reply"), of: "replies" },
      ],
    }),
    repliesByTeam(selection, "first_reply"),
    repliesByTeam(selection, "reply"),
    bandsCard(selection, "first_reply", "How long first replies took"),
    bandsCard(selection, "resolution", "How long resolutions took"),
    { heading: "How well" },
    csatCard(selection, "support-csat"),
    linesCard(selection, {
      id: "support-response",
      title: "Customers who rate when asked",
      note: "Share of the requests for a rating in the week that were answered by now. Hollow points are of fewer than 10.",
      unit: "share",
      series: [{ name: "Response rate", column: "rating_response_rate", of: "ratings_requested" }],
    }),
    linesCard(selection, {
      id: "support-cx",
      title: "CX score, mean",
      note: "Intercom's score of conversations, 1 to 5. Hollow points are of fewer than 10.",
      unit: "score",
      series: [{ name: "CX score", column: "average_cx_score", of: "cx_scores" }],
    }),
    linesCard(selection, {
      id: "support-sla",
      title: "SLAs met",
      note: "Share of the SLAs of new conversations that were hit, of those hit or missed. Hollow points are of fewer than 10.",
      unit: "share",
      series: [{ name: "SLAs met", column: "sla_hit_rate", of: "sla_decided" }],
    }),
    finCard(selection),
    { heading: "Teams and teammates" },
    teamsCard(selection),
    handOversCard(selection),
    teammatesCard(selection),
  ],
};
