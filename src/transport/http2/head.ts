import {
  HpackDecoder,
  sameBytes,
  type Slice,
  sliceOf,
  textOf,
} from "./hpack/mod.ts";

/** Fields of one connection of HTTP/1.1, which HTTP/2 forbids (RFC 9113, 8.2.2). */
export const CONNECTION_FIELDS: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
];

/** Decoded size from which a header block is refused, as RFC 9113, 6.5.2, counts it. */
export const MAX_HEADER_LIST_BYTES = 65_536;
/** Header blocks that are remembered: an answer has one, or two with trailers. */
const REMEMBERED = 8;
/** A larger block is read anew each time: what is so large seldom comes twice. */
const REMEMBERED_BYTES_MAX = 1024;

/**
 * What of a header block decides an outcome; all else is checked and dropped.
 * Numbers are −1 where there is no such field.
 */
export interface Head {
  /** `invalid` is no HPACK and breaks the connection; `malformed` only the stream. */
  readonly fault: "none" | "invalid" | "malformed";
  readonly status: number;
  readonly contentLength: number;
  /** The value of `grpc-status`; `NaN` = not a number. */
  readonly grpcStatus: number;
  /** Whether `content-type` says gRPC. */
  readonly isGrpc: boolean;
  /** The text of `retry-after`; empty = none. */
  readonly retryAfter: string;
  /** The texts of `grpc-retry-pushback-ms` and `grpc-status-details-bin`; empty = none. */
  readonly pushback: string;
  readonly details: string;
}

/** A block that was read, and what it said. */
interface Known {
  readonly block: Slice;
  head: Head;
}

type Draft = { -readonly [Key in keyof Head]: Head[Key] };

const STATUS = sliceOf(":status");
const CONTENT_LENGTH = sliceOf("content-length");
const CONTENT_TYPE = sliceOf("content-type");
const GRPC_STATUS = sliceOf("grpc-status");
const RETRY_AFTER = sliceOf("retry-after");
const PUSHBACK = sliceOf("grpc-retry-pushback-ms");
const DETAILS = sliceOf("grpc-status-details-bin");
const FORBIDDEN = CONNECTION_FIELDS.map(sliceOf);
const GRPC_TYPE_REGEXP = /^application\/grpc(?:$|[+;])/i;
const STATUS_REGEXP = /^[1-9]\d\d$/;
const NUMBER_REGEXP = /^\d{1,15}$/;

/** The fault of a draft that no field has been wrong of. */
const EMPTY: Draft = {
  fault: "none",
  status: -1,
  contentLength: -1,
  grpcStatus: -1,
  isGrpc: false,
  retryAfter: "",
  pushback: "",
  details: "",
};

/**
 * Reads header blocks. As no table is kept, equal blocks mean the same: what
 * the last few said is remembered, and most answers cost one comparison.
 */
export class HeadReader {
  readonly #decoder = new HpackDecoder(MAX_HEADER_LIST_BYTES);
  /** Takes its memory once: blocks that are never the same would be garbage with every answer. */
  readonly #room = new Uint8Array(REMEMBERED * REMEMBERED_BYTES_MAX);
  readonly #known: Known[] = [];
  #next = 0;
  #draft: Draft = EMPTY;
  #isPseudoOver = false;

  /** Reads a whole block. */
  read(block: Slice): Head {
    for (let i = 0; i < this.#known.length; i++) {
      const known = this.#known[i]!;
      if (sameBytes(known.block, block)) return known.head;
    }
    const head = this.#decode(block);
    if (head.fault === "none") this.#remember(block, head);
    return head;
  }

  #remember({ bytes, start, end }: Slice, head: Head): void {
    if (end - start > REMEMBERED_BYTES_MAX) return;
    const at = this.#next * REMEMBERED_BYTES_MAX;
    const known = this.#known[this.#next] ??= {
      block: { bytes: this.#room, start: at, end: at },
      head,
    };
    for (let i = start; i < end; i++) this.#room[at + i - start] = bytes[i]!;
    known.block.end = at + end - start;
    known.head = head;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  #decode(block: Slice): Head {
    this.#draft = { ...EMPTY };
    this.#isPseudoOver = false;
    const result = this.#decoder.decode(block, this.#field);
    if (result === "invalid") this.#draft.fault = "invalid";
    if (result === "too_large") this.#malformed();
    return this.#draft;
  }

  readonly #field = (name: Slice, value: Slice): void => {
    const isPseudo = name.bytes[name.start] === COLON;
    if (isPseudo ? this.#isPseudoOver : !isFieldName(name)) this.#malformed();
    if (!isFieldValue(value)) this.#malformed();
    if (isPseudo) return this.#pseudo(name, value);
    this.#isPseudoOver = true;
    this.#regular(name, value);
  };

  #pseudo(name: Slice, value: Slice): void {
    const text = textOf(value);
    const isFirst = this.#draft.status === -1;
    if (!isFirst || !sameBytes(name, STATUS) || !STATUS_REGEXP.test(text)) {
      return this.#malformed();
    }
    this.#draft.status = Number(text);
  }

  #regular(name: Slice, value: Slice): void {
    const draft = this.#draft;
    if (sameBytes(name, GRPC_STATUS)) {
      draft.grpcStatus = numberOf(value);
    } else if (sameBytes(name, CONTENT_TYPE)) {
      draft.isGrpc = GRPC_TYPE_REGEXP.test(textOf(value));
    } else if (sameBytes(name, CONTENT_LENGTH)) {
      const length = numberOf(value);
      const isSecond = draft.contentLength !== -1;
      const differs = isSecond && draft.contentLength !== length;
      if (Number.isNaN(length) || differs) this.#malformed();
      draft.contentLength = length;
    } else if (sameBytes(name, RETRY_AFTER)) {
      draft.retryAfter = textOf(value);
    } else if (sameBytes(name, PUSHBACK)) {
      draft.pushback = textOf(value);
    } else if (sameBytes(name, DETAILS)) {
      draft.details = textOf(value);
    } else if (FORBIDDEN.some((other) => sameBytes(name, other))) {
      this.#malformed();
    }
  }

  #malformed(): void {
    this.#draft.fault = "malformed";
  }
}

const COLON = 0x3a;
const SPACE = 0x20;
const DELETE = 0x7f;

/** RFC 9113, 8.2.1: no upper case, no space, no controls, nothing past ASCII, no colon. */
function isFieldName({ bytes, start, end }: Slice): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte <= SPACE || byte >= DELETE || byte === COLON) return false;
    if (byte >= 0x41 && byte <= 0x5a) return false;
  }
  return end > start;
}

/** RFC 9113, 8.2.1: no NUL, no line feed, no carriage return. */
function isFieldValue({ bytes, start, end }: Slice): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 0x00 || byte === 0x0a || byte === 0x0d) return false;
  }
  return true;
}

function numberOf(value: Slice): number {
  const text = textOf(value);
  return NUMBER_REGEXP.test(text) ? Number(text) : NaN;
}
