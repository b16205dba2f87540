import { JsonSlices, parseJsonBody } from "../json.ts";
import { type JsonScanner, notPlain, scanned } from "./json-scanner.ts";
import { plainText } from "./plain-text.ts";
import { type Row, type ThreadRows, threadRows, timestamp } from "./rows.ts";
import { epochSecondsMax } from "./schemas.ts";

const names = {
  id: Buffer.from("id"),
  createdAt: Buffer.from("created_at"),
  updatedAt: Buffer.from("updated_at"),
  state: Buffer.from("state"),
  source: Buffer.from("source"),
  body: Buffer.from("body"),
  partType: Buffer.from("part_type"),
  parts: Buffer.from("conversation_parts"),
  totalCount: Buffer.from("total_count"),
};

/** A retrieved conversation as JSON → its rows; undefined when it is no whole JSON. */
export function readThread(body: Buffer): ThreadRows | undefined {
  const rows = scanThread(body);
  if (rows !== undefined) return rows;
  const json = parseJsonBody(body);
  return json === undefined ? undefined : threadRows(json);
}

/**
 * A retrieved conversation as UTF-8 → what `threadRows` makes of it, in a tenth of the time: the payloads are slices of
 * what came, and only the keys and bodies become values. Undefined when anything about it is out of the ordinary, also
 * when a record has to be rejected: then it must be parsed.
 */
export function scanThread(body: Buffer): ThreadRows | undefined {
  return scanned(body, thread);
}

/** The list of parts, and where it would have to be cut out of the conversation with its comma. */
type PartList = { readonly parts: readonly PartColumns[]; readonly cutFrom: number; readonly cutTo: number };
/** Its conversation's id may come after it. */
type PartColumns = Row & { conversation_id: string };

function thread(scanner: JsonScanner): ThreadRows {
  let id: string | undefined;
  let createdAt: number | null | undefined;
  let updatedAt: number | null | undefined;
  let state: string | null | undefined;
  let body: string | null | undefined;
  let list: PartList | undefined;
  for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
    scanner.enterMember();
    if (scanner.is(names.id)) id = once(id, idAt(scanner));
    else if (scanner.is(names.createdAt)) createdAt = once(createdAt, secondsAt(scanner));
    else if (scanner.is(names.updatedAt)) updatedAt = once(updatedAt, secondsAt(scanner));
    else if (scanner.is(names.state)) state = once(state, textAt(scanner));
    else if (scanner.is(names.source)) body = once(body, sourceBodyAt(scanner));
    else if (scanner.is(names.parts)) list = once(list, partListAt(scanner));
    else scanner.skip();
  }
  if (id === undefined || list === undefined) throw notPlain;
  const conversation = {
    id,
    created_at: timestamp(required(createdAt)),
    updated_at: timestamp(required(updatedAt)),
    state: state ?? null,
    body_text: plainText(body),
    payload: new JsonSlices(scanner.bytes, [0, list.cutFrom, list.cutTo, scanner.position]),
  };
  for (const part of list.parts) part.conversation_id = id;
  return { conversation, parts: list.parts, rejected: [] };
}

function sourceBodyAt(scanner: JsonScanner): string | null {
  if (scanner.takeNull()) return null;
  let body: string | null | undefined;
  for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
    scanner.enterMember();
    if (scanner.is(names.body)) body = once(body, textAt(scanner));
    else scanner.skip();
  }
  return body ?? null;
}

function partListAt(scanner: JsonScanner): PartList {
  let parts: PartColumns[] | undefined;
  let cutFrom = 0;
  let cutTo = 0;
  let isFirst = true;
  for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
    const from = scanner.position;
    scanner.enterMember();
    if (scanner.is(names.parts)) {
      parts = once(parts, partsAt(scanner));
      // A comma goes with it: the one before, or of the first member the one behind, if there is one.
      cutFrom = isFirst ? from : from - 1;
      cutTo = isFirst && scanner.isAtComma ? scanner.position + 1 : scanner.position;
    } else if (scanner.is(names.totalCount)) {
      if (!scanner.takeNull()) scanner.smallInteger();
    } else {
      scanner.skip();
    }
    isFirst = false;
  }
  return { parts: required(parts), cutFrom, cutTo };
}

function partsAt(scanner: JsonScanner): PartColumns[] {
  const parts: PartColumns[] = [];
  for (let more = scanner.enterArray(); more; more = scanner.nextElement()) parts.push(partAt(scanner));
  return parts;
}

function partAt(scanner: JsonScanner): PartColumns {
  const from = scanner.position;
  let id: string | undefined;
  let partType: string | null | undefined;
  let body: string | null | undefined;
  let createdAt: number | null | undefined;
  let updatedAt: number | null | undefined;
  for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
    scanner.enterMember();
    if (scanner.is(names.id)) id = once(id, idAt(scanner));
    else if (scanner.is(names.partType)) partType = once(partType, textAt(scanner));
    else if (scanner.is(names.body)) body = once(body, textAt(scanner));
    else if (scanner.is(names.createdAt)) createdAt = once(createdAt, secondsAt(scanner));
    else if (scanner.is(names.updatedAt)) updatedAt = once(updatedAt, secondsAt(scanner));
    else scanner.skip();
  }
  if (id === undefined) throw notPlain;
  const created = timestamp(required(createdAt));
  return {
    id,
    conversation_id: "",
    created_at: created,
    updated_at: updatedAt === createdAt ? created : timestamp(updatedAt),
    part_type: required(partType),
    body_text: plainText(body),
    payload: new JsonSlices(scanner.bytes, [from, scanner.position]),
  };
}

/** An id is a text, or an integer of any length. */
function idAt(scanner: JsonScanner): string {
  if (scanner.isAtString) {
    scanner.string();
    const text = scanner.text();
    if (text === "") throw notPlain;
    return text;
  }
  const digits = scanner.number();
  if (!/^\d+$/.test(digits)) throw notPlain;
  return digits;
}

function textAt(scanner: JsonScanner): string | null {
  if (scanner.takeNull()) return null;
  scanner.string();
  return scanner.text();
}

function secondsAt(scanner: JsonScanner): number | null {
  if (scanner.takeNull()) return null;
  const seconds = scanner.smallInteger();
  if (seconds > epochSecondsMax) throw notPlain;
  return seconds;
}

/** Of two members of one name, readers take different ones. */
function once<T>(before: T | undefined, value: T): T {
  if (before !== undefined) throw notPlain;
  return value;
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw notPlain;
  return value;
}
