import {
  failure,
  type FailureKind,
  isFailure,
  type Outcome,
} from "../outcome.ts";
import type { Socket, SocketHandler } from "../socket/mod.ts";
import { CutStreams } from "./cut_streams.ts";
import {
  breach,
  ERROR,
  type ErrorCode,
  type Fault,
  FLAG,
  type Frame,
  FrameBudget,
  FrameWriter,
  goodbyeOf,
  MAX_31_BITS,
  outcomeOf,
  overPeerLimit,
  PeerSettings,
  Receiver,
  type ReceiverHandler,
  resetBy,
  unread,
} from "./framing/mod.ts";
import { HeadContext } from "./head.ts";
import type { Slice } from "./hpack/mod.ts";
import { ReceiveWindows } from "./receive_windows.ts";
import { type RequestTemplate, startFixed } from "./request.ts";
import type { Http2Stream } from "./stream.ts";
import { OpenStreams } from "./open_streams.ts";
import type { SessionOptions, SessionOwner } from "./session_owner.ts";
import { Uploads } from "./uploads.ts";
import type { PeerSide } from "./varying.ts";

/** A larger request head waits until the peer has said how large a head may be. */
const ASSUMED_HEAD_BYTES = 4096;

/**
 * HTTP/2 with one peer on one open connection: RFC 9113 from the client's side,
 * without push and without priorities.
 */
export class Http2Session implements SocketHandler, ReceiverHandler {
  /** When the peer last brought an answer forward. */
  advancedMs: number;
  readonly #owner: SessionOwner;
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #writer: FrameWriter;
  readonly #budget = new FrameBudget();
  readonly #uploads: Uploads;
  readonly #receiver: Receiver;
  readonly #heads = new HeadContext();
  readonly #streams = new OpenStreams();
  readonly #cut = new CutStreams(this.#budget, () => this.#advance());
  readonly #windows: ReceiveWindows;
  readonly #peer = new PeerSettings();
  readonly #peerSide: PeerSide;
  #nextStream: number;
  #isClosed = false;
  #heardMs: number;

  constructor(owner: SessionOwner, socket: Socket, options: SessionOptions) {
    const { clock, firstStream, heads } = options;
    const budget = this.#budget;
    this.#owner = owner;
    this.#options = options;
    this.#socket = socket;
    this.#nextStream = firstStream;
    this.#writer = new FrameWriter(socket);
    this.#windows = new ReceiveWindows(this.#writer);
    this.#uploads = new Uploads({ writer: this.#writer, clock, budget });
    this.#peerSide = {
      socket,
      writer: this.#writer,
      peer: this.#peer,
      uploads: this.#uploads,
    };
    this.#receiver = new Receiver(this, {
      budget,
      maxHeadBytes: heads.maxBytes,
    });
    this.advancedMs = this.#heardMs = clock.now();
    socket.start(this);
    socket.writeShared(options.preface);
  }

  /** Streams under way. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether enough is known of the peer to send it such a request. */
  isReadyFor({ listBytes }: RequestTemplate): boolean {
    return this.#peer.isKnown || listBytes <= ASSUMED_HEAD_BYTES;
  }

  /** Whether another stream may begin now. */
  get hasRoom(): boolean {
    return this.#streams.size < this.#peer.maxStreams &&
      !this.#writer.isUnread;
  }

  /** Whether all identifiers for streams are used up. */
  get isUsedUp(): boolean {
    return this.#nextStream > MAX_31_BITS;
  }

  /** Sends the request of a stream. */
  start(stream: Http2Stream): void {
    const { varying } = stream.request;
    stream.id = this.#nextStream;
    this.#nextStream += 2;
    this.#streams.add(stream);
    const tooLarge = varying === null
      ? startFixed(stream, this.#peerSide)
      : varying.start(stream, this.#peerSide);
    if (tooLarge !== null) this.#endUnsent(stream, tooLarge);
  }

  /** Ends a stream before its time. */
  cancel(stream: Http2Stream, outcome: Outcome): void {
    this.#cutOff(stream, outcome, ERROR.cancel);
  }

  /** Says goodbye, closes, and ends all streams. */
  close(outcome: Outcome, code: ErrorCode): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver.stop();
    this.#uploads.close();
    this.#writer.goaway(code);
    // The socket sends at the end of the turn: it may close only then.
    queueMicrotask(() => this.#socket.close());
    for (const stream of this.#streams.all()) {
      this.#end(stream, stream.outcomeOfEnd(outcome));
    }
  }

  onClose(why: FailureKind, reason?: string): void {
    const outcome = failure(why, reason);
    if (!this.#isClosed) this.#owner.onBroken(outcome, ERROR.none);
  }

  onData(bytes: Uint8Array, length: number): void {
    if (this.#isClosed) return;
    this.#heardMs = this.#options.clock.now();
    const fault = this.#receiver.read(bytes, length);
    if (fault === null) this.#uploads.flush();
    else this.#owner.onBroken(outcomeOf(fault), fault.code);
  }

  isOurs(stream: number): boolean {
    return (stream & 1) === 1 && stream < this.#nextStream;
  }

  onBlock(id: number, block: Slice, isLast: boolean): Fault | null {
    // Also read for streams that are over: the block may change the table.
    const stream = this.#streams.get(id);
    const { heads } = this.#options;
    const head = heads.read(block, this.#heads, stream?.exchange.kept);
    if (head.fault === "invalid") return breach(head.reason, ERROR.compression);
    const size = block.end - block.start;
    const isFinal = head.status < 100 || head.status >= 200;
    if (stream === undefined) {
      return this.#cut.onHead(id, size, { isFinal, isLast });
    }
    const { exchange } = stream;
    if (Number.isNaN(exchange.firstByteMs)) {
      exchange.firstByteMs = this.#heardMs - exchange.sentMs;
    }
    const isInterim = stream.isInterim(head);
    const outcome = stream.onHead(head, isLast);
    if (outcome !== null) this.#finish(stream, outcome, isLast);
    if (isInterim && stream.mayBeInterim()) return null;
    if (isInterim) {
      return this.#budget.spendBlock("interim HEADERS (1xx)", size);
    }
    this.#budget.forgive();
    this.#advance();
    return null;
  }

  onPiece({ stream: id, flags, payload }: Frame, size: number): Fault | null {
    this.#windows.take(size);
    const isLast = (flags & FLAG.endStream) !== 0;
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#cut.onData(id, size, isLast);
    stream.received += size;
    const bytes = payload.end - payload.start;
    const isEmpty = bytes === 0 && !isLast;
    const outcome = stream.onData(payload, isLast);
    if (outcome !== null) this.#finish(stream, outcome, isLast);
    else this.#windows.widen(stream);
    if (isEmpty) return this.#budget.spend("empty DATA", size);
    this.#advance();
    return isLast ? null : this.#budget.piece(bytes);
  }

  onReset(id: number, code: number): Fault | null {
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#cut.onReset(id);
    // What comes behind it is an error of this stream alone (RFC 9113, 5.1).
    this.#cut.add(stream);
    this.#end(stream, resetBy(code));
    return null;
  }

  onWindowUpdate(id: number, increment: number): Fault | null {
    if (id === 0) {
      return this.#uploads.widen(increment) ?? this.#budget.spendUpdate();
    }
    const stream = this.#streams.get(id);
    const fault = stream && this.#uploads.widenStream(stream, increment);
    if (fault) return this.onStreamFault(id, fault);
    return this.#budget.spendUpdate();
  }

  onStreamFault(id: number, fault: Fault): Fault | null {
    const stream = this.#streams.get(id);
    // On a stream that is not open there is nothing to end but the connection.
    if (stream === undefined) return fault;
    this.#cutOff(stream, outcomeOf(fault), fault.code);
    return null;
  }

  onSettings(payload: Slice): Fault | null {
    const peer = this.#peer;
    const fault = peer.apply(payload) ??
      this.#uploads.setInitialWindow(peer.initialWindow, this.#streams.all());
    if (fault !== null) return fault;
    if (this.#writer.isUnread) return unread();
    this.#writer.settingsAck();
    this.#owner.onRoom();
    return null;
  }

  onPing(payload: Slice): Fault | null {
    if (this.#writer.isUnread) return unread();
    this.#writer.pingAck(payload);
    return null;
  }

  onGoaway(lastStream: number, code: number, words: Slice): void {
    // First, so that an exchange that follows one of these uses another
    // connection.
    this.#owner.onGoaway();
    const behind = this.#streams.behind(lastStream);
    if (behind.length === 0) return;
    const outcome = goodbyeOf(code, words);
    for (const stream of behind) {
      // The handler of one end may cause the other ends.
      if (this.#streams.get(stream.id) !== stream) continue;
      this.#cut.add(stream);
      this.#end(stream, outcome);
    }
  }

  #advance(): void {
    this.advancedMs = this.#heardMs;
  }

  /** Ends a stream whose head is too large for the peer, without sending it. */
  #endUnsent(stream: Http2Stream, listBytes: number): void {
    const { id } = stream;
    const fault = overPeerLimit(listBytes, this.#peer.maxHeaderListBytes);
    // Not at once: nothing may end from inside `send`.
    queueMicrotask(() => {
      if (this.#streams.get(id) === stream) this.#end(stream, outcomeOf(fault));
    });
  }

  /** Ends a stream with what its response came to. */
  #finish(stream: Http2Stream, outcome: Outcome, isLast: boolean): void {
    const isSent = stream.bodySent === stream.bodyLength;
    if (isLast && isSent) return this.#end(stream, outcome);
    const code = isFailure(outcome, "protocol") ? ERROR.protocol : ERROR.cancel;
    if (!isLast) return this.#cutOff(stream, outcome, code);
    this.#writer.resetStream(stream.id, code);
    this.#end(stream, outcome);
  }

  /** Ends a stream that the peer has not ended. */
  #cutOff(stream: Http2Stream, outcome: Outcome, code: ErrorCode): void {
    this.#writer.resetStream(stream.id, code);
    this.#cut.add(stream);
    this.#end(stream, outcome);
  }

  #end(stream: Http2Stream, outcome: Outcome): void {
    this.#streams.delete(stream);
    this.#uploads.remove(stream);
    this.#owner.onEnd(stream, outcome);
  }
}
