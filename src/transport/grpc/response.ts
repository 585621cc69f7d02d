import type { Head, ResponseReader, Slice } from "../http2/mod.ts";
import { answer, failure, type Outcome } from "../outcome.ts";
import { MessageCounter } from "./message.ts";
import type { SilenceFields } from "./silence.ts";
import { codeOfHttp, GRPC_CODE, isGrpcCode } from "./status.ts";

const HTTP_OK = 200;
const PROTOCOL = failure("protocol");

/** How the responses of one target are judged. */
export interface GrpcResponseOptions {
  /** Whether the method answers with any number of messages, instead of one. */
  readonly isStream: boolean;
  readonly maxBodyBytes: number;
  /** Told what an answer that says no asks for in the way of silence. */
  readonly onAsked: (fields: SilenceFields) => void;
}

/**
 * A gRPC response: its status, from the trailers, or from the head of a
 * response that has nothing else.
 *
 * An error of HTTP without a status has the one that its code stands for; what
 * says success and is not gRPC, or breaks its rules, is `protocol`.
 */
export class GrpcResponse implements ResponseReader {
  readonly #options: GrpcResponseOptions;
  readonly #messages = new MessageCounter();
  #httpCode = 0;
  #isGrpc = false;
  /** −1 = not said yet. */
  #status = -1;
  #received = 0;
  /** The head or the trailers, whichever came last. */
  #last: Head | null = null;
  #retryAfter = "";

  constructor(options: GrpcResponseOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#messages.begin();
    this.#received = 0;
  }

  onHead(head: Head): null {
    this.#httpCode = head.status;
    this.#isGrpc = head.isGrpc;
    this.#status = head.grpcStatus;
    this.#retryAfter = head.retryAfter;
    this.#last = head;
    return null;
  }

  onData(piece: Slice): Outcome | null {
    this.#received += piece.end - piece.start;
    if (this.#received > this.#options.maxBodyBytes) {
      return failure("too_large");
    }
    if (this.#isGrpc) this.#messages.read(piece);
    return this.#messages.isCompressed ? PROTOCOL : null;
  }

  onTrailers(head: Head): null {
    if (head.grpcStatus !== -1) this.#status = head.grpcStatus;
    if (head.retryAfter !== "") this.#retryAfter = head.retryAfter;
    this.#last = head;
    return null;
  }

  onEnd(): Outcome {
    this.#tellAsked();
    if (this.#status === -1) {
      return this.#httpCode === HTTP_OK
        ? PROTOCOL
        : answer(codeOfHttp(this.#httpCode));
    }
    if (!isGrpcCode(this.#status)) return answer(GRPC_CODE.unknown);
    const isBroken = this.#status === GRPC_CODE.ok && !this.#isComplete();
    return isBroken ? PROTOCOL : answer(this.#status);
  }

  #tellAsked(): void {
    const { pushback = "", details = "" } = this.#last ?? {};
    const retryAfter = this.#retryAfter;
    // Most answers ask for nothing.
    if (pushback === "" && details === "" && retryAfter === "") return;
    const [httpCode, status] = [this.#httpCode, this.#status];
    this.#options.onAsked({ httpCode, status, retryAfter, pushback, details });
  }

  /** Whether there are the messages that success needs. */
  #isComplete(): boolean {
    const { count, isWhole } = this.#messages;
    if (!this.#isGrpc || this.#httpCode !== HTTP_OK || !isWhole) return false;
    return this.#options.isStream || count === 1;
  }
}
