import type { Head, ResponseReader, Slice } from "../http2/mod.ts";
import { grpcCodeText } from "../../protocol/mod.ts";
import { answer, failure, type Outcome } from "../outcome.ts";
import { MessageCounter } from "./message.ts";
import { decodeMessage } from "./status_message.ts";
import type { BackoffFields } from "./backoff.ts";
import { codeOfHttp, GRPC_CODE, isGrpcCode } from "./status.ts";

const HTTP_OK = 200;

/** How the responses of one target are judged. */
export interface GrpcResponseOptions {
  /** Whether the method answers with any number of messages, instead of one. */
  readonly isStream: boolean;
  readonly maxBodyBytes: number;
  /** Told the fields of a refusal that may ask to back off. */
  readonly onAsked: (fields: BackoffFields) => void;
}

/** A refusal, and the texts that it was made of. */
interface KnownRefusal {
  readonly head: Head | null;
  readonly status: number;
  readonly httpCode: number;
  readonly outcome: Outcome;
}

const OK = answer(GRPC_CODE.ok);

/**
 * A gRPC response: its status, from the trailers, or from the head of a
 * response that has nothing else.
 *
 * An HTTP error without a status gets the status that its code stands for. A
 * response that claims success and is not gRPC, or breaks its rules, is
 * `protocol`.
 */
export class GrpcResponse implements ResponseReader {
  readonly #options: GrpcResponseOptions;
  readonly #messages: MessageCounter;
  #httpCode = 0;
  #isGrpc = false;
  /** −1 = not known yet. */
  #status = -1;
  #received = 0;
  /** The head or the trailers, whichever came last. */
  #last: Head | null = null;
  #retryAfter = "";
  /** The last refusal, and the texts that it was made of. */
  #known: KnownRefusal | null = null;

  constructor(options: GrpcResponseOptions) {
    this.#options = options;
    this.#messages = new MessageCounter(options.maxBodyBytes);
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
    this.#messages.encoding = head.grpcEncoding;
    this.#last = head;
    return null;
  }

  onData(piece: Slice): Outcome | null {
    this.#received += piece.end - piece.start;
    if (this.#received > this.#options.maxBodyBytes) {
      const limit = `${this.#options.maxBodyBytes} (limits.max_body_bytes)`;
      return failure("too_large", `an answer has more bytes than ${limit}`);
    }
    if (this.#isGrpc) this.#messages.read(piece);
    return this.#messages.flaw;
  }

  onTrailers(head: Head): null {
    if (head.grpcStatus !== -1) this.#status = head.grpcStatus;
    if (head.retryAfter !== "") this.#retryAfter = head.retryAfter;
    this.#last = head;
    return null;
  }

  onEnd(): Outcome {
    this.#tellAsked();
    if (this.#status === GRPC_CODE.ok) {
      const flaw = this.#flaw();
      return flaw === null ? OK : failure("protocol", flaw);
    }
    if (this.#status === -1 && this.#httpCode === HTTP_OK) {
      return failure("protocol", `HTTP 200 without a grpc-status${this.#type}`);
    }
    return this.#refused();
  }

  /** A status other than OK. One like the last one is not made again. */
  #refused(): Outcome {
    const known = this.#known;
    const isKnown = known !== null && known.head === this.#last &&
      known.status === this.#status && known.httpCode === this.#httpCode;
    if (isKnown) return known.outcome;
    const outcome = this.#refusal();
    this.#known = {
      head: this.#last,
      status: this.#status,
      httpCode: this.#httpCode,
      outcome,
    };
    return outcome;
  }

  #refusal(): Outcome {
    if (this.#status === -1) {
      const said = `HTTP ${this.#httpCode} without a grpc-status`;
      return refusal(codeOfHttp(this.#httpCode), said);
    }
    const said = decodeMessage(this.#last?.grpcMessage ?? "");
    if (isGrpcCode(this.#status)) return refusal(this.#status, said);
    const more = said === "" ? "" : `; ${said}`;
    return refusal(GRPC_CODE.unknown, `grpc-status is not a gRPC code${more}`);
  }

  #tellAsked(): void {
    const { pushback = "", details = "" } = this.#last ?? {};
    const retryAfter = this.#retryAfter;
    // Most answers do not ask to back off.
    if (pushback === "" && details === "" && retryAfter === "") return;
    const [httpCode, status] = [this.#httpCode, this.#status];
    this.#options.onAsked({ httpCode, status, retryAfter, pushback, details });
  }

  /** What is missing for a success; null = nothing. */
  #flaw(): string | null {
    const { count, isWhole } = this.#messages;
    if (!this.#isGrpc) return `grpc-status 0${this.#type}`;
    if (this.#httpCode !== HTTP_OK) {
      return `grpc-status 0 in an answer of HTTP ${this.#httpCode}`;
    }
    if (!isWhole) return "grpc-status 0, and a message that is cut off";
    if (this.#options.isStream || count === 1) return null;
    return `grpc-status 0 with ${count} messages, and the method has one`;
  }

  /** What its type adds to a complaint. */
  get #type(): string {
    return this.#isGrpc ? "" : ", of a content-type that is not gRPC's";
  }
}

function refusal(code: number, said: string): Outcome {
  const name = grpcCodeText(code);
  return answer(code, said.trim() === "" ? name : `${name}: ${said}`);
}
