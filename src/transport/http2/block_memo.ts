import { sameBytes, type Slice } from "./hpack/mod.ts";

/** A block that was read, and what it said. */
interface KnownBlock<T> {
  readonly block: Slice;
  said: T;
  changesTable: boolean;
}

const NOTHING = new Uint8Array(0);

/**
 * The last few header blocks, and what they said. It allocates its memory once:
 * blocks that are never the same would otherwise make garbage with every
 * answer.
 */
export class BlockMemo<T> {
  readonly #blocks: number;
  readonly #blockBytesMax: number;
  readonly #known: KnownBlock<T>[] = [];
  #room = NOTHING;
  #next = 0;

  /**
   * @param blocks how many are remembered
   * @param blockBytesMax a larger block is read again each time, since such a
   *   block seldom comes twice
   */
  constructor(blocks: number, blockBytesMax: number) {
    this.#blocks = blocks;
    this.#blockBytesMax = blockBytesMax;
  }

  /** What a block said, if it is known and may be skipped where it would change a table. */
  find(block: Slice, mayChangeTable: boolean): T | null {
    for (let i = 0; i < this.#known.length; i++) {
      const known = this.#known[i]!;
      if (known.changesTable && !mayChangeTable) continue;
      if (sameBytes(known.block, block)) return known.said;
    }
    return null;
  }

  /** Remembers a block in the place of the oldest one. */
  add({ bytes, start, end }: Slice, said: T, changesTable: boolean): void {
    if (end - start > this.#blockBytesMax) return;
    if (this.#room === NOTHING) {
      this.#room = new Uint8Array(this.#blocks * this.#blockBytesMax);
    }
    const at = this.#next * this.#blockBytesMax;
    const known = this.#known[this.#next] ??= {
      block: { bytes: this.#room, start: at, end: at },
      said,
      changesTable,
    };
    for (let i = start; i < end; i++) this.#room[at + i - start] = bytes[i]!;
    known.block.end = at + end - start;
    known.said = said;
    known.changesTable = changesTable;
    this.#next = (this.#next + 1) % this.#blocks;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#known.length = 0;
    this.#next = 0;
  }
}
