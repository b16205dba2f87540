import { z } from "zod";
import { ConfigError } from "../errors.ts";

/** The streams of `--streams`; `conversation_parts` come with their conversations, in the same request. */
export const streamNames = [
  "conversations",
  "conversation_parts",
  "contacts",
  "companies",
  "admins",
  "teams",
  "tags",
  "segments",
  "office_hours_schedules",
  "deleted_conversations",
] as const;

export type StreamName = (typeof streamNames)[number];

/** Narrows a run down to some conversations. Such a run never moves the cursor. */
type ConversationFilter = Readonly<{
  state?: "open" | "closed" | "snoozed" | undefined;
  tag?: string | undefined;
  teammate?: string | undefined;
  contact?: string | undefined;
}>;

export type SyncOptions = Readonly<{
  streams: ReadonlySet<StreamName>;
  /** Epoch seconds, inclusive. */
  since: number | undefined;
  until: number | undefined;
  filter: ConversationFilter;
  isList: boolean;
  rateShare: number;
  concurrency: number;
  overlapSeconds: number;
}>;

const wholeNumber = (flag: string, min: number, max: number) =>
  z.coerce
    .number(`${flag} must be a number`)
    .int(`${flag} must be a whole number`)
    .min(min, `${flag} must be at least ${min}`)
    .max(max, `${flag} must be at most ${max}`);

const moment = (flag: string) =>
  z.string().transform((text, context) => {
    const seconds = /^\d{9,10}$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000);
    const isDate = /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text) || /^\d{9,10}$/.test(text);
    if (isDate && !Number.isNaN(seconds)) return seconds;
    context.addIssue(
      `${flag} must be a date such as 2026-01-31, a time such as 2026-01-31T08:00:00Z, or epoch seconds`,
    );
    return z.NEVER;
  });

const syncFlagsSchema = z
  .object({
    streams: z
      .string()
      .transform((list) => list.split(",").map((name) => name.trim()))
      .pipe(z.array(z.enum(streamNames, `--streams takes, separated by commas: ${streamNames.join(", ")}`)).min(1))
      .optional(),
    since: moment("--since").optional(),
    until: moment("--until").optional(),
    state: z.enum(["open", "closed", "snoozed"], "--state must be open, closed or snoozed").optional(),
    tag: z.string().min(1, "--tag needs a tag's name or id").optional(),
    teammate: z.string().min(1, "--teammate needs a teammate's email or id").optional(),
    contact: z.string().min(1, "--contact needs a contact's email or id").optional(),
    list: z.boolean().default(false),
    rateShare: z.coerce
      .number("--rate-share must be a number")
      .gt(0, "--rate-share must be above 0")
      .max(1, "--rate-share must be at most 1")
      .default(1),
    concurrency: wholeNumber("--concurrency", 1, 200).default(64),
    overlapSeconds: wholeNumber("--overlap-seconds", 0, 30 * 86_400).default(3600),
  })
  .superRefine((flags, context) => {
    if (flags.since !== undefined && flags.until !== undefined && flags.since > flags.until) {
      context.addIssue("--since is after --until: swap them");
    }
    const hasFilter = [flags.state, flags.tag, flags.teammate, flags.contact].some((value) => value !== undefined);
    if (flags.list && hasFilter) {
      context.addIssue("--list can't filter by --state, --tag, --teammate or --contact: leave --list out");
    }
  });

/** Flags of `sync` as the command line gives them. */
type SyncFlags = Readonly<Record<string, unknown>>;

/** Flags of `sync` → checked options. Errors: ConfigError that names every flag that is wrong. */
export function readSyncOptions(flags: SyncFlags): SyncOptions {
  const parsed = syncFlagsSchema.safeParse(flags);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => issue.message).join(". "));
  const { streams, since, until, list, rateShare, concurrency, overlapSeconds, ...filter } = parsed.data;
  const selected = new Set<StreamName>(streams ?? streamNames);
  if (selected.has("conversations") || selected.has("conversation_parts")) {
    selected.add("conversations").add("conversation_parts");
  }
  return Object.freeze({
    streams: selected,
    since,
    until,
    filter,
    isList: list,
    rateShare,
    concurrency,
    overlapSeconds,
  });
}

/** One moment given by a flag → epoch seconds. Errors: ConfigError. */
export function readMoment(flag: string, text: string): number {
  const parsed = moment(flag).safeParse(text);
  if (!parsed.success) throw new ConfigError(parsed.error.issues[0]?.message ?? `${flag} is unreadable`);
  return parsed.data;
}
