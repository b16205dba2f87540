import { parseJson } from "../../json.ts";
import { type JsonScanner, notPlain, scanned } from "./scanner.ts";

const conversations = Buffer.from("conversations");
const id = Buffer.from("id");
const updatedAt = Buffer.from("updated_at");
const monitorEvaluations = Buffer.from("monitor_evaluations");
const scorecards = Buffer.from("scorecards");

/**
 * A page of conversations as JSON. A list has everything of a conversation except its parts. Only `id`, `updated_at` and
 * what QA found are wanted, so only those are parsed; the rest of the page is parsed whole.
 * @returns undefined of JSON that is not plain
 */
export function scanPage(body: Buffer): unknown {
  const shortened = scanned(body, (scanner) => shortenedPage(scanner, body));
  return shortened === undefined ? undefined : parseJson(shortened);
}

function shortenedPage(scanner: JsonScanner, body: Buffer): string {
  let listFrom: number | undefined;
  let listTo = 0;
  let records: readonly string[] = [];
  for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
    scanner.enterMember();
    if (!scanner.is(conversations)) {
      scanner.skip();
      continue;
    }
    if (listFrom !== undefined) throw notPlain;
    listFrom = scanner.position;
    records = shortenedRecords(scanner);
    listTo = scanner.position;
  }
  if (listFrom === undefined) throw notPlain;
  return `${body.toString("utf8", 0, listFrom)}[${records.join(",")}]${body.toString("utf8", listTo)}`;
}

function shortenedRecords(scanner: JsonScanner): string[] {
  const records: string[] = [];
  for (let moreRecords = scanner.enterArray(); moreRecords; moreRecords = scanner.nextElement()) {
    let idText: string | undefined;
    let updatedText = "null";
    let quality = "";
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      scanner.enterMember();
      if (scanner.is(id)) idText = skippedText(scanner);
      else if (scanner.is(updatedAt)) updatedText = skippedText(scanner);
      else if (scanner.is(monitorEvaluations)) quality += `,"monitor_evaluations":${skippedText(scanner)}`;
      else if (scanner.is(scorecards)) quality += `,"scorecards":${skippedText(scanner)}`;
      else scanner.skip();
    }
    // A record without one is rejected, and stored whole as such.
    if (idText === undefined) throw notPlain;
    records.push(`{"id":${idText},"updated_at":${updatedText}${quality}}`);
  }
  return records;
}

function skippedText(scanner: JsonScanner): string {
  const from = scanner.position;
  scanner.skip();
  return scanner.bytes.toString("utf8", from, scanner.position);
}
