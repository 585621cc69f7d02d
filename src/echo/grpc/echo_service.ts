import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type Echo,
  type EchoRequest,
  type EchoResponseSchema,
  type Reply,
  ReplySchema,
} from "../../gen/kar/v1/echo_pb.ts";
import type { FaultInjector } from "../fault_injector.ts";

/** Answers that one server stream gives at most. */
export const MAX_STREAM_ANSWERS = 1000;
/** Milliseconds that a caller may ask to wait before an answer. */
const MAX_DELAY_MS = 60_000;

type EchoReply = MessageInitShape<typeof EchoResponseSchema>;

const DEFAULT_REPLY = create(ReplySchema);
const LAST_CODE = Code.Unauthenticated;

/**
 * `kar.v1.Echo`. Every answer passes the injector's freeze, so a stall stops open
 * streams too.
 */
export function echoService(injector: FaultInjector): ServiceImpl<typeof Echo> {
  const pause = ({ delayMs }: Reply, signal: AbortSignal) =>
    injector.pause(Math.min(Math.max(delayMs, 0), MAX_DELAY_MS), signal);
  return {
    async echo(request, { signal }) {
      const reply = replyOf(request);
      await pause(reply, signal);
      end(reply);
      return { request, index: 0, received: 1 };
    },

    async *serverStream(request, { signal }) {
      const reply = replyOf(request);
      const count = Math.min(reply.count ?? 1, MAX_STREAM_ANSWERS);
      for (let index = 0; index < count; index++) {
        await pause(reply, signal);
        yield { request, index, received: 1 };
      }
      end(reply);
    },

    async clientStream(requests, { signal }) {
      let answer: EchoReply = { received: 0 };
      let reply = DEFAULT_REPLY;
      for await (const request of requests) {
        answer = { request, index: 0, received: answer.received! + 1 };
        reply = replyOf(request);
      }
      await pause(reply, signal);
      end(reply);
      return answer;
    },

    async *bidiStream(requests, { signal }) {
      let index = 0;
      for await (const request of requests) {
        const reply = replyOf(request);
        await pause(reply, signal);
        yield { request, index, received: ++index };
        end(reply);
      }
    },
  };
}

function replyOf(request: EchoRequest): Reply {
  return request.reply ?? DEFAULT_REPLY;
}

/** Ends the call with the status that its caller asked for, unless that is OK. */
function end({ status, statusMessage }: Reply): void {
  if (status === 0) return;
  if (status > 0 && status <= LAST_CODE) {
    throw new ConnectError(statusMessage, status);
  }
  throw new ConnectError(
    `reply.status is ${status}: must be between 0 and ${LAST_CODE}`,
    Code.InvalidArgument,
  );
}
