import type { Config } from "../config.ts";
import { counted } from "../counted.ts";
import type { Effects } from "../effects.ts";
import { exitCodes, FatalError, messageOf } from "../errors.ts";
import { aligned } from "../table.ts";
import { drawFrames } from "../terminal.ts";
import { AttioClient, type AttioSettings } from "./attio/client.ts";
import { Attio, attioWorkspace } from "./attio/destination.ts";
import { type AttioMode, setUp } from "./attio/setup.ts";
import { type Delivery, type DeliveryProgress, deliver, noProgress } from "./deliver.ts";
import type { Destination } from "./destination.ts";
import type { Outbox, Selection } from "./outbox.ts";
import { PostHog, type PostHogSettings } from "./posthog/destination.ts";

const previewRows = 5;

export type DestinationOptions =
  | { readonly name: "posthog"; readonly settings: PostHogSettings; readonly hasPersonProfiles: boolean }
  | {
      readonly name: "attio";
      readonly settings: AttioSettings;
      readonly mode: AttioMode;
      readonly isSettingUp: boolean;
      readonly isCreatingPeople: boolean;
      readonly writesPerSecond: number;
    };

export type ActivateContext = {
  readonly config: Config;
  readonly destination: DestinationOptions;
  readonly options: {
    readonly isDryRun: boolean;
    readonly isRetrying: boolean;
    readonly isSendingAgain: boolean;
    /** Epoch seconds. */
    readonly since: number | undefined;
    readonly limit: number | undefined;
    readonly isJson: boolean;
  };
  readonly effects: Effects;
  /** Errors: ConfigError when another process has the warehouse or the mart is not built; WarehouseError. */
  readonly openOutbox: () => Promise<Outbox>;
  readonly signal: AbortSignal;
  /** Prints a line of the result. */
  readonly say: (line: string) => void;
  /** Gets the counts of a run that sent something, or tried to. */
  readonly onDelivered?: (counts: { readonly sent: number; readonly rejected: number }) => void;
  /** Where progress is drawn, if anywhere. */
  readonly terminal?: NodeJS.WriteStream;
  /** Waits for an answer at most so long; for tests. */
  readonly silenceMsMax?: number;
};

/** One run of `activate`. Returns the exit code. Errors: what ended the run early, once what is known is stored and told. */
export async function activate(context: ActivateContext): Promise<number> {
  const { destination, options } = context;
  if (destination.name === "attio" && destination.isSettingUp) return runSetUp(context, destination);
  const outbox = await context.openOutbox();
  try {
    if (options.isDryRun) return await dryRun(context, outbox);
    const target = await openDestination(context, outbox);
    try {
      return await run(context, outbox, target);
    } finally {
      await target.close();
    }
  } finally {
    await outbox.close();
  }
}

async function run(context: ActivateContext, outbox: Outbox, destination: Destination): Promise<number> {
  const { effects, options, say } = context;
  const startedAtMs = effects.now();
  const progress = noProgress();
  const stopDrawing = await drawDelivery(context, progress);
  const selection = selectionOf(context, destination.target, destination.isUpdating);
  const delivery = await deliver({ outbox, destination, selection, effects, progress });
  stopDrawing();
  context.onDelivered?.({ sent: delivery.sent, rejected: progress.rejected });
  const exitCode = exitCodeOf(delivery, progress);
  const { requests, refusals } = destination;
  const seconds = (effects.now() - startedAtMs) / 1000;
  const facts = { exit_code: exitCode, requests, rate_limit_refusals: refusals, seconds };
  if (options.isJson) say(JSON.stringify({ ...summary(selection, delivery, progress), ...facts }));
  else for (const line of summaryLines(selection, delivery, progress, facts)) say(line);
  if (delivery.error !== undefined) throw delivery.error;
  return exitCode;
}

/** Sends nothing, and writes nothing: how many rows a run would send, and the first of them. */
async function dryRun(context: ActivateContext, outbox: Outbox): Promise<number> {
  const { options, say, destination } = context;
  const selection = await selectionOfDryRun(context, outbox);
  const counts = await outbox.counts(selection);
  const preview = await outbox.preview(selection, Math.min(previewRows, options.limit ?? previewRows));
  if (options.isJson) {
    say(JSON.stringify({ destination: selection.destination, target: selection.target, counts, rows: preview }));
    return exitCodes.done;
  }
  for (const { ticket, entry } of preview)
    say(JSON.stringify(entry === undefined ? ticket : { ...ticket, distinct_id: entry.distinctId }));
  const total = counts.new + counts.changed + counts.planned + counts.sent;
  const many = Math.min(total, options.limit ?? total);
  const waiting = Math.min(counts.waiting, (options.limit ?? Infinity) - many);
  const lookups = waiting === 0 ? "" : `, and look up ${counted(waiting, "waiting ticket")} again`;
  say(
    `Would send ${counted(many, "ticket")} to ${destination.name} (${selection.target})${lookups}; nothing was sent.`,
  );
  say(countsTable(counts));
  return exitCodes.done;
}

async function selectionOfDryRun(context: ActivateContext, outbox: Outbox): Promise<Selection> {
  const { destination } = context;
  if (destination.name === "posthog") {
    const postHog = new PostHog({ ...destination, ...destination.settings, ...connectionOf(context) }, outbox);
    await postHog.close();
    return selectionOf(context, postHog.target, postHog.isUpdating);
  }
  const client = new AttioClient({ ...destination, ...destination.settings, ...connectionOf(context) });
  try {
    const workspaceId = await attioWorkspace(client);
    return selectionOf(context, `workspace ${workspaceId} ${destination.mode}`, destination.mode !== "note");
  } finally {
    await client.close();
  }
}

async function runSetUp(
  context: ActivateContext,
  { settings, mode, writesPerSecond }: Extract<DestinationOptions, { name: "attio" }>,
): Promise<number> {
  const client = new AttioClient({ ...settings, writesPerSecond, ...connectionOf(context) });
  try {
    await attioWorkspace(client);
    await setUp(client, mode, context.say, context.options.isDryRun);
    return exitCodes.done;
  } finally {
    await client.close();
  }
}

/** What every connection to a destination shares. */
function connectionOf({ config, effects, signal, silenceMsMax }: ActivateContext) {
  return { effects, signal, proxies: config.proxies, ...(silenceMsMax === undefined ? {} : { silenceMsMax }) };
}

async function openDestination(context: ActivateContext, outbox: Outbox): Promise<Destination> {
  const { destination, options } = context;
  const connection = connectionOf(context);
  if (destination.name === "posthog")
    return new PostHog({ ...destination, ...destination.settings, ...options, ...connection }, outbox);
  return Attio.open({ ...destination, ...destination.settings, ...connection });
}

function selectionOf({ destination, options }: ActivateContext, target: string, isUpdating: boolean): Selection {
  const { isRetrying, isSendingAgain, since, limit } = options;
  return { destination: destination.name, target, isUpdating, isRetrying, isSendingAgain, since, limit };
}

function exitCodeOf({ error }: Delivery, { rejected }: DeliveryProgress): number {
  if (error instanceof FatalError) return error.exitCode;
  if (error !== undefined) return exitCodes.warehouse;
  return rejected > 0 ? exitCodes.rejected : exitCodes.done;
}

function summary({ destination, target }: Selection, delivery: Delivery, progress: DeliveryProgress) {
  const { planned, sent, counts, reasons, error } = delivery;
  const { confirmed, rejected, waiting, sent: to_be_checked } = progress;
  return {
    destination,
    target,
    error: error === undefined ? null : messageOf(error),
    planned,
    sent,
    confirmed,
    rejected,
    waiting,
    to_be_checked,
    reasons: Object.fromEntries(reasons),
    counts,
  };
}

type Facts = { readonly requests: number; readonly rate_limit_refusals: number; readonly seconds: number };

function* summaryLines(
  { destination, target }: Selection,
  { sent, counts, reasons }: Delivery,
  { confirmed, sent: toBeChecked }: DeliveryProgress,
  { requests, rate_limit_refusals: refusals, seconds }: Facts,
): Generator<string> {
  yield countsTable(counts);
  yield `${destination} (${target}): ${sent} sent, ${confirmed} confirmed; ${requests} requests in ${seconds.toFixed(1)} s, ${refusals} refused (429).`;
  for (const [reason, { events, conversations }] of reasons)
    yield `${events} not sent: ${reason} (conversation ${conversations.join(", ")}${events > conversations.length ? ", …" : ""}).`;
  if (toBeChecked > 0)
    yield `${toBeChecked} arrived, after an earlier attempt without a response: the next run checks whether that attempt arrived too.`;
  if (reasons.size > 0) yield "The table _activations has the reason for each ticket.";
  if (counts.unanswered > 0)
    yield `${counts.unanswered} were sent without a response and have left the mart since: whether they arrived is unknown.`;
}

function countsTable(counts: Delivery["counts"]): string {
  return aligned([["state", "tickets"], ...Object.entries(counts).map(([state, events]) => [state, String(events)])]);
}

/** Draws a line on the terminal, if there is one, until the returned function is called. */
async function drawDelivery({ terminal, effects }: ActivateContext, progress: DeliveryProgress): Promise<() => void> {
  if (terminal === undefined) return () => undefined;
  const startedAtMs = effects.now();
  return drawFrames(terminal, () => {
    const seconds = (effects.now() - startedAtMs) / 1000;
    const perSecond = seconds > 0 ? progress.done / seconds : 0;
    const left = perSecond > 0 ? `, about ${Math.ceil((progress.expected - progress.done) / perSecond)} s left` : "";
    return `${progress.done}/${progress.expected} tickets, ${perSecond.toFixed(0)}/s${left}`;
  });
}
