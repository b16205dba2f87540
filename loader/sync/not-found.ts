import { messageOf } from "../errors.ts";
import type { Run } from "./run.ts";
import { syncDeletedConversations } from "./snapshots.ts";

/** A conversation whose thread answered 404. */
export type NotFound = { readonly id: string; readonly requestedAtSeconds: number };

/** So many 404s … */
const notFoundMin = 3;
/** … and so large a share of the answers are no deletions: the token has lost its access, or Intercom stumbles. */
const notFoundShareMin = 0.1;

/**
 * Whether so many conversations answered 404 that none of them may be taken for deleted because of it.
 * @param answered conversations that were there
 */
export function isNotFoundShareTooHigh(notFound: number, answered: number): boolean {
  return notFound >= notFoundMin && notFound >= notFoundShareMin * (notFound + answered);
}

/** Those that Intercom does not list as deleted either. The list is read and stored first; a list that can't be read lists nothing. */
export async function withoutListedAsDeleted(run: Run, notFound: readonly NotFound[]): Promise<readonly NotFound[]> {
  if (run.signal.aborted) return notFound;
  try {
    await syncDeletedConversations(run);
  } catch (error) {
    run.effects.log("deletions_not_read", { reason: messageOf(error) });
  }
  if (run.signal.aborted) return notFound;
  const listed = await run.warehouse.listedAsDeleted(run.workspaceId);
  return notFound.filter(({ id }) => !listed.has(id));
}
