import { JsonMembers } from "../../json.ts";
import type { ReadCounters } from "./read-counters.ts";
import {
  putBodyText,
  putBytes,
  putString,
  putTimestamp,
  type Slice,
  textGrowthMax,
  timestampBytes,
} from "./row-bytes.ts";

/** The beginnings of columns, with the comma before them. */
const columns = {
  id: Buffer.from('"id":'),
  conversationId: Buffer.from(',"conversation_id":'),
  createdAt: Buffer.from(',"created_at":'),
  updatedAt: Buffer.from(',"updated_at":'),
  state: Buffer.from(',"state":'),
  partType: Buffer.from(',"part_type":'),
  bodyText: Buffer.from(',"body_text":'),
  payload: Buffer.from(',"payload":'),
};
const columnBytes = Object.values(columns).reduce((sum, { length }) => sum + length, 0);

type ConversationColumns = {
  readonly id: Slice;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: Slice | null;
  readonly body: Slice | null;
  /** The conversation without its parts: what is before them, and what is after. */
  readonly payload: readonly [Slice, Slice];
};

/** A conversation's row, copied from the response's bytes. */
export class ScannedConversation extends JsonMembers {
  readonly bytesMax: number;
  readonly #source: Buffer;
  readonly #counters: ReadCounters;
  readonly #columns: ConversationColumns;

  constructor(source: Buffer, row: ConversationColumns, counters: ReadCounters) {
    super();
    this.#counters = counters;
    this.#source = source;
    this.#columns = row;
    const [before, behind] = row.payload;
    this.bytesMax =
      fixedBytesMax +
      lengthOf(row.id) +
      lengthOf(row.state) +
      textBytesMax(row.body) +
      lengthOf(before) +
      lengthOf(behind);
  }

  writeTo(target: Buffer, at: number): number {
    const source = this.#source;
    const { id, createdAt, updatedAt, state, body, payload } = this.#columns;
    let end = putString(source, id, target, putBytes(columns.id, target, at));
    end = putTimestamp(createdAt, target, putBytes(columns.createdAt, target, end));
    end = putTimestamp(updatedAt, target, putBytes(columns.updatedAt, target, end));
    end = putString(source, state, target, putBytes(columns.state, target, end));
    end = putBodyText(source, body, target, putBytes(columns.bodyText, target, end), this.#counters);
    end = putBytes(columns.payload, target, end);
    for (const { from, to } of payload) end += source.copy(target, end, from, to);
    return end;
  }
}

type PartColumns = {
  readonly id: Slice;
  readonly createdAt: number;
  readonly updatedAt: number | null;
  readonly partType: Slice;
  readonly body: Slice | null;
  readonly payload: Slice;
};

/** A part's row, copied from the response's bytes. */
export class ScannedPart extends JsonMembers {
  readonly #source: Buffer;
  readonly #counters: ReadCounters;
  readonly #columns: PartColumns;
  /** Set last: in a response it may come after the parts. */
  conversationId: Slice = { from: 0, to: 0 };

  constructor(source: Buffer, row: PartColumns, counters: ReadCounters) {
    super();
    this.#counters = counters;
    this.#source = source;
    this.#columns = row;
  }

  get bytesMax(): number {
    const { id, partType, body, payload } = this.#columns;
    const keys = lengthOf(id) + lengthOf(this.conversationId) + lengthOf(partType);
    return fixedBytesMax + keys + textBytesMax(body) + lengthOf(payload);
  }

  writeTo(target: Buffer, at: number): number {
    const source = this.#source;
    const { id, createdAt, updatedAt, partType, body, payload } = this.#columns;
    let end = putString(source, id, target, putBytes(columns.id, target, at));
    end = putString(source, this.conversationId, target, putBytes(columns.conversationId, target, end));
    end = putTimestamp(createdAt, target, putBytes(columns.createdAt, target, end));
    end = putTimestamp(updatedAt, target, putBytes(columns.updatedAt, target, end));
    end = putString(source, partType, target, putBytes(columns.partType, target, end));
    end = putBodyText(source, body, target, putBytes(columns.bodyText, target, end), this.#counters);
    end = putBytes(columns.payload, target, end);
    return end + source.copy(target, end, payload.from, payload.to);
  }
}

/** Column names, timestamps, and a null or two quotation marks for each other value. */
const fixedBytesMax = columnBytes + 2 * timestampBytes + 4 * 4;

function lengthOf(slice: Slice | null): number {
  return slice === null ? 0 : slice.to - slice.from;
}

function textBytesMax(body: Slice | null): number {
  return lengthOf(body) * textGrowthMax;
}
