import protobuf from "protobufjs";
import type { GrpcKind } from "../../resolved.ts";
import { listed } from "./names.ts";

/** A method that was found. */
export interface FoundMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly kind: GrpcKind;
  readonly input: protobuf.Type;
}

/** The two halves of `package.Service/Method`. */
export interface MethodName {
  readonly service: string;
  readonly method: string;
}

/** Takes a method's name apart; `undefined` when it is none. */
export function parseMethodName(text: string): MethodName | undefined {
  const match = /^\/?([\w.]+)\/(\w+)$/.exec(text);
  return match === null ? undefined : { service: match[1]!, method: match[2]! };
}

/**
 * Finds a method among described types.
 *
 * @throws {Error} that tells what there is instead
 */
export function findMethod(
  root: protobuf.Root,
  { service, method }: MethodName,
): FoundMethod {
  const holder = root.lookup(service, [protobuf.Service]);
  if (!(holder instanceof protobuf.Service)) {
    const names = servicesOf(root);
    throw new Error(`no service ${service}; there is ${listed(names)}`);
  }
  const found = holder.methods[method];
  if (found === undefined) {
    const names = Object.keys(holder.methods);
    throw new Error(`${service} has no method ${method}, but ${listed(names)}`);
  }
  found.resolve();
  return {
    path: `/${service}/${method}`,
    kind: kindOf(found),
    input: found.resolvedRequestType!,
  };
}

function kindOf({ requestStream, responseStream }: protobuf.Method): GrpcKind {
  if (requestStream) {
    return responseStream ? "bidi_streaming" : "client_streaming";
  }
  return responseStream ? "server_streaming" : "unary";
}

function servicesOf(namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Service) return [nested.fullName.slice(1)];
    return nested instanceof protobuf.Namespace ? servicesOf(nested) : [];
  });
}
