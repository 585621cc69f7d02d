/**
 * The sample server in a thread of its own: the other end of `in_worker.ts`.
 *
 * @module
 */
import { assert, KarError, messageOf } from "../base/mod.ts";
import type { Numbered, ThreadReply, ThreadRequest } from "./messages.ts";
import { startEcho } from "./server.ts";
import type { EchoServer } from "./types.ts";

/** The part of a worker's global scope that is used here; a window lacks it. */
interface Scope {
  onmessage: (event: MessageEvent<Numbered<ThreadRequest>>) => void;
  postMessage(answer: Numbered<ThreadReply>): void;
}

const scope = globalThis as unknown as Scope;
let server: EchoServer | undefined;

scope.onmessage = async ({ data }) => {
  const answer = await obey(data).catch(refusal);
  scope.postMessage({ ...answer, id: data.id });
};

async function obey(question: ThreadRequest): Promise<ThreadReply> {
  if (question.kind === "start") {
    server = await startEcho(question.options);
    return { kind: "started", ports: server.ports };
  }
  assert(server, "the echo server's thread was started before it was asked");
  if (question.kind === "shutdown") await server.shutdown();
  return { kind: "stats", stats: await server.stats() };
}

function refusal(error: unknown): ThreadReply {
  const exit = error instanceof KarError ? error.exit : "bug";
  return { kind: "failed", exit, message: messageOf(error) };
}
