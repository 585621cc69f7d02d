/** Bytes of a body that a client may send before they are read. */
export const STREAM_WINDOW = 262_144;

/** What a peer may still send; given back as it is consumed, in large steps. */
export class ReceiveWindow {
  readonly #size: number;
  #left: number;
  #consumed = 0;

  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** @returns false when the peer sent more than it may */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** @returns by how much to enlarge the window now; 0 = not yet */
  consume(bytes: number): number {
    this.#consumed += bytes;
    if (this.#consumed < this.#size / 2) return 0;
    const grant = this.#consumed;
    this.#consumed = 0;
    this.#left += grant;
    return grant;
  }
}

/** One request and its answer under way. */
export class ServerStream {
  readonly receiveWindow = new ReceiveWindow(STREAM_WINDOW);
  readonly #broken = new AbortController();
  readonly #consumed: (stream: ServerStream, bytes: number) => void;
  #chunks: Uint8Array[] = [];
  #ended = false;
  #wake: () => void = () => {};

  /** @param consumed told how many bytes of the body were read, or will never be */
  constructor(
    readonly id: number,
    public sendWindow: number,
    consumed: (stream: ServerStream, bytes: number) => void,
  ) {
    this.#consumed = consumed;
  }

  /** Whether the client has sent all of its request. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Aborts when the stream can take no answer any more. */
  get signal(): AbortSignal {
    return this.#broken.signal;
  }

  /** Takes a part of the body. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  /** The client has sent all. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The stream is of no use any more. */
  break(): void {
    this.#broken.abort();
    this.#wake();
    this.drop();
  }

  /** Gives back what nobody will read. */
  drop(): void {
    for (const chunk of this.#chunks) this.#consumed(this, chunk.length);
    this.#chunks = [];
  }

  /** The body; each part is given back to the client's window when it is taken. */
  async *body(): AsyncIterable<Uint8Array> {
    while (true) {
      if (this.signal.aborted) throw new Error("The client broke off");
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#consumed(this, chunk.length);
        yield chunk;
      } else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
