import type { Warehouse } from "../../loader/load/warehouse.ts";

/** The same warehouse, but with few conversations a load, so that a small workspace has many commit points. */
export function withSmallLoads(warehouse: Warehouse, threadsPerLoad: number): Warehouse {
  return {
    threadsPerLoad,
    prepare: (runId) => warehouse.prepare(runId),
    coverage: (workspaceId, stream) => warehouse.coverage(workspaceId, stream),
    storedThreads: (workspaceId, table, range) => warehouse.storedThreads(workspaceId, table, range),
    purgedRecords: (workspaceId, record, since) => warehouse.purgedRecords(workspaceId, record, since),
    fetchedConversations: (workspaceId, which) => warehouse.fetchedConversations(workspaceId, which),
    liveTickets: (workspaceId, changedSince) => warehouse.liveTickets(workspaceId, changedSince),
    streamCursor: (workspaceId, stream) => warehouse.streamCursor(workspaceId, stream),
    liveRecords: (workspaceId, table, updatedSince) => warehouse.liveRecords(workspaceId, table, updatedSince),
    liveRecordsOf: (workspaceId, tables) => warehouse.liveRecordsOf(workspaceId, tables),
    countConversations: (workspaceId) => warehouse.countConversations(workspaceId),
    countLive: (workspaceId, table) => warehouse.countLive(workspaceId, table),
    listedAsDeleted: (workspaceId) => warehouse.listedAsDeleted(workspaceId),
    recordsToRecheck: (workspaceId, stream, since) => warehouse.recordsToRecheck(workspaceId, stream, since),
    newestLoadMs: () => warehouse.newestLoadMs(),
    unseenCount: (workspaceId, stream) => warehouse.unseenCount(workspaceId, stream),
    commit: (load, onComplete) => warehouse.commit(load, onComplete),
    status: () => warehouse.status(),
    archiveStore: () => warehouse.archiveStore(),
    close: () => warehouse.close(),
  };
}
