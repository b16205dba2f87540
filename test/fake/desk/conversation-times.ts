// When each generated conversation or ticket was touched, so that a search need not tell every story again. Kept in blocks of
// neighbours, at most BLOCKS_MAX of them: memory does not grow with the number of conversations.

interface Happening {
  readonly kind: string;
  /** Epoch seconds. */
  readonly at: number;
}

const BLOCK = 512;
const BLOCKS_MAX = 600;

interface Block {
  /** Times of the events of conversation i are at[start[i]] … at[start[i + 1] - 1], ascending. */
  readonly start: Int32Array;
  readonly at: Int32Array;
  /** 0 when never deleted. */
  readonly deletedAt: Int32Array;
}

export class ConversationTimes {
  private readonly timelineOf: (index: number) => readonly Happening[];
  private readonly blocks = new Map<number, Block>();

  constructor(timelineOf: (index: number) => readonly Happening[]) {
    this.timelineOf = timelineOf;
  }

  /** Time of the last event by `until`; 0 when the conversation had not begun or was deleted by then. */
  lastAt(index: number, until: number): number {
    const { start, at, deletedAt } = this.block(Math.floor(index / BLOCK));
    const position = index % BLOCK;
    const deleted = deletedAt[position] ?? 0;
    if (deleted !== 0 && deleted <= until) return 0;
    const first = start[position] ?? 0;
    for (let each = (start[position + 1] ?? 0) - 1; each >= first; each--) {
      const time = at[each] ?? 0;
      if (time <= until) return time;
    }
    return 0;
  }

  private block(number: number): Block {
    const known = this.blocks.get(number);
    if (known !== undefined) return known;
    const block = this.build(number);
    this.blocks.set(number, block);
    if (this.blocks.size > BLOCKS_MAX) {
      for (const oldest of this.blocks.keys()) {
        this.blocks.delete(oldest);
        break;
      }
    }
    return block;
  }

  private build(number: number): Block {
    const start = new Int32Array(BLOCK + 1);
    const deletedAt = new Int32Array(BLOCK);
    const times: number[] = [];
    for (let position = 0; position < BLOCK; position++) {
      start[position] = times.length;
      let last = 0;
      for (const event of this.timelineOf(number * BLOCK + position)) {
        if (event.kind === "deleted") deletedAt[position] = event.at;
        if (event.at > last) times.push(event.at);
        last = event.at;
      }
    }
    start[BLOCK] = times.length;
    return { start, at: Int32Array.from(times), deletedAt };
  }
}
