import type { Socket } from "../../socket/mod.ts";
import {
  type ErrorCode,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  writeFrameHeader,
  writeUint32,
} from "./frames.ts";
import type { Slice } from "../hpack/mod.ts";

const PING_BYTES = 8;
/** Unread bytes from which a peer gets no new request, and no answer to a PING or SETTINGS. */
const MAX_QUEUED_BYTES = 1024 * 1024;

/** Frames that are complete but for the identifier of their stream. */
export interface FrameTemplate {
  readonly bytes: Uint8Array;
  /** Where the identifier belongs. */
  readonly idOffsets: readonly number[];
}

/**
 * Writes frames to a socket, which copies them at once and sends all of one
 * turn of the event loop together.
 */
export class FrameWriter {
  readonly #socket: Socket;
  /** The largest frame that is put together here is a PING. */
  readonly #scratch = new Uint8Array(FRAME_HEADER_BYTES + PING_BYTES);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Bytes that the peer's side has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.queuedBytes;
  }

  /** Whether the peer's side leaves too much of it lying. */
  get isUnread(): boolean {
    return this.queuedBytes > MAX_QUEUED_BYTES;
  }

  /**
   * Writes ready frames under a stream's identifier. It is written into the
   * template itself, for all connections alike: the socket has copied the bytes
   * before anything else can use the template.
   */
  template(template: FrameTemplate, stream: number): void {
    const { bytes, idOffsets } = template;
    for (let i = 0; i < idOffsets.length; i++) {
      writeUint32(bytes, idOffsets[i]!, stream);
    }
    this.#socket.write(bytes);
  }

  /** Writes a piece of a request body. */
  data(stream: number, piece: Uint8Array, isLast: boolean): void {
    const flags = isLast ? FLAG.endStream : 0;
    this.#header({ type: FRAME.data, flags, stream, length: piece.length });
    this.#socket.write(this.#scratch.subarray(0, FRAME_HEADER_BYTES));
    this.#socket.write(piece);
  }

  /** Allows the peer to send so many bytes more; stream 0 = in all. */
  windowUpdate(stream: number, bytes: number): void {
    this.#number(FRAME.windowUpdate, stream, bytes);
  }

  /** Ends a stream before its time. */
  resetStream(stream: number, code: ErrorCode): void {
    this.#number(FRAME.resetStream, stream, code);
  }

  /** Acknowledges the peer's settings. */
  settingsAck(): void {
    const header = { type: FRAME.settings, flags: FLAG.ack };
    this.#header({ ...header, stream: 0, length: 0 });
    this.#socket.write(this.#scratch.subarray(0, FRAME_HEADER_BYTES));
  }

  /** Answers a PING with its own payload. */
  pingAck({ bytes, start, end }: Slice): void {
    const header = { type: FRAME.ping, flags: FLAG.ack };
    this.#header({ ...header, stream: 0, length: PING_BYTES });
    this.#scratch.set(bytes.subarray(start, end), FRAME_HEADER_BYTES);
    this.#socket.write(this.#scratch);
  }

  /**
   * Sends GOAWAY with the reason. kar never accepted a stream of the peer's, so
   * the last one is 0.
   */
  goaway(code: ErrorCode): void {
    const header = { type: FRAME.goaway, flags: 0, stream: 0, length: 8 };
    this.#header(header);
    writeUint32(this.#scratch, FRAME_HEADER_BYTES, 0);
    writeUint32(this.#scratch, FRAME_HEADER_BYTES + 4, code);
    this.#socket.write(this.#scratch);
  }

  #number(type: number, stream: number, value: number): void {
    this.#header({ type, flags: 0, stream, length: 4 });
    writeUint32(this.#scratch, FRAME_HEADER_BYTES, value);
    this.#socket.write(this.#scratch.subarray(0, FRAME_HEADER_BYTES + 4));
  }

  #header(header: FrameHeader): void {
    writeFrameHeader(this.#scratch, 0, header);
  }
}
