// Who churns, and why: the planted truth that the churn models are to find.
//
// Each month, every active account churns with probability 1 / (1 + exp(-x)), where x is the sum below. The shares are
// over the conversations of the account's company that began in the three calendar months before. The company is its own,
// or another that its contact named. They are 0 when there were none: who never wrote churns at the base rate.
//
//   what                                                                        added to x;
//   base                                                                            -4.5;
//   plan starter / growth / scale                                          +0.4 / 0 / -0.5;
//   fewer than three months old                                                     +0.4;
//   share of its conversations whose first human reply took over nine hours         +2.0;
//   share of its ratings that were 1 or 2                                           +1.5;
//   share of its conversations that were reopened                                   +1.8;
//   number of conversations, messages, topics, tags ("feature request" too)            0.
//
// What makes this hard, on purpose: an account is poorly looked after for about 75 days at a time, so that slow replies,
// low ratings and reopenings come together; cheaper plans are poorly looked after more often (36, 30, 22 %), so that
// plan confounds; reopened conversations have more messages, and busy accounts have more of everything, so that counts
// mislead where shares do not; and who writes seldom has fewer chances of a bad experience. So a count alone goes
// with churn a little although it causes none; among accounts that write equally often it does not. An account that churned starts no conversation afterwards. The first account never churns.
import { type Accounts, FAITHFUL_ACCOUNT } from "./accounts.ts";
import { type Arrivals, DESK_BEGIN } from "./arrivals.ts";
import type { Contacts } from "./contacts.ts";
import { type ConversationPlan, drawPlan } from "./conversation-plan.ts";
import { unit } from "./random.ts";

const DAY = 86400;
const WINDOW_MONTHS = 3;
const BASE = -4.5;
const BY_PLAN = { starter: 0.4, growth: 0, scale: -0.5 } as const;
const NEW_ACCOUNT = 0.4;
const NEW_ACCOUNT_DAYS = 91;

/** The coefficients on the shares, as tests and docs read them. */
export const CHURN_EFFECTS = { slowFirstReplies: 2, lowRatings: 1.5, reopened: 1.8 } as const;

/** Per account and month of the window: conversations, answered by a human, slow, rated, rated low, reopened. */
const COUNTERS = 6;

export class ChurnSimulation {
  private readonly seed: number;
  private readonly accounts: Accounts;
  private readonly contacts: Contacts;
  private readonly arrivals: Arrivals;
  private readonly counts: Int32Array;
  private nextIndex = 0;
  /** Months since the desk began. */
  private nextMonth = 0;

  constructor(seed: number, accounts: Accounts, contacts: Contacts, arrivals: Arrivals) {
    this.seed = seed;
    this.accounts = accounts;
    this.contacts = contacts;
    this.arrivals = arrivals;
    this.counts = new Int32Array(accounts.list.length * WINDOW_MONTHS * COUNTERS);
  }

  /** Decides every churn up to the end of the month of that instant. Later calls go on from there. */
  simulateUntil(epoch: number): void {
    while (monthStart(this.nextMonth) <= epoch) {
      this.decideMonth(this.nextMonth);
      this.forget(this.nextMonth);
      this.nextMonth++;
      this.countUntil(monthStart(this.nextMonth));
    }
  }

  private decideMonth(month: number): void {
    const from = monthStart(month);
    const days = (monthStart(month + 1) - from) / DAY;
    for (const account of this.accounts.list) {
      if (account.index === FAITHFUL_ACCOUNT || !this.accounts.isActive(account.index, from)) continue;
      const isNew = from - account.startedAt < NEW_ACCOUNT_DAYS * DAY;
      const logit = BASE + BY_PLAN[account.plan] + (isNew ? NEW_ACCOUNT : 0) + this.experience(account.index);
      if (unit(this.seed, 50, account.index, month) >= 1 / (1 + Math.exp(-logit))) continue;
      this.accounts.churn(
        account.index,
        from + (1 + Math.floor(unit(this.seed, 51, account.index, month) * (days - 1))) * DAY,
      );
    }
  }

  private experience(account: number): number {
    const sum = new Array<number>(COUNTERS).fill(0);
    for (let slot = 0; slot < WINDOW_MONTHS; slot++) {
      for (let counter = 0; counter < COUNTERS; counter++) {
        sum[counter] = (sum[counter] ?? 0) + (this.counts[(account * WINDOW_MONTHS + slot) * COUNTERS + counter] ?? 0);
      }
    }
    const [all = 0, human = 0, slow = 0, rated = 0, low = 0, reopened = 0] = sum;
    return (
      CHURN_EFFECTS.slowFirstReplies * share(slow, human) +
      CHURN_EFFECTS.lowRatings * share(low, rated) +
      CHURN_EFFECTS.reopened * share(reopened, all)
    );
  }

  /** Frees the counters of the month that has left the window, for the month now beginning. */
  private forget(month: number): void {
    for (const { index } of this.accounts.list) {
      const from = (index * WINDOW_MONTHS + (month % WINDOW_MONTHS)) * COUNTERS;
      this.counts.fill(0, from, from + COUNTERS);
    }
  }

  private countUntil(epoch: number): void {
    for (;;) {
      const createdAt = this.arrivals.createdAt(this.nextIndex);
      if (createdAt >= epoch) return;
      this.count(drawPlan(this.seed, this.nextIndex, createdAt, this.accounts, this.contacts));
      this.nextIndex++;
    }
  }

  private count(plan: ConversationPlan): void {
    if (plan.account === null || plan.startedBy !== "customer") return;
    const from = (plan.account * WINDOW_MONTHS + ((this.nextMonth - 1) % WINDOW_MONTHS)) * COUNTERS;
    const add = (counter: number, isSo: boolean): void => {
      if (isSo) this.counts[from + counter] = (this.counts[from + counter] ?? 0) + 1;
    };
    add(0, true);
    add(1, plan.ai !== "resolves");
    add(2, plan.isSlow);
    add(3, plan.score !== null);
    add(4, plan.score !== null && plan.score <= 2);
    add(5, plan.reopenings > 0);
  }
}

function monthStart(month: number): number {
  const begin = new Date(DESK_BEGIN * 1000);
  return Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + month, 1) / 1000;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
