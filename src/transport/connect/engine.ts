import type {
  DescMethod,
  DescMethodStreaming,
  DescMethodUnary,
} from "@bufbuild/protobuf";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { BackoffFields } from "../grpc/mod.ts";
import { answer, failure, isFailure, type Outcome } from "../outcome.ts";
import type { ExplainTls } from "../socket/mod.ts";
import type { ResolvedGrpcCall } from "../resolved.ts";
import { compressionsFor } from "./compression.ts";
import { backoffFieldsOf, kindOf, outcomeOfError } from "./errors.ts";
import { messagesOf, methodOf, PASSTHROUGH } from "./passthrough.ts";
import type { ConnectRequest, MadeRequest } from "./request.ts";
import { ConnectSession, type ConnectSessionOptions } from "./session.ts";

const OK = answer(0);

/** What all calls of a target have in common. */
export interface EngineOptions {
  readonly url: URL;
  readonly call: ResolvedGrpcCall;
  readonly connection: ConnectSessionOptions;
  /** Bytes of a response's head, or of its trailers. */
  readonly maxHeadBytes: number;
  /** Longest message that is read; a longer one is `too_large`. */
  readonly maxMessageBytes: number;
  readonly explain: ExplainTls;
  /** Told the fields of a rejected call that may ask to back off. */
  readonly onAsked: (fields: BackoffFields) => void;
}

/**
 * The part of the client that needs Connect and Protobuf: a file of its own,
 * loaded by the runs that use it, because that takes long.
 */
export class Engine {
  readonly #host: string;
  readonly #explain: ExplainTls;
  readonly #method: DescMethod;
  readonly #session: ConnectSession;
  readonly #options: EngineOptions;
  readonly #onAsked: EngineOptions["onAsked"];

  constructor(options: EngineOptions) {
    this.#host = options.url.hostname;
    this.#explain = options.explain;
    this.#onAsked = options.onAsked;
    this.#method = methodOf(options.call);
    const { url, connection, maxHeadBytes } = options;
    this.#options = options;
    this.#session = new ConnectSession(url.origin, connection, maxHeadBytes);
  }

  /**
   * Makes one call and reads its answer to the end. Never rejects.
   *
   * @param begun called when the head of a stream has come
   */
  async run(
    request: ConnectRequest,
    signal: AbortSignal,
    begun: () => void,
  ): Promise<Outcome> {
    const made = request.made ??= this.#make(request);
    try {
      if (this.#method.methodKind === "unary") {
        await this.#unary(made, signal);
      } else {
        await this.#stream(made, signal, begun);
      }
      return OK;
    } catch (error) {
      this.#onAsked(backoffFieldsOf(error));
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

  #make({ headers, bytes }: ConnectRequest): MadeRequest {
    const { url, maxMessageBytes } = this.#options;
    const transport = createGrpcTransport({
      baseUrl: url.href,
      sessionManager: this.#session,
      acceptCompression: compressionsFor(headers),
      readMaxBytes: maxMessageBytes,
      binaryOptions: PASSTHROUGH,
    });
    return { transport, headers, messages: messagesOf(bytes) };
  }

  async #unary(
    { transport, headers, messages }: MadeRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const method = this.#method as DescMethodUnary;
    // No timeout here: the header tells the server, the signal ends the call.
    await transport.unary(method, signal, undefined, headers, messages[0]!);
  }

  async #stream(
    { transport, headers, messages }: MadeRequest,
    signal: AbortSignal,
    begun: () => void,
  ): Promise<void> {
    const response = await transport.stream(
      this.#method as DescMethodStreaming,
      signal,
      undefined,
      headers,
      each(messages),
    );
    begun();
    for await (const _ of response.message);
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
