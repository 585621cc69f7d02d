import { assert, messageOf } from "../../../base/mod.ts";
import type { TargetPlan } from "../../../plan/mod.ts";
import { HEALTH_CHECK } from "../../../protocol/mod.ts";
import { TargetFaults } from "../../faults.ts";
import { nameOf } from "../json/mod.ts";
import type { ResolvedGrpcCall } from "../../resolved.ts";
import {
  encodeMessages,
  findMethod,
  type MethodName,
  parseMethodName,
} from "../types/mod.ts";
import { readTypes, type ResolveOptions } from "./sources.ts";

/**
 * Finds the method of a gRPC target and encodes its messages.
 *
 * @throws {TargetFaults} for a method or message that does not exist, with its
 *   place
 * @throws {KarError} `noAnswer` when the server cannot be asked
 */
export async function resolveGrpc(
  target: TargetPlan,
  options: ResolveOptions,
): Promise<ResolvedGrpcCall> {
  const { grpc } = target;
  assert(grpc, "a gRPC target has a gRPC plan");
  const name = methodName(target, options);
  const root = await readTypes(target, name.service, options);
  const method = atMethod(target, () => findMethod(root, name));
  const { path, kind } = method;
  // What its script calls it with is known when it calls.
  if (target.step?.script !== undefined) {
    const types = {
      root: JSON.stringify(root.toJSON()),
      input: nameOf(method.input),
    };
    return { path, kind, messages: [], types };
  }
  const made = encodeMessages(grpc.message, method, {
    root,
    expand: options.expand,
  });
  if (made.kind === "faults") throw TargetFaults.of(target.name, made.faults);
  const { messages, programs } = made;
  return {
    path,
    kind,
    messages,
    ...(programs && { programs }),
  };
}

function methodName(
  target: TargetPlan,
  { expand }: ResolveOptions,
): MethodName {
  const name = parseMethodName(expand(target.grpc?.method ?? HEALTH_CHECK));
  if (name !== undefined) return name;
  return atMethod(target, () => {
    throw new Error("must be like package.Service/Method");
  });
}

function atMethod<T>({ name }: TargetPlan, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const path = ["grpc", "method"];
    throw TargetFaults.of(name, [{ path, message: messageOf(error) }]);
  }
}
