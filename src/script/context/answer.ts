import { ScriptUseError } from "../thrown.ts";
import type { ScriptAnswer } from "../types.ts";

/** A request that has no answer. */
export interface FailedRequest {
  readonly kind: "failure";
  readonly failure: string;
}

/** The answer that a script gets. */
export class AnswerView {
  readonly kind = "answer";
  readonly status: number;
  readonly #headers: ReadonlyMap<string, string>;
  readonly #body: Uint8Array | null;

  constructor(
    { status, headers, body }: Extract<ScriptAnswer, { kind: "answer" }>,
  ) {
    this.status = status;
    // The first header of a name counts.
    this.#headers = new Map([...headers].reverse());
    this.#body = body;
    Object.freeze(this);
  }

  /** The value of a header; null = it is not there. */
  header(name: string): string | null {
    return this.#headers.get(String(name).toLowerCase()) ?? null;
  }

  /** The body. */
  bytes(): Uint8Array {
    if (this.#body !== null) return this.#body;
    throw new ScriptUseError(
      "the body was not kept: give the request keep: true",
    );
  }

  /** The body as text. */
  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** The body as JSON. */
  json(): unknown {
    return JSON.parse(this.text());
  }
}
