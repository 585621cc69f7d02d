import { concat } from "../../base/mod.ts";
import {
  encodeFrame,
  ERROR,
  FLAG,
  FRAME,
  Http2Error,
  MAX_FRAME_SIZE,
} from "./frames.ts";
import { type DecodedField, encodeHeaders } from "./hpack.ts";
import type { ServerStream } from "./stream.ts";
import type { Http2Response } from "./types.ts";
import type { FrameWriter } from "./writer.ts";

/** What may be sent before the client says otherwise: section 6.9.2. */
const DEFAULT_WINDOW = 65_535;
const MAX_WINDOW = 2 ** 31 - 1;

/** Sends answers within the windows that the client grants. */
export class Outbound {
  readonly #writer: FrameWriter;
  #window = DEFAULT_WINDOW;
  #streamWindow = DEFAULT_WINDOW;
  #waiting: (() => void)[] = [];

  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  /** The window that a new stream begins with. */
  get streamWindow(): number {
    return this.#streamWindow;
  }

  /** Obeys SETTINGS_INITIAL_WINDOW_SIZE, which changes open streams too. */
  resize(size: number, streams: Iterable<ServerStream>): void {
    if (size > MAX_WINDOW) tooLarge();
    const change = size - this.#streamWindow;
    this.#streamWindow = size;
    for (const stream of streams) stream.sendWindow += change;
    this.wake();
  }

  /** Obeys a WINDOW_UPDATE for one stream, or for the connection. */
  grant(bytes: number, stream: ServerStream | undefined): void {
    if (stream === undefined) this.#window += bytes;
    else stream.sendWindow += bytes;
    if ((stream?.sendWindow ?? this.#window) > MAX_WINDOW) tooLarge();
    this.wake();
  }

  /** Lets everyone look again who waits for a window or for the end of a stream. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Sends a whole answer, or as much as the client wants of it. */
  async respond(stream: ServerStream, response: Http2Response): Promise<void> {
    const { status, header, body, trailer } = response;
    const isOnlyHeader = body === undefined && trailer === undefined;
    const fields: DecodedField[] = [
      [":status", String(status)],
      ...header ?? [],
    ];
    this.#sendHeaders(stream, fields, isOnlyHeader);
    if (isOnlyHeader) return;
    for await (const chunk of body ?? []) {
      if (!await this.#sendData(stream, chunk)) return;
    }
    if (trailer !== undefined) this.#sendHeaders(stream, [...trailer], true);
    else this.#send(stream, FRAME.data, FLAG.endStream);
  }

  #sendHeaders(
    stream: ServerStream,
    fields: readonly DecodedField[],
    isEnd: boolean,
  ): void {
    if (stream.signal.aborted) return;
    const endStream = isEnd ? FLAG.endStream : 0;
    this.#writer.send(
      encodeHeaderFrames(stream.id, encodeHeaders(fields), endStream),
    );
  }

  /** @returns false when the client wants no more */
  async #sendData(stream: ServerStream, data: Uint8Array): Promise<boolean> {
    let rest = data;
    while (rest.length > 0 && !stream.signal.aborted) {
      await this.#writer.ready();
      const window = Math.min(this.#window, stream.sendWindow);
      const size = Math.min(rest.length, window, MAX_FRAME_SIZE);
      if (size > 0) {
        this.#window -= size;
        stream.sendWindow -= size;
        this.#send(stream, FRAME.data, 0, rest.subarray(0, size));
        rest = rest.subarray(size);
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
    return !stream.signal.aborted;
  }

  #send(
    stream: ServerStream,
    type: number,
    flags: number,
    payload?: Uint8Array,
  ): void {
    if (stream.signal.aborted) return;
    this.#writer.send(encodeFrame(type, flags, stream.id, payload));
  }
}

/** HEADERS, and CONTINUATIONs where the block is long; they may not be apart. */
function encodeHeaderFrames(
  stream: number,
  block: Uint8Array,
  endStream: number,
): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < block.length; at += MAX_FRAME_SIZE) {
    const part = block.subarray(at, at + MAX_FRAME_SIZE);
    const isLast = at + MAX_FRAME_SIZE >= block.length;
    const type = at === 0 ? FRAME.headers : FRAME.continuation;
    const flags = (isLast ? FLAG.endHeaders : 0) | (at === 0 ? endStream : 0);
    frames.push(encodeFrame(type, flags, stream, part));
  }
  return concat(frames);
}

function tooLarge(): never {
  throw new Http2Error(ERROR.flowControl, "A window is too large");
}
