import type { KeptAnswer } from "../kept_answer.ts";
import { BlockMemo } from "./block_memo.ts";
import {
  DynamicTable,
  HpackDecoder,
  sameBytes,
  type Slice,
  sliceOf,
  textOf,
} from "./hpack/mod.ts";

/** Fields of one connection of HTTP/1.1, which HTTP/2 forbids (RFC 9113, 8.2.2). */
const CONNECTION_FIELDS: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
];

/** Remembered blocks that mean the same everywhere: an answer has one, or two with trailers. */
const SHARED_BLOCKS = 8;
const SHARED_BLOCK_BYTES = 1024;
/** Blocks that refer to a connection's table; they are short, and each connection has its own. */
const OWN_BLOCKS = 4;
const OWN_BLOCK_BYTES = 256;

/**
 * The parts of a header block that decide an outcome; everything else is
 * checked and dropped. Numbers are −1 where there is no such field.
 */
export interface Head {
  /** `invalid` is not HPACK and breaks the connection; the others end only the stream. */
  readonly fault: "none" | "invalid" | "malformed" | "too_large";
  /** What is wrong, in words. */
  readonly reason: string;
  readonly status: number;
  readonly contentLength: number;
  /** The value of `grpc-status`; `NaN` = not a number. */
  readonly grpcStatus: number;
  /** Whether `content-type` says gRPC. */
  readonly isGrpc: boolean;
  /** The value of `grpc-encoding`; empty = none. */
  readonly grpcEncoding: string;
  /** The beginning of `grpc-message`, as it came; empty = none. */
  readonly grpcMessage: string;
  /** The text of `retry-after`; empty = none. */
  readonly retryAfter: string;
  /** The texts of `grpc-retry-pushback-ms` and `grpc-status-details-bin`; empty = none. */
  readonly pushback: string;
  readonly details: string;
}

type HeadDraft = { -readonly [Key in keyof Head]: Head[Key] };

const STATUS = sliceOf(":status");
const CONTENT_LENGTH = sliceOf("content-length");
const CONTENT_TYPE = sliceOf("content-type");
const GRPC_STATUS = sliceOf("grpc-status");
const GRPC_ENCODING = sliceOf("grpc-encoding");
const GRPC_MESSAGE = sliceOf("grpc-message");
const RETRY_AFTER = sliceOf("retry-after");
const PUSHBACK = sliceOf("grpc-retry-pushback-ms");
const DETAILS = sliceOf("grpc-status-details-bin");
const FORBIDDEN = CONNECTION_FIELDS.map(sliceOf);
const GRPC_TYPE_REGEXP = /^application\/grpc(?:$|[+;])/i;
const STATUS_REGEXP = /^[1-9]\d\d$/;
const NUMBER_REGEXP = /^\d{1,15}$/;

/** The fault of a draft of which no field has been wrong so far. */
const EMPTY: HeadDraft = {
  fault: "none",
  reason: "",
  status: -1,
  contentLength: -1,
  grpcStatus: -1,
  isGrpc: false,
  grpcEncoding: "",
  grpcMessage: "",
  retryAfter: "",
  pushback: "",
  details: "",
};

/** What reading heads of one connection needs: its table, and the last blocks. */
export class HeadContext {
  readonly table = new DynamicTable();
  readonly memo = new BlockMemo<Head>(OWN_BLOCKS, OWN_BLOCK_BYTES);
  /** The state of the table to which the remembered blocks belong. */
  #version = 0;

  /** What a block said that was read before, with the table as it is now. */
  find(block: Slice): Head | null {
    if (this.#version === this.table.version) {
      return this.memo.find(block, false);
    }
    this.memo.clear();
    this.#version = this.table.version;
    return null;
  }
}

/**
 * Reads header blocks. Equal blocks mean the same where they neither refer to
 * the connection's table nor change it, or while it stays the same. The last
 * few are remembered, so most answers cost one comparison.
 */
export class HeadReader {
  readonly maxBytes: number;
  readonly #decoder: HpackDecoder;
  readonly #memo = new BlockMemo<Head>(SHARED_BLOCKS, SHARED_BLOCK_BYTES);
  #draft: HeadDraft = EMPTY;
  #isPseudoOver = false;
  #kept: KeptAnswer | null = null;

  /** @param maxBytes decoded size from which a head is too large, as RFC 9113, 6.5.2, counts it */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.#decoder = new HpackDecoder(maxBytes);
  }

  /**
   * Reads a whole block. Each block of a connection has to be read, in its order.
   *
   * @param kept where its fields go; null = nowhere
   */
  read(
    block: Slice,
    context: HeadContext,
    kept: KeptAnswer | null = null,
  ): Head {
    if (kept !== null && kept.wantsHeaders) {
      return this.#readKept(block, context, kept);
    }
    // A table of size 0 does not change when a field is added.
    const isTableless = context.table.maxBytes === 0;
    return this.#memo.find(block, isTableless) ?? context.find(block) ??
      this.#readNew(block, context);
  }

  #readKept(block: Slice, context: HeadContext, kept: KeptAnswer): Head {
    // The remembered blocks do not include their fields.
    this.#kept = kept;
    const head = this.#decode(block, context.table);
    this.#kept = null;
    if (head.status >= 100 && head.status < 200) kept.dropHeaders();
    return head;
  }

  #readNew(block: Slice, context: HeadContext): Head {
    const isTableless = context.table.maxBytes === 0;
    const head = this.#decode(block, context.table);
    if (head.fault !== "none") return head;
    const { refers, adds, resizes } = this.#decoder;
    if (resizes || (adds && !isTableless)) return head;
    if (refers) context.memo.add(block, head, false);
    else this.#memo.add(block, head, adds);
    return head;
  }

  #decode(block: Slice, table: DynamicTable): Head {
    this.#draft = { ...EMPTY };
    this.#isPseudoOver = false;
    const decoder = this.#decoder;
    const result = decoder.decode(block, table, this.#field);
    if (result === "too_large") {
      this.#wrong(
        "too_large",
        `a response head has more bytes than ${this.maxBytes} (limits.max_head_bytes)`,
      );
    }
    if (result === "invalid") this.#wrong("invalid", decoder.fault);
    return this.#draft;
  }

  readonly #field = (name: Slice, value: Slice): void => {
    const isPseudo = name.bytes[name.start] === COLON;
    if (isPseudo ? this.#isPseudoOver : !isFieldName(name)) {
      this.#malformed(
        isPseudo ? "comes after a field" : "is not a valid name",
        name,
      );
    }
    if (!isFieldValue(value)) {
      this.#malformed("has a control character in its value", name);
    }
    if (isPseudo) return this.#pseudo(name, value);
    this.#isPseudoOver = true;
    this.#kept?.addHeader(textOf(name), textOf(value));
    this.#regular(name, value);
  };

  #pseudo(name: Slice, value: Slice): void {
    const text = textOf(value);
    if (!sameBytes(name, STATUS)) {
      return this.#malformed("is not for responses", name);
    }
    if (this.#draft.status !== -1) {
      return this.#malformed("is there twice", name);
    }
    if (!STATUS_REGEXP.test(text)) {
      return this.#malformed(`is ${shown(value)}`, name);
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
      this.#contentLength(name, value);
    } else if (sameBytes(name, GRPC_ENCODING)) {
      draft.grpcEncoding = beginningOf(value);
    } else if (sameBytes(name, GRPC_MESSAGE)) {
      draft.grpcMessage = beginningOf(value);
    } else if (sameBytes(name, RETRY_AFTER)) {
      draft.retryAfter = textOf(value);
    } else if (sameBytes(name, PUSHBACK)) {
      draft.pushback = textOf(value);
    } else if (sameBytes(name, DETAILS)) {
      // A value of this size says nothing that kar needs.
      const isKept = value.end - value.start <= DETAILS_BYTES;
      draft.details = isKept ? textOf(value) : "";
    } else if (FORBIDDEN.some((other) => sameBytes(name, other))) {
      this.#malformed("is not for HTTP/2", name);
    }
  }

  #contentLength(name: Slice, value: Slice): void {
    const length = numberOf(value);
    const before = this.#draft.contentLength;
    if (Number.isNaN(length)) this.#malformed(`is ${shown(value)}`, name);
    if (before !== -1 && before !== length) {
      this.#malformed(`is ${before} and ${shown(value)}`, name);
    }
    this.#draft.contentLength = length;
  }

  #malformed(what: string, name: Slice): void {
    if (this.#draft.fault !== "none") return;
    this.#wrong("malformed", `header field ${shown(name)} ${what}`);
  }

  #wrong(fault: Head["fault"], reason: string): void {
    this.#draft.fault = fault;
    this.#draft.reason = reason;
  }
}

/** Bytes that are kept of an error's details: 8 KiB, as base64. */
const DETAILS_BYTES = 4 * Math.ceil(8192 / 3);

/** Bytes that are kept of a server's message: enough for what is shown, each as `%XX`. */
const MESSAGE_BYTES = 1024;

function beginningOf({ bytes, start, end }: Slice): string {
  return textOf({ bytes, start, end: Math.min(end, start + MESSAGE_BYTES) });
}

/** Characters of a wrong text that a message shows. */
const SHOWN_BYTES = 60;

/** A text as a message shows it, one character for each byte. */
function shown({ bytes, start, end }: Slice): string {
  const isCut = end - start > SHOWN_BYTES;
  const text = textOf({ bytes, start, end: isCut ? start + SHOWN_BYTES : end });
  return `"${text}${isCut ? "…" : ""}"`;
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
