import { RestartListingError, ServiceDownError, UnavailableError } from "../errors.ts";
import { conversationConditions } from "../extract/filter.ts";
import { syncCompanies } from "./companies.ts";
import { syncContacts } from "./contacts.ts";
import { syncConversations } from "./conversations.ts";
import { syncDeletedConversations } from "./deletions.ts";
import type { StreamName } from "./options.ts";
import type { Run } from "./run.ts";
import { syncOfficeHours, syncUnpaged } from "./snapshots.ts";
import { WorkQueue } from "./work-queue.ts";

/** Streams beside the conversations that are read at the same time. */
const recordStreamsAtOnce = 4;

type Stream = { readonly name: StreamName; readonly sync: (run: Run) => Promise<void> };

const conversations: Stream = {
  name: "conversations",
  sync: async (run) => syncConversations(run, await conversationConditions(run.routes, run.options.filter)),
};

const recordStreams: readonly Stream[] = [
  { name: "contacts", sync: syncContacts },
  { name: "companies", sync: syncCompanies },
  { name: "admins", sync: (run) => syncUnpaged(run, "admins") },
  { name: "teams", sync: (run) => syncUnpaged(run, "teams") },
  { name: "tags", sync: (run) => syncUnpaged(run, "tags") },
  { name: "segments", sync: (run) => syncUnpaged(run, "segments") },
  { name: "office_hours_schedules", sync: syncOfficeHours },
  { name: "deleted_conversations", sync: syncDeletedConversations },
];

/**
 * Conversations first, then the records that they refer to: a contact who has just written is then there as well.
 * Errors: what ends the run, once no stream is at work any more.
 */
export async function syncStreams(run: Run): Promise<void> {
  const { streams } = run.options;
  if (streams.has(conversations.name)) await syncAlone(run, conversations);
  const chosen = recordStreams.filter(({ name }) => streams.has(name));
  await new WorkQueue<Stream>(recordStreamsAtOnce, run.fail).add(chosen, (stream) => syncAlone(run, stream));
}

/** A stream that fails does not stop the others, as long as Intercom answers anything. */
async function syncAlone(run: Run, { name, sync }: Stream): Promise<void> {
  try {
    await sync(run);
  } catch (thrown) {
    const error =
      thrown instanceof RestartListingError
        ? new UnavailableError(`The list of ${name} failed: ${thrown.message}. Run again later.`)
        : thrown;
    const mayGoOn = error instanceof UnavailableError && !(error instanceof ServiceDownError);
    if (run.signal.aborted || !mayGoOn) throw error;
    await run.health.confirmUp(error);
    run.issues.streamFailed(error);
    run.effects.log("stream_failed", { stream: name, reason: error.message });
  }
}
