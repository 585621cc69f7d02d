import type { Http2Stream } from "./stream.ts";

/** The streams of a connection that are under way, by their identifiers. */
export class OpenStreams {
  readonly #streams = new Map<number, Http2Stream>();
  /** No stream has a higher identifier, except those that began since this was found. */
  #highest = Infinity;

  get size(): number {
    return this.#streams.size;
  }

  get(id: number): Http2Stream | undefined {
    return this.#streams.get(id);
  }

  all(): IterableIterator<Http2Stream> {
    return this.#streams.values();
  }

  add(stream: Http2Stream): void {
    this.#streams.set(stream.id, stream);
    this.#highest = stream.id;
  }

  delete({ id }: Http2Stream): void {
    this.#streams.delete(id);
  }

  /**
   * The streams that a GOAWAY ends; it names the last stream that goes on. Most
   * peers send several, and only one that ends a stream walks over all of them.
   */
  behind(lastStream: number): Http2Stream[] {
    if (lastStream >= this.#highest) return [];
    this.#highest = 0;
    const behind: Http2Stream[] = [];
    for (const stream of this.#streams.values()) {
      if (stream.id > lastStream) behind.push(stream);
      else this.#highest = Math.max(this.#highest, stream.id);
    }
    return behind;
  }
}
