import { assert, KarError, messageOf, printable } from "../../../base/mod.ts";
import type { GrpcPlan, TargetPlan } from "../../../plan/mod.ts";
import type { ResolvedGrpcCall } from "../../resolved.ts";
import { encodeMessage } from "./messages.ts";
import { findMethod, type MethodName, parseMethodName } from "./method.ts";
import { readTypes, type ResolveOptions } from "./sources.ts";

/** The call of a target that names none. */
const HEALTH_CHECK = "grpc.health.v1.Health/Check";

/**
 * Finds the method of a gRPC target and encodes its messages.
 *
 * @throws {KarError} `config` for a method or message that does not exist, with
 *   its place; `noAnswer` when the server cannot be asked
 */
export async function resolveGrpc(
  target: TargetPlan,
  options: ResolveOptions,
): Promise<ResolvedGrpcCall> {
  const { grpc } = target;
  assert(grpc, "a gRPC target has a gRPC plan");
  const place = (key: string) => `target ${target.name}: grpc.${key}`;
  const name = at(place("method"), () => methodName(grpc, options));
  const root = await readTypes(target, name.service, options);
  const { path, kind, input } = at(
    place("method"),
    () => findMethod(root, name),
  );
  const isMany = kind === "client_streaming" || kind === "bidi_streaming";
  at(place("message"), () => checkCount(grpc, isMany));
  const messages = grpc.messages.map((json, i) => {
    const key = grpc.messages.length > 1 ? `message[${i}]` : "message";
    return at(place(key), () => encodeMessage(input, json, options.expand));
  });
  return { path, kind, messages };
}

function methodName(
  { method }: GrpcPlan,
  { expand }: ResolveOptions,
): MethodName {
  const text = expand(method ?? HEALTH_CHECK);
  const name = parseMethodName(text);
  if (name === undefined) throw new Error("must be package.Service/Method");
  return name;
}

function checkCount({ messages }: GrpcPlan, isMany: boolean): void {
  const { length } = messages;
  if (isMany || length === 1) return;
  throw new Error(`the method takes one message, here are ${length}`);
}

/** Runs a step; what it throws becomes an error of the config with its place. */
function at<T>(place: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new KarError("config", `${place}: ${printable(messageOf(error))}`);
  }
}
