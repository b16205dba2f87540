/** The elements and entities that editors write, looked up by the bytes of their names. */

type Named = { readonly name: Buffer };
type KnownElement = Named & { readonly number: number; readonly isBlock: boolean; readonly isVoid: boolean };
/** Its text is written as in a JSON string; undefined for white space. */
type KnownEntity = Named & { readonly text: Buffer | undefined };

const blocks = "p div br hr ul ol li blockquote h1 h2 h3 h4 h5 h6 table thead tbody tr td th".split(" ");
const inlines = "a b i u s em strong span code img".split(" ");
const voids: ReadonlySet<string> = new Set(["br", "hr", "img"]);
export const knownElements = byHash<KnownElement>(
  [...blocks, ...inlines].map((name, number) => ({
    name: Buffer.from(name),
    number,
    isBlock: number < blocks.length,
    isVoid: voids.has(name),
  })),
);
/** https://html.spec.whatwg.org/#named-character-references */
export const knownEntities = byHash<KnownEntity>(
  Object.entries({
    ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", "#x27": "'", nbsp: " " },
    ...{ ndash: "–", mdash: "—", hellip: "…", bull: "•", euro: "€", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”" },
  }).map(([name, character]) => ({
    name: Buffer.from(name),
    text: character === " " ? undefined : Buffer.from(JSON.stringify(character).slice(1, -1)),
  })),
);

function byHash<T extends Named>(items: readonly T[]): ReadonlyMap<number, T> {
  const map = new Map(items.map((item) => [hashOf(item.name, 0, item.name.length), item]));
  if (map.size !== items.length) throw new Error("two names have one hash");
  return map;
}

/** The item with this name. */
export function named<T extends Named>(
  items: ReadonlyMap<number, T>,
  source: Buffer,
  from: number,
  to: number,
): T | undefined {
  const item = items.get(hashOf(source, from, to));
  if (item === undefined || item.name.length !== to - from) return undefined;
  for (let index = 0; index < item.name.length; index += 1) {
    if (item.name[index] !== source[from + index]) return undefined;
  }
  return item;
}

function hashOf(source: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let index = from; index < to; index += 1) hash = (Math.imul(hash, 31) + (source[index] ?? 0)) | 0;
  return hash;
}
