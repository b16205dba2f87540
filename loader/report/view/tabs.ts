import type { Tab } from "./tab.ts";
import { accountsTab } from "./tabs/accounts.ts";
import { churnTab } from "./tabs/churn.ts";
import { feedbackTab } from "./tabs/feedback.ts";
import { healthTab } from "./tabs/health.ts";
import { overviewTab } from "./tabs/overview.ts";
import { supportTab } from "./tabs/support.ts";
import { ticketsTab } from "./tabs/tickets.ts";

/** The tabs of the page, in their order. */
export const tabs: readonly Tab[] = [
  overviewTab,
  supportTab,
  accountsTab,
  churnTab,
  feedbackTab,
  ticketsTab,
  healthTab,
];
