const blank = 0x20;
const lineBreak = Buffer.from("\\n");
const wideSpaces: readonly number[] = [0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff];

/** Writes a text into a buffer. Spaces and line breaks are written only between words, one at a time. */
export class TextWriter {
  readonly #target: Buffer;
  readonly #start: number;
  end: number;
  #hasSpace = false;
  #hasBreak = false;

  constructor(target: Buffer, start: number) {
    this.#target = target;
    this.#start = start;
    this.end = start;
  }

  space(): void {
    this.#hasSpace = true;
  }

  breakLine(): void {
    this.#hasBreak = true;
  }

  add(source: Buffer, from: number, to: number): void {
    for (let index = from; index < to; index += 1) this.addByte(source[index] ?? 0);
  }

  addByte(byte: number): void {
    if (this.#hasBreak || this.#hasSpace) this.#separate();
    this.#target[this.end] = byte;
    this.end += 1;
  }

  /** @param code of a character between U+00A0 and U+FFFF */
  addCharacter(code: number): void {
    if (isWideSpace(code)) {
      this.space();
    } else if (code < 0x800) {
      this.addByte(0xc0 | (code >> 6));
      this.addByte(0x80 | (code & 0x3f));
    } else {
      this.addByte(0xe0 | (code >> 12));
      this.addByte(0x80 | ((code >> 6) & 0x3f));
      this.addByte(0x80 | (code & 0x3f));
    }
  }

  #separate(): void {
    const separates = this.end > this.#start;
    const isBreak = this.#hasBreak;
    this.#hasBreak = false;
    this.#hasSpace = false;
    if (!separates) return;
    if (isBreak) this.add(lineBreak, 0, lineBreak.length);
    else this.addByte(blank);
  }
}

/** Whether a character is white space beyond ASCII, by JavaScript's `\s`. */
export function isWideSpace(code: number): boolean {
  return (code >= 0x2000 && code <= 0x200a) || wideSpaces.includes(code);
}
