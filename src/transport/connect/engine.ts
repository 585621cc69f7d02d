import type {
  DescMethod,
  DescMethodStreaming,
  DescMethodUnary,
} from "@bufbuild/protobuf";
import type { Empty } from "@bufbuild/protobuf/wkt";
import type { Transport as ConnectTransport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { SilenceFields } from "../grpc/mod.ts";
import { answer, failure, isFailure, type Outcome } from "../outcome.ts";
import type { ExplainTls } from "../socket/mod.ts";
import type { ResolvedGrpcCall } from "../resolved.ts";
import { compressionsFor } from "./compression.ts";
import { kindOf, outcomeOfError, silenceFieldsOf } from "./errors.ts";
import { messagesOf, methodOf, PASSTHROUGH } from "./passthrough.ts";
import { type ConnectionOptions, Session } from "./session.ts";

const OK = answer(0);

/** What all calls of a target have in common. */
export interface EngineOptions {
  readonly url: URL;
  readonly call: ResolvedGrpcCall;
  readonly headers: Headers;
  readonly connection: ConnectionOptions;
  /** Bytes of a response's head, or of its trailers. */
  readonly maxHeadBytes: number;
  /** Longest message that is read; a longer one is `too_large`. */
  readonly maxMessageBytes: number;
  readonly explain: ExplainTls;
  /** Told what a rejected call asks for in the way of silence. */
  readonly onAsked: (fields: SilenceFields) => void;
}

/**
 * The part of the client that needs Connect and Protobuf: a file of its own,
 * loaded by the runs that use it, because that takes long.
 */
export class Engine {
  readonly #headers: Headers;
  readonly #host: string;
  readonly #explain: ExplainTls;
  readonly #method: DescMethod;
  readonly #messages: readonly Empty[];
  readonly #session: Session;
  readonly #transport: ConnectTransport;
  readonly #onAsked: EngineOptions["onAsked"];

  constructor(options: EngineOptions) {
    this.#headers = options.headers;
    this.#host = options.url.hostname;
    this.#explain = options.explain;
    this.#onAsked = options.onAsked;
    this.#method = methodOf(options.call);
    this.#messages = messagesOf(options.call);
    const { url, connection, maxHeadBytes } = options;
    this.#session = new Session(url.origin, connection, maxHeadBytes);
    this.#transport = createGrpcTransport({
      baseUrl: options.url.href,
      sessionManager: this.#session,
      acceptCompression: compressionsFor(options.headers),
      readMaxBytes: options.maxMessageBytes,
      binaryOptions: PASSTHROUGH,
    });
  }

  /**
   * Makes one call and reads its answer to the end. Never rejects.
   *
   * @param begun called when the head of a stream has come
   */
  async run(signal: AbortSignal, begun: () => void): Promise<Outcome> {
    try {
      if (this.#method.methodKind === "unary") {
        await this.#unary(this.#method as DescMethodUnary, signal);
      } else {
        const method = this.#method as DescMethodStreaming;
        await this.#stream(method, signal, begun);
      }
      return OK;
    } catch (error) {
      this.#onAsked(silenceFieldsOf(error));
      const outcome = outcomeOfError(error, this.#host);
      if (!isFailure(outcome, "tls")) return outcome;
      const { cause } = kindOf(error);
      const reason = await this.#explain(cause, this.#host);
      return failure("tls", reason);
    }
  }

  /** Ends the connection and what is open on it. */
  close(): void {
    this.#session.close();
  }

  async #unary(method: DescMethodUnary, signal: AbortSignal): Promise<void> {
    const message = this.#messages[0]!;
    // No timeout here: the header tells the server, the signal ends the call.
    await this.#transport.unary(
      method,
      signal,
      undefined,
      this.#headers,
      message,
    );
  }

  async #stream(
    method: DescMethodStreaming,
    signal: AbortSignal,
    begun: () => void,
  ): Promise<void> {
    const response = await this.#transport.stream(
      method,
      signal,
      undefined,
      this.#headers,
      each(this.#messages),
    );
    begun();
    for await (const _ of response.message);
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
