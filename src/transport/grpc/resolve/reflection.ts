import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  ServerReflection as ReflectionV1,
  type ServerReflectionResponse,
} from "../../../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ReflectionAlpha } from "../../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { excerpt } from "../../../base/mod.ts";
import { sizeText } from "../../named_file.ts";
import type { TargetUrl } from "../../../request/mod.ts";
import { type ConnectionOptions, Session } from "../../connect/mod.ts";
import { decodeFile, type DescribedFile, googleFile } from "./descriptors.ts";
import { listed } from "../json/mod.ts";

/** The longest wait for one answer, and for all of them. */
const ANSWER_TIMEOUT_MS = 10_000;
const ALL_ANSWERS_TIMEOUT_MS = 30_000;
/** More files than any method needs. */
const MAX_FILES = 1_000;
/** One answer, as every gRPC client has it by default; and all of them. */
const ANSWER_BYTES_MAX = 4 * 2 ** 20;
const ALL_ANSWERS_BYTES_MAX = 16 * 2 ** 20;
/** A question has one answer; what more a server says nobody reads. */
const ANSWERS_MAX = 16;

/** Where reflection asks, and as whom. */
export interface ReflectionServer {
  readonly url: TargetUrl;
  /** Metadata of every question. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly connection: ConnectionOptions;
}

/** The server answered, but not with a description. */
export class NotDescribed extends Error {}

type Question =
  | { readonly case: "listServices"; readonly value: string }
  | { readonly case: "fileContainingSymbol"; readonly value: string }
  | { readonly case: "fileByFilename"; readonly value: string };

/**
 * Asks a server for the files that describe a service, by reflection v1, or
 * v1alpha where the server knows no v1.
 *
 * @throws {NotDescribed} when the server says that it cannot tell
 * @throws {ConnectError} when there is no answer
 */
export async function describeService(
  server: ReflectionServer,
  service: string,
): Promise<DescribedFile[]> {
  const session = new Session(originOf(server), server.connection);
  try {
    return await new Asker(server, session).filesOf(service);
  } finally {
    session.close();
  }
}

function originOf({ url }: ReflectionServer): string {
  return new URL(`${url.scheme}://${url.authority}`).origin;
}

class Asker {
  readonly #server: ReflectionServer;
  readonly #transport: ReturnType<typeof createGrpcTransport>;
  readonly #endMs = performance.now() + ALL_ANSWERS_TIMEOUT_MS;
  #isAlpha = false;
  #bytes = 0;

  constructor(server: ReflectionServer, sessionManager: Session) {
    this.#server = server;
    this.#transport = createGrpcTransport({
      baseUrl: originOf(server) + server.url.path,
      sessionManager,
      readMaxBytes: ANSWER_BYTES_MAX,
    });
  }

  /** The file that has the service, and all that it needs. */
  async filesOf(service: string): Promise<DescribedFile[]> {
    const files = new Map<string, DescribedFile>();
    const first: Question = { case: "fileContainingSymbol", value: service };
    const open = await this.#files(first).catch(async (error) => {
      throw await this.#withNames(error);
    });
    for (let file = open.pop(); file; file = open.pop()) {
      if (files.has(file.name)) continue;
      files.set(file.name, file);
      if (files.size > MAX_FILES) {
        throw new NotDescribed(
          `it describes itself in over ${MAX_FILES} files`,
        );
      }
      for (const name of file.imports) {
        if (!files.has(name)) open.push(...await this.#imported(name));
      }
    }
    return [...files.values()];
  }

  async #imported(name: string): Promise<DescribedFile[]> {
    const known = googleFile(name);
    if (known !== undefined) return [known];
    return await this.#files({ case: "fileByFilename", value: name });
  }

  async #files(question: Question): Promise<DescribedFile[]> {
    const answer = await this.#ask(question);
    if (answer?.case !== "fileDescriptorResponse") throw notAnswered(answer);
    const files = answer.value.fileDescriptorProto;
    for (const { length } of files) this.#bytes += length;
    if (this.#bytes > ALL_ANSWERS_BYTES_MAX) {
      throw tooLarge("its description", ALL_ANSWERS_BYTES_MAX);
    }
    return files.map(decodeFile);
  }

  /** Adds to "there is no such service" those that there are. */
  async #withNames(error: unknown): Promise<unknown> {
    if (!(error instanceof NotDescribed)) return error;
    const answer = await this.#ask({ case: "listServices", value: "" });
    if (answer?.case !== "listServicesResponse") return error;
    const names = answer.value.service.map(({ name }) => name);
    return new NotDescribed(`${error.message}; it has ${listed(names)}`);
  }

  async #ask(question: Question): Promise<Answer> {
    try {
      return await this.#askOnce(question);
    } catch (error) {
      const isUnknown = error instanceof ConnectError &&
        error.code === Code.Unimplemented;
      if (!isUnknown || this.#isAlpha) throw error;
      this.#isAlpha = true;
      return await this.#askOnce(question);
    }
  }

  async #askOnce(question: Question): Promise<Answer> {
    const service = this.#isAlpha ? ReflectionAlpha : ReflectionV1;
    const { serverReflectionInfo } = createClient(
      // The two differ in their package's name and in nothing else.
      service as typeof ReflectionV1,
      this.#transport,
    );
    const leftMs = Math.max(1, this.#endMs - performance.now());
    const answers = serverReflectionInfo(
      once({ messageRequest: question }),
      {
        headers: this.#server.headers.map(([name, value]) => [name, value]),
        timeoutMs: Math.min(leftMs, ANSWER_TIMEOUT_MS),
      },
    );
    try {
      return await lastOf(answers);
    } catch (error) {
      const isTooLarge = error instanceof ConnectError &&
        error.code === Code.ResourceExhausted &&
        error.message.includes("readMaxBytes");
      throw isTooLarge ? tooLarge("an answer", ANSWER_BYTES_MAX) : error;
    }
  }
}

async function lastOf(
  answers: AsyncIterable<ServerReflectionResponse>,
): Promise<Answer> {
  let last: Answer;
  let count = 0;
  // To the end: a stream that is left early keeps its timer.
  for await (const { messageResponse } of answers) {
    last = messageResponse;
    if (++count > ANSWERS_MAX) {
      throw new NotDescribed(
        `it answers one question over ${ANSWERS_MAX} times`,
      );
    }
  }
  return last;
}

function tooLarge(what: string, bytesMax: number): NotDescribed {
  const bound = sizeText(bytesMax);
  return new NotDescribed(`${what} is larger than ${bound}, which kar takes`);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield await Promise.resolve(value);
}

type Answer = ServerReflectionResponse["messageResponse"] | undefined;

function notAnswered(answer: Answer): NotDescribed {
  const why = answer?.case === "errorResponse" ? answer.value.errorMessage : "";
  return new NotDescribed(excerpt(why) || "the server did not describe it");
}
