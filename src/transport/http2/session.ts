import type { Clock } from "../../base/mod.ts";
import { failure, type FailureKind, type Outcome } from "../outcome.ts";
import type { Socket, SocketHandler } from "../socket/mod.ts";
import {
  ERROR,
  type ErrorCode,
  FLAG,
  type Frame,
  MAX_31_BITS,
} from "./frames.ts";
import type { HeadReader } from "./head.ts";
import type { Slice } from "./hpack/mod.ts";
import { Receiver, type ReceiverHandler } from "./receiver.ts";
import type { RequestTemplate } from "./request.ts";
import {
  CLIENT_PREFACE,
  PeerSettings,
  RECEIVE_WINDOW_BYTES,
} from "./settings.ts";
import type { Stream } from "./stream.ts";
import { Uploads } from "./uploads.ts";
import { FrameWriter } from "./writer.ts";

/** A peer that lets so much lie unread gets no new request, and no answer to a PING or SETTINGS. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/**
 * Windows are widened by halves, so that large bodies cost few frames. A peer
 * that overruns one cannot be told from one that sends as fast as it may.
 */
const WIDEN_BYTES = RECEIVE_WINDOW_BYTES / 2;

const PROTOCOL = failure("protocol");
const RESET = failure("reset");
const GOAWAY = failure("goaway");

/** What a session needs beside its socket. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly request: RequestTemplate;
  readonly heads: HeadReader;
  /** Identifier of the first stream: 1, but for tests. */
  readonly firstStream: number;
}

/** Who hears what comes of a session. */
export interface SessionOwner {
  /** A stream is over; the session has forgotten it. */
  onEnd(stream: Stream, outcome: Outcome): void;
  /** The peer may allow more streams than before. */
  onRoom(): void;
  /** The peer takes no new streams. */
  onGoaway(): void;
  /** The session cannot go on: it has to be closed with this outcome. */
  onBroken(outcome: Outcome, code: ErrorCode): void;
}

/**
 * What two peers say to each other on one open connection: RFC 9113 from the
 * client's side, without push and without priorities.
 */
export class Session implements SocketHandler, ReceiverHandler {
  /** When the peer last said anything. */
  heardMs: number;
  readonly #owner: SessionOwner;
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #writer: FrameWriter;
  readonly #uploads: Uploads;
  readonly #receiver = new Receiver(this);
  readonly #streams = new Map<number, Stream>();
  readonly #peer = new PeerSettings();
  #nextStream: number;
  #isClosed = false;
  /** Bytes of DATA since the connection's window was last widened. */
  #received = 0;

  constructor(owner: SessionOwner, socket: Socket, options: SessionOptions) {
    const { clock, request: { body }, firstStream } = options;
    this.#owner = owner;
    this.#options = options;
    this.#socket = socket;
    this.#nextStream = firstStream;
    this.#writer = new FrameWriter(socket);
    this.#uploads = new Uploads({ writer: this.#writer, clock, body });
    this.heardMs = clock.now();
    socket.start(this);
    socket.write(CLIENT_PREFACE);
  }

  /** Streams under way. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether another stream may begin now. */
  get hasRoom(): boolean {
    return this.#streams.size < this.#peer.maxStreams &&
      this.#writer.queuedBytes < MAX_QUEUED_BYTES;
  }

  /** Whether all identifiers for streams are used up. */
  get isUsedUp(): boolean {
    return this.#nextStream > MAX_31_BITS;
  }

  /** Sends the request of a stream. */
  start(stream: Stream): void {
    const { head, headAfterUpdate, whole, body } = this.#options.request;
    const id = this.#nextStream;
    this.#nextStream += 2;
    stream.id = id;
    stream.sendWindow = this.#peer.initialWindow;
    this.#streams.set(id, stream);
    if (this.#peer.isTableUpdateDue) {
      this.#peer.isTableUpdateDue = false;
      this.#writer.template(headAfterUpdate, id);
    } else if (whole !== null && this.#uploads.takeWhole(stream)) {
      return this.#writer.template(whole, id);
    } else {
      this.#writer.template(head, id);
    }
    if (body.length > 0) this.#uploads.begin(stream);
  }

  /** Ends a stream before its time. */
  cancel(stream: Stream, outcome: Outcome): void {
    this.#writer.resetStream(stream.id, ERROR.cancel);
    this.#end(stream, outcome);
  }

  /** Says goodbye, closes, and ends all streams. */
  close(outcome: Outcome, code: ErrorCode): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver.stop();
    this.#uploads.close();
    this.#writer.goaway(code);
    // The socket sends at the end of the turn: only then may it close.
    queueMicrotask(() => this.#socket.close());
    for (const stream of this.#streams.values()) {
      this.#end(stream, stream.outcomeOfEnd(outcome));
    }
  }

  onClose(why: FailureKind): void {
    if (!this.#isClosed) this.#owner.onBroken(failure(why), ERROR.none);
  }

  onData(bytes: Uint8Array, length: number): void {
    if (this.#isClosed) return;
    this.heardMs = this.#options.clock.now();
    const error = this.#receiver.read(bytes, length);
    if (error !== ERROR.none) this.#owner.onBroken(PROTOCOL, error);
  }

  isOurs(stream: number): boolean {
    return (stream & 1) === 1 && stream < this.#nextStream;
  }

  onBlock(id: number, block: Slice, isLast: boolean): ErrorCode {
    const stream = this.#streams.get(id);
    // As no table is kept, the block of a stream that is over may go unread.
    if (stream === undefined) return ERROR.none;
    const head = this.#options.heads.read(block);
    if (head.fault === "invalid") return ERROR.compression;
    const { call } = stream;
    if (Number.isNaN(call.firstByteMs)) {
      call.firstByteMs = this.heardMs - call.sentMs;
    }
    const outcome = stream.onHead(head, isLast);
    if (outcome !== null) this.#finish(stream, outcome, isLast);
    return ERROR.none;
  }

  onPiece({ stream: id, flags, payload }: Frame, size: number): ErrorCode {
    this.#received += size;
    if (this.#received >= WIDEN_BYTES) {
      this.#writer.windowUpdate(0, this.#received);
      this.#received = 0;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) return ERROR.none;
    stream.received += size;
    const isLast = (flags & FLAG.endStream) !== 0;
    const outcome = stream.onData(payload, isLast);
    if (outcome !== null) {
      this.#finish(stream, outcome, isLast);
    } else if (stream.received >= WIDEN_BYTES) {
      this.#writer.windowUpdate(id, stream.received);
      stream.received = 0;
    }
    return ERROR.none;
  }

  onReset(id: number): void {
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.#end(stream, RESET);
  }

  onWindowUpdate(id: number, increment: number): ErrorCode {
    if (id === 0) {
      return this.#uploads.widen(increment) ? ERROR.none : ERROR.flowControl;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) return ERROR.none;
    stream.sendWindow += increment;
    if (stream.sendWindow > MAX_31_BITS) return ERROR.flowControl;
    this.#uploads.send();
    return ERROR.none;
  }

  onSettings(payload: Slice): ErrorCode {
    const before = this.#peer.initialWindow;
    const error = this.#peer.apply(payload);
    if (error !== ERROR.none) return error;
    const more = this.#peer.initialWindow - before;
    for (const stream of this.#streams.values()) {
      stream.sendWindow += more;
      if (stream.sendWindow > MAX_31_BITS) return ERROR.flowControl;
    }
    if (this.#isUnread()) return ERROR.enhanceYourCalm;
    this.#writer.settingsAck();
    this.#uploads.send();
    this.#owner.onRoom();
    return ERROR.none;
  }

  onPing(payload: Slice): ErrorCode {
    if (this.#isUnread()) return ERROR.enhanceYourCalm;
    this.#writer.pingAck(payload);
    return ERROR.none;
  }

  onGoaway(lastStream: number): void {
    // First, so that a call which follows one of these goes elsewhere.
    this.#owner.onGoaway();
    for (const stream of this.#streams.values()) {
      if (stream.id > lastStream) this.#end(stream, GOAWAY);
    }
  }

  #isUnread(): boolean {
    return this.#writer.queuedBytes > MAX_QUEUED_BYTES;
  }

  /** Ends a stream with what its response came to. */
  #finish(stream: Stream, outcome: Outcome, isLast: boolean): void {
    const isSent = stream.bodySent === this.#options.request.body.length;
    if (!isLast || !isSent) {
      const isFault = outcome === PROTOCOL;
      const code = isFault ? ERROR.protocol : ERROR.cancel;
      this.#writer.resetStream(stream.id, code);
    }
    this.#end(stream, outcome);
  }

  #end(stream: Stream, outcome: Outcome): void {
    this.#streams.delete(stream.id);
    this.#uploads.remove(stream);
    this.#owner.onEnd(stream, outcome);
  }
}
