// Ticket types and states in Intercom's shapes.

import type { JsonObject } from "../../json.ts";
import { encoded, type JsonText } from "../../json-text.ts";
import { WORKSPACE_ID } from "../directory.ts";
import { TICKET_STATES, TICKET_TYPES, type TicketAttribute, type TicketState, type TicketType } from "./catalog.ts";

const SET_UP_AT = Date.UTC(2024, 5, 3, 9) / 1000;

export function renderTicketTypes(): readonly JsonObject[] {
  return TICKET_TYPES.map((type) => ({
    ...renderType(type),
    ticket_states: {
      type: "list",
      data: TICKET_STATES.filter((state) => state.of.includes(type.category) && !state.isArchived).map(renderState),
    },
  }));
}

export function renderTicketStates(): readonly JsonObject[] {
  return TICKET_STATES.map((state) => ({
    ...renderState(state),
    archived: state.isArchived,
    ticket_types: {
      type: "list",
      data: TICKET_TYPES.filter((type) => state.of.includes(type.category)).map((type) => ({
        type: "ticket_type",
        id: type.id,
        name: type.name,
        description: type.description,
        icon: type.icon,
        archived: type.isArchived,
        is_internal: isInternal(type),
        category: type.category,
      })),
    },
  }));
}

const TYPE_TEXTS = new Map(TICKET_TYPES.map((type) => [type.id, encoded(renderType(type))]));
const STATE_TEXTS = new Map(TICKET_STATES.map((state) => [state.id, encoded(renderState(state))]));

/** As a ticket names its type. */
export function typeText(id: string): JsonText {
  return TYPE_TEXTS.get(id) ?? encoded(null);
}

/** As a ticket names its state. */
export function stateText(id: string): JsonText {
  return STATE_TEXTS.get(id) ?? encoded(null);
}

function renderType(type: TicketType): JsonObject {
  return {
    type: "ticket_type",
    id: type.id,
    name: type.name,
    description: type.description,
    icon: type.icon,
    workspace_id: WORKSPACE_ID,
    archived: type.isArchived,
    created_at: SET_UP_AT,
    updated_at: SET_UP_AT,
    is_internal: isInternal(type),
    ticket_type_attributes: {
      type: "list",
      data: type.attributes.map((attribute, order) => renderAttribute(attribute, order, type)),
    },
    category: type.category,
  };
}

function renderAttribute(attribute: TicketAttribute, order: number, type: TicketType): JsonObject {
  return {
    type: "ticket_type_attribute",
    id: attribute.id,
    workspace_id: WORKSPACE_ID,
    name: attribute.name,
    description: "",
    data_type: attribute.type,
    input_options:
      attribute.type === "list"
        ? { list_options: attribute.options.map(([id, label]) => ({ id, label })) }
        : attribute.type === "string"
          ? { multiline: order === 1 }
          : null,
    order,
    required_to_create: order === 0,
    required_to_create_for_contacts: false,
    visible_on_create: true,
    visible_to_contacts: !isInternal(type),
    default: order < 2,
    ticket_type_id: Number(type.id),
    archived: false,
    created_at: SET_UP_AT,
    updated_at: SET_UP_AT,
  };
}

function renderState(state: TicketState): JsonObject {
  return {
    type: "ticket_state",
    id: state.id,
    category: state.category,
    internal_label: state.internalLabel,
    external_label: state.externalLabel,
  };
}

function isInternal(type: TicketType): boolean {
  return type.category !== "Customer";
}
