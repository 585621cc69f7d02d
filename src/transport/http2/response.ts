import { answer, failure, type Outcome } from "../outcome.ts";
import { mayAskBackoff } from "../retry_after.ts";
import { malformed } from "./framing/mod.ts";
import type { Head } from "./head.ts";
import type { Slice } from "./hpack/mod.ts";
import type { ResponseReader } from "./stream.ts";

const NOT_MODIFIED = 304;

/** How HTTP responses of one target are judged. */
export interface HttpResponseOptions {
  readonly maxBodyBytes: number;
  /** Called with the `retry-after` of an answer that may ask to back off. */
  readonly onRetryAfter: (text: string) => void;
}

/** An HTTP response: its code, once the whole body has come. */
export class HttpResponse implements ResponseReader {
  #bodiless = false;
  readonly #maxBodyBytes: number;
  readonly #onRetryAfter: (text: string) => void;
  #status = 0;
  #length = -1;
  #received = 0;

  constructor(options: HttpResponseOptions) {
    this.#maxBodyBytes = options.maxBodyBytes;
    this.#onRetryAfter = options.onRetryAfter;
  }

  begin(bodiless: boolean): void {
    this.#bodiless = bodiless;
    this.#received = 0;
  }

  onHead(head: Head): Outcome | null {
    this.#status = head.status;
    const asksBackoff = head.retryAfter !== "" && mayAskBackoff(head.status);
    if (asksBackoff) this.#onRetryAfter(head.retryAfter);
    const hasBody = !this.#bodiless && head.status !== NOT_MODIFIED;
    this.#length = hasBody ? head.contentLength : -1;
    return null;
  }

  onData(piece: Slice): Outcome | null {
    this.#received += piece.end - piece.start;
    if (this.#received <= this.#maxBodyBytes) return null;
    const limit = `${this.#maxBodyBytes} (limits.max_body_bytes)`;
    const reason = `a response body has more bytes than ${limit}`;
    return failure("too_large", reason);
  }

  onTrailers(): Outcome | null {
    return null;
  }

  onEnd(): Outcome {
    // A body of another length than it announced is malformed (RFC 9113,
    // 8.1.1).
    const isWhole = this.#length === -1 || this.#length === this.#received;
    if (isWhole) return answer(this.#status);
    const bytes = `${this.#received} bytes`;
    return malformed(`a body of ${bytes} with content-length ${this.#length}`);
  }
}
