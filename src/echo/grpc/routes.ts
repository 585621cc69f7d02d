import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
} from "@connectrpc/connect";
import { Health } from "../../gen/grpc/health/v1/health_pb.ts";
import { ServerReflection as ReflectionV1 } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ReflectionV1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { Echo } from "../../gen/kar/v1/echo_pb.ts";
import type { Gate } from "../gate.ts";
import type { Tally } from "../tally.ts";
import { Catalog } from "./catalog.ts";
import { echoService } from "./echo_service.ts";
import { healthService } from "./health_service.ts";
import { reflectionV1, reflectionV1Alpha } from "./reflection.ts";

const SERVICES = [Echo, Health, ReflectionV1, ReflectionV1Alpha];

/**
 * All gRPC services of the sample server, for any router.
 *
 * Reflection is neither held nor refused, so that a client can still learn
 * what to send to a server that is broken on purpose.
 */
export function createRoutes(
  tally: Tally,
  gate: Gate,
): (router: ConnectRouter) => void {
  const catalog = new Catalog(SERVICES);
  const gated = gate.active
    ? {
      requestGate: (context: HandlerContext) =>
        passOrThrow(tally, gate, context.signal),
    }
    : undefined;
  return (router) => {
    router.service(Echo, echoService(gate), gated);
    router.service(Health, healthService([Echo.typeName]), gated);
    router.service(ReflectionV1, reflectionV1(catalog));
    router.service(ReflectionV1Alpha, reflectionV1Alpha(catalog));
  };
}

async function passOrThrow(
  tally: Tally,
  gate: Gate,
  signal: AbortSignal,
): Promise<void> {
  if (await gate.pass(signal) === "answer") return;
  tally.countRefused();
  throw new ConnectError("an injected fault", Code.Unavailable);
}
