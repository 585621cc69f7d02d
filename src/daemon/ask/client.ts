import { Agent } from "node:http";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
} from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import {
  excerpt,
  EXIT,
  type ExitName,
  KarError,
  printableLines,
} from "../../base/mod.ts";
import { Control } from "../../gen/kar/v1/control_pb.ts";
import { CLIENTS_MAX, EXIT_HEADER } from "../contract.ts";
import { isListening } from "../paths/mod.ts";

/** Time limit of an answer; a reload may have to ask a target. */
const ANSWER_MS = 30_000;
/** Bytes of an answer; a status with 64 targets has a few thousand. */
const ANSWER_BYTES_MAX = 4 * 2 ** 20;

/** How node:http and Connect word a connection that was refused or cut. */
const CUT_REGEXP = /aborted|hang up|ECONNRESET|EPIPE|EAGAIN|closed/i;

/** Asks one run. */
export type ControlClient = Client<typeof Control>;

/**
 * Asks a run over its control socket.
 *
 * @throws {KarError} what the run answers, with its exit code; `cannotStart`
 *   when it does not answer
 */
export async function ask<Answer>(
  socket: string,
  question: (client: ControlClient) => Promise<Answer>,
): Promise<Answer> {
  const transport = createConnectTransport({
    baseUrl: "http://kar",
    httpVersion: "1.1",
    // A connection that is used once can never carry a request twice.
    nodeOptions: { socketPath: socket, agent: new Agent({ keepAlive: false }) },
    acceptCompression: [],
    readMaxBytes: ANSWER_BYTES_MAX,
    defaultTimeoutMs: ANSWER_MS,
  });
  try {
    return await question(createClient(Control, transport));
  } catch (error) {
    throw await toKarError(ConnectError.from(error), socket);
  }
}

async function toKarError(
  error: ConnectError,
  socket: string,
): Promise<KarError> {
  const { code, metadata, rawMessage } = error;
  const exit = metadata.get(EXIT_HEADER);
  if (isFailure(exit)) return new KarError(exit, printableLines(rawMessage));
  if (!await isListening(socket)) {
    const message = `No answer from ${socket}: the run has just ended`;
    return new KarError("notRunning", message);
  }
  const why = code === Code.DeadlineExceeded
    ? `nothing came within ${
      ANSWER_MS / 1000
    } s; the process may be stopped or stuck`
    : CUT_REGEXP.test(rawMessage)
    ? `it accepted no request; ${CLIENTS_MAX} others ask at the same time, or it is about to end`
    : excerpt(rawMessage);
  return new KarError("cannotStart", `No answer from ${socket}: ${why}`);
}

function isFailure(exit: string | null): exit is Exclude<ExitName, "done"> {
  return exit !== null && exit !== "done" && Object.hasOwn(EXIT, exit);
}
