import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { type StreamName, streamNames, streamOf } from "../extract/streams.ts";
import { moment, wholeNumber } from "../flags.ts";

/** What `sync` takes for a flag that is not given. */
export const syncDefaults = { rateShare: 1, concurrency: 64, overlapSeconds: 3600 } as const;

/** Limits a run to some conversations. Such a run never moves the cursor. */
type ConversationFilter = Readonly<{
  state?: "open" | "closed" | "snoozed" | undefined;
  tag?: string | undefined;
  teammate?: string | undefined;
  contact?: string | undefined;
}>;

export type SyncOptions = Readonly<{
  streams: ReadonlySet<StreamName>;
  /** Whether `--streams` named them: a stream that cannot be read then ends the run. */
  areStreamsNamed: boolean;
  /** Epoch seconds, inclusive. */
  since: number | undefined;
  until: number | undefined;
  /** Whether times that earlier runs have covered are searched too. */
  searchesAgain: boolean;
  filter: ConversationFilter;
  isList: boolean;
  rateShare: number;
  concurrency: number;
  overlapSeconds: number;
  /** Whether activity logs keep IP addresses. */
  withIpAddresses: boolean;
}>;

const syncFlagsSchema = z
  .object({
    streams: z
      .string()
      .transform((list) => list.split(",").map((name) => name.trim()))
      .pipe(
        z
          .array(
            z.enum(streamNames, `--streams takes names of streams, separated by commas: ${streamNames.join(", ")}`),
          )
          .min(1),
      )
      .optional(),
    since: moment("--since").optional(),
    until: moment("--until").optional(),
    state: z.enum(["open", "closed", "snoozed"], "--state must be open, closed or snoozed").optional(),
    tag: z.string().min(1, "--tag needs a tag's name or id").optional(),
    teammate: z.string().min(1, "--teammate needs a teammate's email or id").optional(),
    contact: z.string().min(1, "--contact needs a contact's email or id").optional(),
    searchAgain: z.boolean().default(false),
    list: z.boolean().default(false),
    withIpAddresses: z.boolean().default(false),
    rateShare: z.coerce
      .number("--rate-share must be a number")
      .gt(0, "--rate-share must be above 0")
      .max(1, "--rate-share must be at most 1")
      .default(syncDefaults.rateShare),
    concurrency: wholeNumber("--concurrency", 1, 200).default(syncDefaults.concurrency),
    overlapSeconds: wholeNumber("--overlap-seconds", 0, 30 * 86_400).default(syncDefaults.overlapSeconds),
  })
  .superRefine((flags, context) => {
    if (flags.since !== undefined && flags.until !== undefined && flags.since > flags.until) {
      context.addIssue("--since is after --until: swap them");
    }
    const hasFilter = [flags.state, flags.tag, flags.teammate, flags.contact].some((value) => value !== undefined);
    if (flags.list && hasFilter) {
      context.addIssue("--list cannot filter by --state, --tag, --teammate or --contact: leave --list out");
    }
  });

/** Flags of `sync` as the command line gives them. */
type SyncFlags = Readonly<Record<string, unknown>>;

/** Flags of `sync` → checked options. Errors: ConfigError that names every flag that is wrong. */
export function readSyncOptions(flags: SyncFlags): SyncOptions {
  const parsed = syncFlagsSchema.safeParse(flags);
  if (!parsed.success) throw new ConfigError(`${parsed.error.issues.map((issue) => issue.message).join(". ")}.`);
  const {
    streams,
    since,
    until,
    searchAgain,
    list,
    rateShare,
    concurrency,
    overlapSeconds,
    withIpAddresses,
    ...filter
  } = parsed.data;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const selected = new Set(withParts(streams ?? defaultStreams(isFiltered)));
  if (isFiltered && selected.has("tickets"))
    throw new ConfigError(
      "--state, --tag, --teammate and --contact are filters of conversations: leave tickets out of --streams.",
    );
  return Object.freeze({
    streams: selected,
    areStreamsNamed: streams !== undefined,
    since,
    until,
    searchesAgain: searchAgain,
    filter,
    isList: list,
    rateShare,
    concurrency,
    overlapSeconds,
    withIpAddresses,
  });
}

/** The streams of a run that names none. A filter is one of conversations, so tickets stay out. */
function defaultStreams(isFiltered: boolean): readonly StreamName[] {
  return streamNames.filter((name) => {
    const isLeftOut = isFiltered && threadsOf(name) === "tickets";
    return streamOf(name).isOnDemand !== true && !isLeftOut;
  });
}

/** Threads and their parts come together. */
function withParts(names: readonly StreamName[]): readonly StreamName[] {
  return names.flatMap((name) => streamNames.filter((other) => threadsOf(other) === threadsOf(name)));
}

/** The stream whose requests bring a stream. */
function threadsOf(name: StreamName): StreamName {
  const stream = streamOf(name);
  return stream.kind === "parts" ? stream.of : name;
}
