// What a conversation will be about and how it will go, drawn before any of it happens: cheap enough for the churn
// simulation to draw every conversation once, and the same again when its timeline is made.
import type { Accounts } from "./accounts.ts";
import type { Contacts } from "./contacts.ts";
import { isLeadConversation, leadKey } from "./contacts.ts";
import { TEAMS } from "./people.ts";
import { type Language, TOPICS, type Topic } from "./phrases.ts";
import { hash32, Random } from "./random.ts";

const DAY = 86400;
/** A thread this index apart is far longer than the 500 parts that Intercom shows. */
const GIANT_EVERY = 1499;
const GIANT_OFFSET = 700;
const DELETED_EVERY = 149;
const DELETED_OFFSET = 40;

export interface ConversationPlan {
  readonly index: number;
  readonly createdAt: number;
  /** The account that it counts for; null for a lead's. */
  readonly account: number | null;
  /** The account of the conversation's own company; null when the conversation has none. */
  readonly companyAccount: number | null;
  readonly contact: number;
  readonly secondContact: number | null;
  readonly startedBy: "customer" | "campaign" | "teammate" | "bot";
  readonly channel: string;
  readonly language: Language;
  readonly topic: Topic;
  readonly teamId: string;
  readonly ai: "none" | "resolves" | "hands_over";
  /** A teammate's first reply takes more than nine hours. */
  readonly isSlow: boolean;
  /** The rating that the customer will give; null when none. */
  readonly score: number | null;
  readonly reopenings: number;
  readonly isGiant: boolean;
  /** Epoch seconds; Infinity when never deleted. */
  readonly deletedAt: number;
}

export function drawPlan(
  seed: number,
  index: number,
  createdAt: number,
  accounts: Accounts,
  contacts: Contacts,
): ConversationPlan {
  const random = new Random(hash32(seed, 40, index));
  const account = isLeadConversation(index) ? null : accounts.pickActive(random, createdAt);
  const contact = account === null ? leadKey(index) : pickContact(random, accounts, contacts, account, createdAt);
  const companyAccount =
    account === null || random.chance(0.12) ? null : pickCompany(random, accounts, contacts, contact, createdAt);
  const counted = companyAccount ?? account;
  const poor = counted !== null && accounts.isPoorlyServed(counted, createdAt);

  const isGiant = index % GIANT_EVERY === GIANT_OFFSET;
  // A giant is between people, from the beginning to the end.
  const start = isGiant ? 0 : random.next();
  const startedBy = start < 0.885 ? "customer" : start < 0.935 ? "campaign" : start < 0.97 ? "teammate" : "bot";
  const topic = random.pick(TOPICS);
  const language = pickLanguage(random);
  const ai =
    startedBy !== "customer" || isGiant || random.chance(0.58)
      ? "none"
      : random.chance(0.42)
        ? "resolves"
        : "hands_over";
  const isHuman = ai !== "resolves";
  const isSlow = isHuman && random.chance(poor ? 0.5 : 0.06) && !isGiant;
  const isRated = startedBy === "customer" && random.chance(isHuman ? 0.3 : 0.12);
  const isLow = random.chance(poor ? 0.5 : 0.07);
  const reopened = random.chance(poor ? 0.34 : 0.1);
  return {
    index,
    createdAt,
    account: counted,
    companyAccount,
    contact,
    secondContact:
      account !== null && random.chance(0.07) ? pickContact(random, accounts, contacts, account, createdAt) : null,
    startedBy,
    channel: pickChannel(random, startedBy),
    language,
    topic,
    teamId: pickTeam(random, topic, language),
    ai,
    isSlow,
    score: isRated ? (isLow ? 1 + random.below(2) : 3 + Math.min(2, random.below(5))) : null,
    reopenings: reopened ? (random.chance(0.2) ? 2 : 1) : 0,
    isGiant,
    deletedAt:
      index % DELETED_EVERY === DELETED_OFFSET
        ? createdAt + 3600 + Math.floor(random.next() ** 2 * 19.5 * DAY)
        : Number.POSITIVE_INFINITY,
  };
}

/** Indexes below `count` whose conversations are ever deleted. */
export function* deletedIndexes(count: number): Iterable<number> {
  for (let index = DELETED_OFFSET; index < count; index += DELETED_EVERY) yield index;
}

function pickContact(random: Random, accounts: Accounts, contacts: Contacts, account: number, epoch: number): number {
  const { firstContact, contacts: count } = accounts.account(account);
  const key = firstContact + Math.floor(random.next() ** 2 * count);
  return contacts.createdAt(key) <= epoch && epoch + 22 * DAY < contacts.deletedAt(key) ? key : firstContact;
}

function pickCompany(random: Random, accounts: Accounts, contacts: Contacts, contact: number, epoch: number): number {
  const own = accounts.ofContact(contact).index;
  const all = contacts.accountsOf(contact);
  if (all.length === 1 || random.chance(0.6)) return own;
  const other = all[random.below(all.length)] ?? own;
  return accounts.isActive(other, epoch) ? other : own;
}

function pickChannel(random: Random, startedBy: ConversationPlan["startedBy"]): string {
  const draw = random.next();
  if (startedBy !== "customer")
    return startedBy === "bot" || draw < 0.6 ? "conversation" : draw < 0.95 ? "email" : "push";
  if (draw < 0.6) return "conversation";
  if (draw < 0.92) return "email";
  return random.pick(["whatsapp", "facebook", "sms", "instagram"]);
}

function pickLanguage(random: Random): Language {
  const draw = random.next();
  if (draw < 0.86) return "en";
  return random.pick(["de", "fr", "es", "ar", "he", "ja"]);
}

function pickTeam(random: Random, topic: Topic, language: Language): string {
  const draw = random.next();
  if (topic === "billing" || topic === "refund") return draw < 0.8 ? TEAMS.billing.id : TEAMS.tierOne.id;
  if (language !== "en" || draw < 0.24) return TEAMS.emea.id;
  return draw < 0.86 ? TEAMS.tierOne.id : TEAMS.tierTwo.id;
}
