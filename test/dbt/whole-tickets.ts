import type { Json } from "./mutations.ts";

/** 2026-01-01 00:00:00 UTC in epoch seconds. */
const start = 1_767_225_600;

/** One record of each kind that tickets have, with everything in it that a model reads. */
export const wholeTickets = {
  /** What a conversation has of tickets. */
  conversation: {
    contacts: { contacts: [{ id: "p1" }] },
    source: { id: "s", delivered_as: "customer_initiated", author: { type: "user", id: "p1" } },
    ticket: { type: "ticket", id: 31, ticket_type: "Bug report", state: "resolved" },
    custom_attributes: { "Ticket category": "Customer ticket" },
    linked_objects: {
      type: "list",
      data: [{ type: "ticket", id: "tracker", category: "Tracker" }],
      total_count: 1,
      has_more: false,
    },
    conversation_parts: { total_count: 0 },
  },
  ticket: {
    type: "ticket",
    id: "31",
    ticket_id: "1001",
    category: "Customer",
    ticket_attributes: { _default_title_: "Export", _default_description_: "The export hangs" },
    ticket_type: { id: "3101", name: "Bug report", category: "Customer" },
    ticket_state: { id: "4401", category: "resolved", internal_label: "Done", external_label: "Done" },
    contacts: { contacts: [{ id: "p1" }] },
    company: { id: "co1" },
    admin_assignee_id: 7,
    team_assignee_id: 22,
    open: false,
    tags: { tags: [{ id: "20", name: "VIP" }] },
    ticket_parts: { total_count: 4 },
    linked_objects: {
      type: "list",
      data: [{ type: "conversation", id: "linked", category: null }],
      total_count: 1,
      has_more: false,
    },
  },
  part: {
    id: "part",
    part_type: "ticket_state_updated_by_admin",
    body: "<p>Done</p>",
    previous_ticket_state: "resolved",
    ticket_state: "in_progress",
    redacted: false,
    external_id: "e",
    app_package_code: "app",
    attachments: [{ name: "log.txt" }],
    author: { type: "admin", id: "7", name: "Grace", email: "grace@example.org" },
    assigned_to: { type: "team", id: "22" },
    updated_attribute_data: {
      attribute: { type: "attribute", id: "51", label: "Severity" },
      value: { type: "value", id: "1", label: "High" },
    },
  },
  type: {
    id: "3101",
    name: "Bug report",
    category: "Customer",
    archived: false,
    deleted: false,
    created_at: start,
    ticket_type_attributes: {
      type: "list",
      data: [
        {
          type: "ticket_type_attribute",
          id: "5101",
          name: "Severity",
          description: "How bad it is",
          data_type: "list",
          input_options: { list_options: [{ id: "5101-1", label: "Low" }] },
          required_to_create: true,
          default: false,
          archived: false,
          created_at: start,
          updated_at: start,
        },
      ],
      ticket_type_attributes: [],
    },
  },
  state: { id: "4401", category: "resolved", internal_label: "Done", external_label: "Done", archived: false },
} as const satisfies Readonly<Record<string, Json>>;
