// What can be made again, kept as long as there is room: a full memo forgets everything at once.

export class Memo<Key, Value> {
  private readonly known = new Map<Key, Value>();
  private readonly entriesMax: number;
  private readonly make: (key: Key) => Value;

  /** `make` must answer the same whenever it is asked, until `forget`. */
  constructor(entriesMax: number, make: (key: Key) => Value) {
    this.entriesMax = entriesMax;
    this.make = make;
  }

  get(key: Key): Value {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const value = this.make(key);
    if (this.known.size >= this.entriesMax) this.known.clear();
    this.known.set(key, value);
    return value;
  }

  forget(): void {
    this.known.clear();
  }
}
