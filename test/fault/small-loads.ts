import type { Warehouse } from "../../loader/load/warehouse.ts";

/** The same warehouse, but with few conversations a load, so that a small workspace has many commit points. */
export function withSmallLoads(warehouse: Warehouse, conversationsPerLoad: number): Warehouse {
  return {
    conversationsPerLoad,
    prepare: (runId) => warehouse.prepare(runId),
    coverage: (workspaceId) => warehouse.coverage(workspaceId),
    storedConversations: (workspaceId, range) => warehouse.storedConversations(workspaceId, range),
    streamCursor: (workspaceId, stream) => warehouse.streamCursor(workspaceId, stream),
    liveRecords: (workspaceId, table, updatedSince) => warehouse.liveRecords(workspaceId, table, updatedSince),
    countLive: (workspaceId, table) => warehouse.countLive(workspaceId, table),
    listedAsDeleted: (workspaceId) => warehouse.listedAsDeleted(workspaceId),
    recordsToRecheck: (workspaceId, stream, since) => warehouse.recordsToRecheck(workspaceId, stream, since),
    unseenCount: (workspaceId, stream) => warehouse.unseenCount(workspaceId, stream),
    commit: (load, onComplete) => warehouse.commit(load, onComplete),
    status: () => warehouse.status(),
    archiveStore: () => warehouse.archiveStore(),
    close: () => warehouse.close(),
  };
}
