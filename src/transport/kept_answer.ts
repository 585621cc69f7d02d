/** What an exchange keeps of its answer besides the outcome. */
export interface KeepSpec {
  /** Names of header fields, in lower case; null = all of them. */
  readonly headers: ReadonlySet<string> | null;
  /** Bytes of the body that are kept; 0 = none. */
  readonly bodyBytes: number;
}

/** One header field of an answer. */
export type KeptHeader = readonly [name: string, value: string];

/** Bytes of a failed answer's body that are kept as an example. */
export const SAMPLED_BYTES = 512;
const FIRST_BYTES = 1024;
/** A larger buffer, which one large answer needed, is not kept. */
const STAYING_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);
const TEXT = new TextDecoder();

/**
 * The header fields and the body of an answer, as far as they are wanted. The
 * client of an exchange that carries one writes into it. It is used again for
 * the next answer; until then nothing else writes to it.
 */
export class KeptAnswer {
  /** The body is longer than what may be kept of it. */
  isCut = false;
  #spec: KeepSpec = { headers: new Set(), bodyBytes: 0 };
  #headers: KeptHeader[] = [];
  #buffer: Uint8Array = NOTHING;
  #length = 0;

  /** Forgets the last answer; the next is kept as `spec` says. */
  begin(spec: KeepSpec): this {
    this.#spec = spec;
    this.#length = 0;
    this.isCut = false;
    if (this.#headers.length > 0) this.#headers = [];
    if (this.#buffer.length > STAYING_BYTES) this.#buffer = NOTHING;
    return this;
  }

  /** Keeps what another spec asks for as well. */
  widen({ headers, bodyBytes }: KeepSpec): void {
    const own = this.#spec;
    this.#spec = {
      headers: own.headers === null || headers === null
        ? null
        : own.headers.union(headers),
      bodyBytes: Math.max(own.bodyBytes, bodyBytes),
    };
  }

  /** Whether header fields are wanted. */
  get wantsHeaders(): boolean {
    return this.#spec.headers === null || this.#spec.headers.size > 0;
  }

  /** The header fields that were asked for, in their order; names are in lower case. */
  get headers(): readonly KeptHeader[] {
    return this.#headers;
  }

  /** The first value of a header field; null = it is not there. */
  header(name: string): string | null {
    return this.#headers.find(([known]) => known === name)?.[1] ?? null;
  }

  /** The body so far; a view that the next answer writes over. */
  get body(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** The body as text. */
  text(): string {
    return TEXT.decode(this.body);
  }

  /** Takes one header field, as the client read it. */
  addHeader(name: string, value: string): void {
    const { headers } = this.#spec;
    const lower = name.toLowerCase();
    if (headers !== null && !headers.has(lower)) return;
    this.#headers.push([lower, value]);
  }

  /** Forgets the fields of an interim head. */
  dropHeaders(): void {
    if (this.#headers.length > 0) this.#headers = [];
  }

  /** Takes the bytes from `start` to `end` of the body. */
  addBody(bytes: Uint8Array, start: number, end: number): void {
    const { bodyBytes } = this.#spec;
    if (bodyBytes === 0) return;
    const free = bodyBytes - this.#length;
    if (end - start > free) {
      this.isCut = true;
      end = start + free;
    }
    const length = this.#length + end - start;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }

  #grow(atLeast: number): void {
    let size = Math.max(FIRST_BYTES, this.#buffer.length);
    while (size < atLeast) size *= 2;
    const larger = new Uint8Array(Math.min(size, this.#spec.bodyBytes));
    larger.set(this.body);
    this.#buffer = larger;
  }
}
