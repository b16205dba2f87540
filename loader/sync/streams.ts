import {
  MissingScopeError,
  NotOfferedError,
  RestartListingError,
  ServiceDownError,
  UnavailableError,
} from "../errors.ts";
import { type SingularStreamName, type Stream, type StreamName, streamNames, streamOf } from "../extract/streams.ts";
import { syncCompanies } from "./companies.ts";
import { syncContacts } from "./contacts.ts";
import { syncConversations } from "./conversations.ts";
import { syncDeletedConversations } from "./deletions.ts";
import { noteHiddenConversations } from "./hidden.ts";
import { syncList } from "./lists.ts";
import { syncListsOf } from "./lists-of.ts";
import { isNotOffered, type Run } from "./run.ts";
import { syncTickets } from "./tickets.ts";
import { WorkQueue } from "./work-queue.ts";

/** Streams that are read at the same time. */
const streamsAtOnce = 4;

/** How the streams are read whose reading is like no other's. */
const singular: Readonly<Record<SingularStreamName, (run: Run) => Promise<void>>> = {
  conversations: syncConversations,
  tickets: syncTickets,
  contacts: syncContacts,
  companies: syncCompanies,
  deleted_conversations: syncDeletedConversations,
};

/**
 * Conversations and tickets first, then the records that they refer to: a contact who has just written is then there as
 * well. Lists that belong to stored records come last.
 * Errors: what ends the run, once no stream is at work any more.
 */
export async function syncStreams(run: Run): Promise<void> {
  const { streams } = run.options;
  const chosen = streamNames.filter((name) => streams.has(name));
  const phases = Map.groupBy(chosen, phaseOf);
  const lists = chosen.filter((name) => streamOf(name).kind === "list");
  const known = await run.warehouse.liveRecordsOf(run.workspaceId, lists);
  for (const phase of ["threads", "records", "lists of records"] as const)
    await new WorkQueue<StreamName>(streamsAtOnce, run.fail).add(phases.get(phase) ?? [], (name) =>
      syncAlone(run, name, known.get(name) ?? new Map()),
    );
  if (run.issues.areTicketsHidden && streams.has("conversations")) await noteHiddenConversations(run);
}

function phaseOf(name: StreamName): "threads" | "records" | "lists of records" | "with their threads" {
  const { kind } = streamOf(name);
  if (kind === "parts") return "with their threads";
  if (kind === "lists of") return "lists of records";
  return name === "conversations" || name === "tickets" ? "threads" : "records";
}

type Known = ReadonlyMap<string, string>;

async function sync(run: Run, name: StreamName, stream: Stream, known: Known): Promise<void> {
  if (stream.kind === "list") return syncList(run, name, stream, known);
  if (stream.kind === "lists of") return syncListsOf(run, name, stream);
  // Parts come with their threads.
  if (stream.kind === "singular") await singular[name as SingularStreamName](run);
}

/** A stream that fails does not stop the others, as long as Intercom answers anything. */
async function syncAlone(run: Run, name: StreamName, known: Known): Promise<void> {
  const stream = streamOf(name);
  try {
    await sync(run, name, stream, known);
  } catch (thrown) {
    const error =
      thrown instanceof RestartListingError
        ? new UnavailableError(`The list of ${name} failed: ${thrown.message}. Run again later.`)
        : thrown;
    if (run.signal.aborted) throw error;
    if (error instanceof MissingScopeError && stream.isRequired !== true && !run.options.areStreamsNamed) {
      run.issues.note(`${name}: skipped. ${error.message}${name === "tickets" ? hidden : ""}`);
      run.effects.log("stream_skipped", { stream: name, scope: stream.scope });
      if (name === "tickets") run.issues.areTicketsHidden = true;
      return;
    }
    if (isNotOffered(error) && stream.isEverywhere !== true) return notOffered(run, name, error);
    const mayGoOn = error instanceof UnavailableError && !(error instanceof ServiceDownError);
    if (!mayGoOn) throw error;
    await run.health.confirmUp(error);
    run.issues.streamFailed(error);
    run.effects.log("stream_failed", { stream: name, reason: error.message });
  }
}

/** A stream that this workspace's API lacks is left out; where the command line names it, the run fails once it is over. */
function notOffered(run: Run, name: StreamName, error: Error): void {
  const unsure = name === "tickets" ? " Without the tickets, a conversation's 404 does not count as a deletion." : "";
  const said = `${name}: skipped. This workspace's API does not offer it: ${error.message.replace(/\.$/, "")}.${unsure}`;
  run.issues.note(said);
  run.effects.log("stream_not_available", { stream: name });
  if (name === "tickets") run.issues.areTicketsHidden = true;
  if (!run.options.areStreamsNamed) return;
  run.issues.streamFailed(
    new NotOfferedError(`${said} What was loaded stays; leave the stream out of --streams.`, { cause: error }),
  );
}

const hidden =
  " Without this permission Intercom also hides every conversation that became a ticket: such conversations are missing, or stay as they were. The first run with the permission fetches them.";
