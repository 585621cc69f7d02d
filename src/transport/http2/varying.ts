import { KarError } from "../../base/mod.ts";
import {
  type ArrivalDraws,
  type Draws,
  literalBytes,
  type Request,
  sequence,
  type Text,
  type Varying,
  WHOLE_BYTES,
  writeWhole,
} from "../../request/mod.ts";
import { bodyScratch } from "../body_scratch.ts";
import type { Exchange } from "../port.ts";
import type { Socket } from "../socket/mod.ts";
import {
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  type FrameWriter,
  MAX_PAYLOAD_BYTES,
  type PeerSettings,
  writeUint32,
} from "./framing/mod.ts";
import {
  encodeFields,
  encodeName,
  type HeaderField,
  listBytesOf,
  TABLE_SIZE_ZERO,
} from "./hpack/mod.ts";
import { requestFields } from "./target.ts";

/** A field of a head; its text where its value varies. */
export interface VaryingField extends HeaderField {
  readonly text: Text | null;
}

/** A stream, as far as its request is concerned. */
export interface RequestStream {
  readonly id: number;
  readonly exchange: Exchange;
  /** The part of the body that is still to be sent. */
  body: Uint8Array;
  bodyLength: number;
}

/** What a connection tells the writer of a request. */
export interface PeerSide {
  readonly socket: Socket;
  readonly writer: FrameWriter;
  readonly peer: Pick<PeerSettings, "maxHeaderListBytes" | "isTableUpdateDue">;
  readonly uploads: {
    takeWhole(stream: RequestStream): boolean;
    begin(stream: RequestStream): void;
  };
}

/** Bits that say how a request is written. */
const WRITE = { update: 1, whole: 2 } as const;

/** Bytes of the longest length in front of a text. */
const LENGTH_BYTES = 4;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Writes requests that vary over HTTP/2. Fixed parts were encoded before; what
 * varies is written plain, as a literal that no table keeps. Huffman coding
 * would save 26 bytes of a request, and cost more than everything else.
 */
export class Http2Writer {
  /** What a head may have at most, as RFC 9113, 6.5.2, counts it. */
  readonly listBytes: number;
  readonly #head: Text;
  readonly #values: readonly HpackValue[];
  readonly #fixedListBytes: number;
  readonly #body: Text | null;
  readonly #fixedBody: Uint8Array;
  readonly #draws: ArrivalDraws;

  /** @throws {KarError} (config) for a head that may need more than one frame */
  constructor(request: Request, vary: Varying) {
    const fields = fieldsOf(request, vary);
    const values: HpackValue[] = [];
    const parts = fields.flatMap((field) => {
      if (field.text === null) return [literalBytes(encodeFields([field]))];
      const value = new HpackValue(field.text);
      values.push(value);
      return [literalBytes(encodeName(field)), value];
    });
    this.#head = sequence(parts);
    this.#values = values;
    this.#fixedListBytes = listBytesOf(
      fields.map((field) =>
        field.text === null ? field : { ...field, value: "" }
      ),
    );
    this.listBytes = values.reduce(
      (sum, { most }) => sum + most,
      this.#fixedListBytes,
    );
    this.#body = vary.body;
    this.#fixedBody = request.body;
    this.#draws = vary.draws;
    if (this.#head.most >= MAX_PAYLOAD_BYTES) {
      throw new KarError(
        "config",
        `a request head over HTTP/2 may have ${this.#head.most} bytes with its fields, must have less than ${MAX_PAYLOAD_BYTES}`,
      );
    }
  }

  /**
   * Writes the request of a stream, or as much of it as the peer has room for.
   *
   * @returns null; else the size of its head, which is too large for the peer:
   *   then nothing was written
   */
  start(stream: RequestStream, side: PeerSide): number | null {
    const { peer, uploads } = side;
    this.#prepare(stream);
    if (this.listBytes > peer.maxHeaderListBytes) {
      const listBytes = this.#measure();
      if (listBytes > peer.maxHeaderListBytes) return listBytes;
    }
    const update = peer.isTableUpdateDue ? WRITE.update : 0;
    peer.isTableUpdateDue = false;
    // The window is reserved before anything is written.
    const isWhole = stream.bodyLength <= MAX_PAYLOAD_BYTES &&
      uploads.takeWhole(stream);
    this.#write(stream, side.socket, update | (isWhole ? WRITE.whole : 0));
    if (isWhole) return null;
    if (this.#body !== null) {
      stream.body = bodyScratch.bytes.slice(0, bodyScratch.length);
    }
    uploads.begin(stream);
    return null;
  }

  /** Draws for the exchange and makes its body: its length is needed first. */
  #prepare(stream: RequestStream): void {
    this.#draws.begin(stream.exchange);
    if (this.#body === null) return;
    bodyScratch.make(this.#body, this.#draws);
    stream.bodyLength = bodyScratch.length;
  }

  /** The size of the arrival's head; writes it into memory of its own. */
  #measure(): number {
    this.#head.write(new Uint8Array(this.#head.most), 0, this.#draws);
    return this.#values.reduce(
      (sum, { length }) => sum + length,
      this.#fixedListBytes,
    );
  }

  /** Writes the head, and with `WRITE.whole` the body. */
  #write(stream: RequestStream, socket: Socket, how: number): void {
    const { id, bodyLength } = stream;
    const most = 2 * FRAME_HEADER_BYTES + 1 + this.#head.most + bodyLength;
    const to = socket.room(most);
    const from = socket.outgoingEnd;
    let at = from + FRAME_HEADER_BYTES;
    if ((how & WRITE.update) !== 0) to[at++] = TABLE_SIZE_ZERO;
    at = this.#head.write(to, at, this.#draws);
    const isOnlyHead = bodyLength === 0;
    const flags = FLAG.endHeaders | (isOnlyHead ? FLAG.endStream : 0);
    frameHeader(to, from, at - from - FRAME_HEADER_BYTES);
    to[from + 3] = FRAME.headers;
    to[from + 4] = flags;
    writeUint32(to, from + 5, id);
    if (!isOnlyHead && (how & WRITE.whole) !== 0) {
      frameHeader(to, at, bodyLength);
      to[at + 3] = FRAME.data;
      to[at + 4] = FLAG.endStream;
      writeUint32(to, at + 5, id);
      at += FRAME_HEADER_BYTES;
      if (this.#body !== null) at = bodyScratch.copyTo(to, at);
      else {
        to.set(this.#fixedBody, at);
        at += bodyLength;
      }
    }
    socket.filled(at);
  }
}

/** The length of a frame has three bytes; what follows it is written afterwards. */
function frameHeader(to: Uint8Array, at: number, length: number): void {
  writeUint32(to, at, length << 8);
}

/** All fields of a head in their order, with the texts of those that vary. */
function fieldsOf(request: Request, vary: Varying): VaryingField[] {
  const fixed = requestFields(request);
  const texts = new Map<string, (Text | null)[]>();
  request.headers.forEach(({ name }, i) => {
    const lower = name.toLowerCase();
    texts.set(lower, [...texts.get(lower) ?? [], vary.headers[i]!]);
  });
  return fixed.map((field): VaryingField => {
    if (field.name === ":path") return { ...field, text: vary.path };
    if (field.name === "content-length" && vary.body !== null) {
      return { ...field, text: BODY_LENGTH };
    }
    // A host that the user gives goes into :authority.
    const name = field.name === ":authority" ? "host" : field.name;
    return { ...field, text: texts.get(name)?.shift() ?? null };
  });
}

/** How long the body is that was just made. */
const BODY_LENGTH: Text = {
  most: WHOLE_BYTES,
  write: (to, at) => writeWhole(to, at, bodyScratch.length),
};

/** A value as HPACK has it (RFC 7541, 5.2): its length, then its bytes, without spaces around them. */
class HpackValue implements Text {
  readonly most: number;
  /** Bytes of the value that was written last. */
  length = 0;
  readonly #text: Text;

  constructor(text: Text) {
    this.#text = text;
    this.most = text.most + LENGTH_BYTES;
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    // The length nearly always takes one byte.
    let end = this.#text.write(to, at + 1, draws);
    let start = at + 1;
    while (start < end && isBlank(to[start]!)) start++;
    while (end > start && isBlank(to[end - 1]!)) end--;
    const length = this.length = end - start;
    const lengthBytes = length < 127 ? 1 : length < 255 ? 2 : 3;
    const first = at + lengthBytes;
    if (start !== first) to.copyWithin(first, start, end);
    if (lengthBytes === 1) to[at] = length;
    else writeLength(to, at, length);
    return first + length;
  }
}

/** RFC 7541, 5.1, with a prefix of seven bits; for lengths from 127 to 16,510. */
function writeLength(to: Uint8Array, at: number, length: number): void {
  const rest = length - 127;
  to[at] = 127;
  if (rest < 128) {
    to[at + 1] = rest;
    return;
  }
  to[at + 1] = rest & 127 | 128;
  to[at + 2] = rest >> 7;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
