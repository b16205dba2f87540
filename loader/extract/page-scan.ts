import { isUtf8 } from "node:buffer";
import { parseJson, parseJsonBody } from "../json.ts";
import { JsonScanner, notPlain } from "./json-scanner.ts";

const conversations = Buffer.from("conversations");
const id = Buffer.from("id");
const updatedAt = Buffer.from("updated_at");

/**
 * A page of conversations, of which a list has everything but the parts, and only two members are wanted: of each
 * conversation `id` and `updated_at`, of the rest of the page everything. Undefined when the body is no whole JSON.
 */
export function readConversationPage(body: Buffer): unknown {
  const shortened = isUtf8(body) ? shortenedPage(body) : undefined;
  return shortened === undefined ? parseJsonBody(body) : parseJson(shortened);
}

/** Undefined when anything about the page is out of the ordinary. */
function shortenedPage(body: Buffer): string | undefined {
  try {
    const scanner = new JsonScanner(body);
    let listFrom: number | undefined;
    let listTo = 0;
    let records: readonly string[] = [];
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      scanner.enterMember();
      if (!scanner.is(conversations)) {
        scanner.skip();
        continue;
      }
      if (listFrom !== undefined) return undefined;
      listFrom = scanner.position;
      records = shortenedRecords(scanner);
      listTo = scanner.position;
    }
    if (!scanner.isAtEnd || listFrom === undefined) return undefined;
    return `${body.toString("utf8", 0, listFrom)}[${records.join(",")}]${body.toString("utf8", listTo)}`;
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

function shortenedRecords(scanner: JsonScanner): string[] {
  const records: string[] = [];
  for (let moreRecords = scanner.enterArray(); moreRecords; moreRecords = scanner.nextElement()) {
    let idText: string | undefined;
    let updatedText = "null";
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      scanner.enterMember();
      if (scanner.is(id)) idText = skippedText(scanner);
      else if (scanner.is(updatedAt)) updatedText = skippedText(scanner);
      else scanner.skip();
    }
    // A record without one is rejected, and stored whole as such.
    if (idText === undefined) throw notPlain;
    records.push(`{"id":${idText},"updated_at":${updatedText}}`);
  }
  return records;
}

function skippedText(scanner: JsonScanner): string {
  const from = scanner.position;
  scanner.skip();
  return scanner.bytes.toString("utf8", from, scanner.position);
}
