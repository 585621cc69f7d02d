import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { excerpt, formatDuration } from "../../../base/mod.ts";
import { sizeText } from "../../named_file.ts";
import type { TargetUrl } from "../../../request/mod.ts";
import {
  ConnectSession,
  type ConnectSessionOptions,
} from "../../connect/mod.ts";
import {
  decodeFile,
  DescribedBudget,
  type DescribedFile,
  googleFile,
  TooMuchDescribed,
} from "../types/mod.ts";
import {
  answerOf,
  reflectionMethod,
  type ReflectionPackage,
  type ReflectionQuery,
  type ReflectionResult,
  requestOf,
} from "./reflection_call.ts";

/** The longest wait for one answer, and for all of them. */
const ANSWER_TIMEOUT_MS = 10_000;
const ALL_ANSWERS_TIMEOUT_MS = 30_000;
/** More files than any method needs. */
const MAX_FILES = 1_000;
/** Bytes of one answer, as every gRPC client limits it by default; and of all of them. */
const ANSWER_BYTES_MAX = 4 * 2 ** 20;
const ALL_ANSWERS_BYTES_MAX = 16 * 2 ** 20;
/** A question has one answer; further ones are not read. */
const ANSWERS_MAX = 16;

const ALPHA: ReflectionPackage = "grpc.reflection.v1alpha";

/** Whom reflection asks, and with which metadata. */
export interface ReflectionServer {
  readonly url: TargetUrl;
  /** Metadata of every question. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly connection: ConnectSessionOptions;
}

/** The server answered, but did not describe the service. */
export class NotDescribed extends Error {}

/** The server lists its services, and this one is not among them. */
export class NoSuchService extends Error {
  constructor(
    readonly service: string,
    readonly names: readonly string[],
  ) {
    super(`the server has no service ${service}`);
  }
}

/** The server says that it does not know what it was asked for. */
class Unknown extends NotDescribed {}

/**
 * Asks a server for the files that describe a service, by reflection v1, or
 * v1alpha where the server knows no v1.
 *
 * @throws {NoSuchService} when the server has others, and not this one
 * @throws {NotDescribed} when the server says that it cannot tell
 * @throws {ConnectError} when there is no answer
 */
export async function describeService(
  server: ReflectionServer,
  service: string,
): Promise<DescribedFile[]> {
  const session = new ConnectSession(originOf(server), server.connection);
  try {
    return await new DescriptorCollector(server, session).filesOf(service);
  } finally {
    session.close();
  }
}

function originOf({ url }: ReflectionServer): string {
  return new URL(`${url.scheme}://${url.authority}`).origin;
}

class DescriptorCollector {
  readonly #server: ReflectionServer;
  readonly #transport: ReturnType<typeof createGrpcTransport>;
  readonly #endMs = performance.now() + ALL_ANSWERS_TIMEOUT_MS;
  readonly #budget = new DescribedBudget();
  #package: ReflectionPackage = "grpc.reflection.v1";
  #bytes = 0;

  constructor(server: ReflectionServer, sessionManager: ConnectSession) {
    this.#server = server;
    this.#transport = createGrpcTransport({
      baseUrl: originOf(server) + server.url.path,
      sessionManager,
      readMaxBytes: ANSWER_BYTES_MAX,
      binaryOptions: { readUnknownFields: false, writeUnknownFields: false },
    });
  }

  /** The file that has the service, and all that it needs. */
  async filesOf(service: string): Promise<DescribedFile[]> {
    const files = new Map<string, DescribedFile>();
    const wanted: string[] = [];
    const asked = new Set<string>();
    const take = (file: DescribedFile) => {
      if (files.has(file.name)) return;
      files.set(file.name, file);
      for (const name of file.imports) wanted.push(name);
    };
    const first: ReflectionQuery = { kind: "symbol", value: service };
    const found = await this.#files(first).catch(async (error) => {
      throw await this.#withNames(error, service);
    });
    found.forEach(take);
    for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
      // Most servers send what a file needs along with it.
      if (files.has(name) || asked.has(name)) continue;
      asked.add(name);
      (await this.#imported(name)).forEach(take);
      if (files.size + asked.size > MAX_FILES) throw tooManyFiles();
    }
    return [...files.values()];
  }

  async #imported(name: string): Promise<DescribedFile[]> {
    const known = googleFile(name);
    if (known !== undefined) return [known];
    return await this.#files({ kind: "file", value: name });
  }

  async #files(question: ReflectionQuery): Promise<DescribedFile[]> {
    const answer = await this.#ask(question);
    if (answer.kind !== "files") throw notAnswered(answer);
    for (const { length } of answer.files) this.#bytes += length;
    if (this.#bytes > ALL_ANSWERS_BYTES_MAX) {
      throw tooLarge("its description", ALL_ANSWERS_BYTES_MAX);
    }
    try {
      return answer.files.map((file) => decodeFile(file, this.#budget));
    } catch (error) {
      if (error instanceof TooMuchDescribed) throw error;
      throw new NotDescribed("its description cannot be read");
    }
  }

  /** The server does not know a service: ask which ones it has, to say what is wrong. */
  async #withNames(error: unknown, service: string): Promise<unknown> {
    if (!(error instanceof Unknown)) return error;
    const answer = await this.#ask({ kind: "services" });
    const isThere = answer.kind !== "services" ||
      answer.names.includes(service);
    return isThere ? error : new NoSuchService(service, answer.names);
  }

  async #ask(question: ReflectionQuery): Promise<ReflectionResult> {
    try {
      return await this.#askOnce(question);
    } catch (error) {
      const isUnknown = error instanceof ConnectError &&
        error.code === Code.Unimplemented;
      if (!isUnknown || this.#package === ALPHA) throw error;
      this.#package = ALPHA;
      return await this.#askOnce(question);
    }
  }

  async #askOnce(question: ReflectionQuery): Promise<ReflectionResult> {
    const method = reflectionMethod(this.#package);
    const timeoutMs = this.#timeoutMs();
    // Connect's own deadline leaves its timer running when an answer is given
    // up early.
    const abort = new AbortController();
    const late = new ConnectError(
      `no answer within ${formatDuration(timeoutMs)}`,
      Code.DeadlineExceeded,
    );
    const timer = setTimeout(() => abort.abort(late), timeoutMs);
    try {
      const response = await this.#transport.stream(
        method,
        abort.signal,
        undefined,
        this.#server.headers.map((header): [string, string] => [...header]),
        once(requestOf(method.input, question)),
      );
      return await lastOf(response.message);
    } catch (error) {
      if (abort.signal.aborted) throw late;
      const isTooLarge = error instanceof ConnectError &&
        error.code === Code.ResourceExhausted &&
        error.message.includes("readMaxBytes");
      throw isTooLarge ? tooLarge("an answer", ANSWER_BYTES_MAX) : error;
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  /** What is left of the time for all answers, or one answer's share of it. */
  #timeoutMs(): number {
    const leftMs = Math.ceil(this.#endMs - performance.now());
    return Math.max(1, Math.min(leftMs, ANSWER_TIMEOUT_MS));
  }
}

async function lastOf(
  answers: AsyncIterable<Message>,
): Promise<ReflectionResult> {
  let last: Message | undefined;
  let count = 0;
  for await (const answer of answers) {
    last = answer;
    if (++count > ANSWERS_MAX) {
      throw new NotDescribed(
        `it answers one question over ${ANSWERS_MAX} times`,
      );
    }
  }
  return last === undefined ? { kind: "error", message: "" } : answerOf(last);
}

function tooManyFiles(): NotDescribed {
  return new NotDescribed(`it describes itself in over ${MAX_FILES} files`);
}

function tooLarge(what: string, bytesMax: number): NotDescribed {
  const bound = sizeText(bytesMax);
  return new NotDescribed(`${what} is larger than ${bound}, which kar takes`);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield await Promise.resolve(value);
}

function notAnswered(answer: ReflectionResult): Unknown {
  const why = answer.kind === "error" ? answer.message : "";
  return new Unknown(excerpt(why) || "the server did not describe it");
}
