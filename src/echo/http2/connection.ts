import {
  decodeSettings,
  encodeFrame,
  encodeSettings,
  ERROR,
  FLAG,
  FRAME,
  type Frame,
  FrameReader,
  Http2Error,
  SETTING,
  stripPadding,
  viewOf,
  words,
} from "./frames.ts";
import { HeaderBlocks, type HeaderList } from "./header_blocks.ts";
import { MAX_HEADER_LIST_SIZE } from "./hpack.ts";
import { Outbound } from "./outbound.ts";
import { parseRequest } from "./request.ts";
import { ReceiveWindow, ServerStream, STREAM_WINDOW } from "./stream.ts";
import {
  closeQuietly,
  type Http2Handler,
  type Http2Request,
  type ServerSocket,
} from "./types.ts";
import { FrameWriter } from "./writer.ts";

/** Requests open at once on one connection. */
export const MAX_CONCURRENT_STREAMS = 256;
/** Handlers at work for one connection, with those whose client broke off. */
const MAX_HANDLERS = 4 * MAX_CONCURRENT_STREAMS;
/** Bytes of all bodies that a client may send before they are read. */
const CONNECTION_WINDOW = 1_048_576;
/** What the protocol grants for a connection before anything was said. */
const DEFAULT_WINDOW = 65_535;
const READ_BYTES = 65_536;
const STREAM_ID = 0x7fff_ffff;

const SETTINGS = encodeSettings([
  [SETTING.maxConcurrentStreams, MAX_CONCURRENT_STREAMS],
  [SETTING.initialWindowSize, STREAM_WINDOW],
  [SETTING.maxHeaderListSize, MAX_HEADER_LIST_SIZE],
]);

/** The server's end of one HTTP/2 connection. */
export class ServerConnection {
  readonly #socket: ServerSocket;
  readonly #handler: Http2Handler;
  readonly #reader = new FrameReader();
  readonly #blocks = new HeaderBlocks();
  readonly #writer: FrameWriter;
  readonly #outbound: Outbound;
  readonly #streams = new Map<number, ServerStream>();
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW);
  #lastStream = 0;
  #handlers = 0;
  #closing = false;

  constructor(socket: ServerSocket, handler: Http2Handler) {
    this.#socket = socket;
    this.#handler = handler;
    this.#writer = new FrameWriter(socket);
    this.#outbound = new Outbound(this.#writer);
  }

  /** Serves the client until the connection ends, whoever ends it. */
  async run(): Promise<void> {
    this.#send(FRAME.settings, 0, 0, SETTINGS);
    this.#grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW);
    try {
      await this.#readAll();
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error;
      this.#goAway(error.code);
      await this.#writer.flushed();
    } finally {
      for (const stream of this.#streams.values()) stream.break();
      this.#streams.clear();
      this.#outbound.wake();
      closeQuietly(this.#socket);
    }
  }

  /** Takes no new requests; the connection ends when the open ones are answered. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#goAway(ERROR.none);
    this.#endIfDone();
  }

  /** Ends the connection now. */
  kill(): void {
    closeQuietly(this.#socket);
  }

  async #readAll(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    while (true) {
      // A connection that breaks is one that ends.
      const length = await this.#socket.read(buffer).catch(() => null);
      if (length === null) return;
      this.#reader.push(buffer.subarray(0, length));
      let frame: Frame | undefined;
      while ((frame = this.#reader.next()) !== undefined) this.#receive(frame);
    }
  }

  #receive(frame: Frame): void {
    this.#blocks.check(frame);
    switch (frame.type) {
      case FRAME.data:
        return this.#onData(frame);
      case FRAME.headers:
      case FRAME.continuation: {
        const list = this.#blocks.take(frame);
        return list && this.#onHeaders(list);
      }
      case FRAME.rstStream:
        return this.#onReset(frame);
      case FRAME.settings:
        return this.#onSettings(frame);
      case FRAME.ping:
        return this.#onPing(frame);
      case FRAME.windowUpdate:
        return this.#onWindowUpdate(frame);
      case FRAME.pushPromise:
        throw new Http2Error(ERROR.protocol, "A client cannot push");
    }
    // PRIORITY, GOAWAY and what nobody knows change nothing here.
  }

  #onHeaders(list: HeaderList): void {
    const { stream: id, endStream } = list;
    const known = this.#streams.get(id);
    if (known !== undefined) {
      if (!endStream) throw new Http2Error(ERROR.protocol, "A second header");
      return known.end();
    }
    if (id % 2 === 0) throw new Http2Error(ERROR.protocol, `Stream ${id}`);
    if (id <= this.#lastStream) return;
    this.#lastStream = id;
    const isFull = this.#streams.size >= MAX_CONCURRENT_STREAMS ||
      this.#handlers >= MAX_HANDLERS;
    if (isFull || this.#closing) return this.#reset(id, ERROR.refusedStream);
    this.#open(list);
  }

  #open(list: HeaderList): void {
    const { stream: id, endStream } = list;
    const stream = new ServerStream(
      id,
      this.#outbound.streamWindow,
      (stream, bytes) => this.#onConsumed(stream, bytes),
    );
    const request = parseRequest(list, stream);
    if (request === undefined) return this.#reset(id, ERROR.protocol);
    this.#streams.set(id, stream);
    if (endStream) stream.end();
    this.#answer(stream, request);
  }

  async #answer(stream: ServerStream, request: Http2Request): Promise<void> {
    this.#handlers++;
    let code: number = ERROR.none;
    try {
      await this.#outbound.respond(stream, await this.#handler(request));
    } catch {
      code = ERROR.internal;
    }
    this.#handlers--;
    const isOpen = this.#streams.delete(stream.id);
    if (isOpen && (code !== ERROR.none || !stream.ended)) {
      this.#reset(stream.id, code);
    }
    stream.drop();
    this.#endIfDone();
  }

  #onData(frame: Frame): void {
    const { stream: id, flags, payload } = frame;
    if (id === 0 || id > this.#lastStream) {
      throw new Http2Error(ERROR.protocol, `Data on stream ${id}`);
    }
    const stream = this.#streams.get(id);
    const fits = this.#window.take(payload.length) &&
      (stream?.receiveWindow.take(payload.length) ?? true);
    if (!fits) throw new Http2Error(ERROR.flowControl, "Too much data");
    if (stream === undefined || stream.ended) {
      return this.#grant(0, this.#window.consume(payload.length));
    }
    const data = stripPadding(frame);
    this.#onConsumed(stream, payload.length - data.length);
    if (data.length > 0) stream.push(data);
    if (flags & FLAG.endStream) stream.end();
  }

  /** Lets the client send as many bytes more. */
  #onConsumed(stream: ServerStream, bytes: number): void {
    this.#grant(0, this.#window.consume(bytes));
    const grant = stream.receiveWindow.consume(bytes);
    const isOpen = this.#streams.has(stream.id) && !stream.ended;
    if (isOpen) this.#grant(stream.id, grant);
  }

  #onReset({ stream: id }: Frame): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#streams.delete(id);
    stream.break();
    this.#outbound.wake();
  }

  #onSettings({ flags, payload }: Frame): void {
    if (flags & FLAG.ack) return;
    checkSize(payload.length % 6 === 0);
    for (const [id, value] of decodeSettings(payload)) {
      if (id === SETTING.initialWindowSize) {
        this.#outbound.resize(value, this.#streams.values());
      }
    }
    this.#send(FRAME.settings, FLAG.ack, 0);
  }

  #onPing({ flags, payload }: Frame): void {
    checkSize(payload.length === 8);
    if (!(flags & FLAG.ack)) this.#send(FRAME.ping, FLAG.ack, 0, payload);
  }

  #onWindowUpdate({ stream: id, payload }: Frame): void {
    checkSize(payload.length === 4);
    const bytes = viewOf(payload).getUint32(0) & STREAM_ID;
    if (bytes === 0) throw new Http2Error(ERROR.protocol, "A window of 0");
    const stream = this.#streams.get(id);
    if (id === 0 || stream !== undefined) this.#outbound.grant(bytes, stream);
  }

  #endIfDone(): void {
    if (!this.#closing || this.#streams.size > 0) return;
    // Closing for good now could take the last answer away from a client that
    // is still sending; so the client has the last word, or `kill`.
    this.#writer.flushed().then(() => this.#socket.closeWrite()).catch(
      () => {},
    );
  }

  #goAway(code: number): void {
    this.#send(FRAME.goaway, 0, 0, words(this.#lastStream, code));
  }

  #reset(id: number, code: number): void {
    this.#send(FRAME.rstStream, 0, id, words(code));
  }

  #grant(id: number, bytes: number): void {
    if (bytes > 0) this.#send(FRAME.windowUpdate, 0, id, words(bytes));
  }

  #send(type: number, flags: number, id: number, payload?: Uint8Array): void {
    this.#writer.send(encodeFrame(type, flags, id, payload));
  }
}

function checkSize(isRight: boolean): void {
  if (!isRight) {
    throw new Http2Error(ERROR.frameSize, "A frame's size is wrong");
  }
}
