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
import type { FaultInjector } from "../fault_injector.ts";
import type { RequestCounter } from "../request_counter.ts";
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
  tally: RequestCounter,
  injector: FaultInjector,
): (router: ConnectRouter) => void {
  const catalog = new Catalog(SERVICES);
  const gated = injector.active
    ? {
      requestGate: (context: HandlerContext) =>
        passOrThrow(tally, injector, context.signal),
    }
    : undefined;
  return (router) => {
    router.service(Echo, echoService(injector), gated);
    router.service(Health, healthService([Echo.typeName]), gated);
    router.service(ReflectionV1, reflectionV1(catalog));
    router.service(ReflectionV1Alpha, reflectionV1Alpha(catalog));
  };
}

async function passOrThrow(
  tally: RequestCounter,
  injector: FaultInjector,
  signal: AbortSignal,
): Promise<void> {
  if (await injector.pass(signal) === "answer") return;
  tally.countRefused();
  throw new ConnectError("an injected fault", Code.Unavailable);
}
