import protobuf from "protobufjs";
import { suggest } from "../../../base/mod.ts";
import type { GrpcKind } from "../../resolved.ts";
import { listed } from "../json/mod.ts";

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

/** Takes a method's name apart; `undefined` when it is not one. */
export function parseMethodName(text: string): MethodName | undefined {
  const match = /^\/?([\w.]+)\/(\w+)$/.exec(text);
  return match === null ? undefined : { service: match[1]!, method: match[2]! };
}

/**
 * Finds a method among described types.
 *
 * @throws {Error} that names the methods or services that exist instead
 */
export function findMethod(
  root: protobuf.Root,
  { service, method }: MethodName,
): FoundMethod {
  const holder = root.lookup(service, [protobuf.Service]);
  // The library finds a name without its package, and a server does not.
  const isFound = holder instanceof protobuf.Service &&
    holder.fullName === `.${service}`;
  if (!isFound) {
    const names = servicesOf(root);
    const near = meant(service, names);
    throw new Error(`there is no service ${service}${near}`);
  }
  const found = Object.hasOwn(holder.methods, method)
    ? holder.methods[method]
    : undefined;
  if (found === undefined) {
    const names = Object.keys(holder.methods);
    const near = meant(method, names);
    throw new Error(`${service} has no method ${method}${near}`);
  }
  found.resolve();
  return {
    path: `/${service}/${method}`,
    kind: kindOf(found),
    input: found.resolvedRequestType!,
  };
}

/** The name that was likely meant: nearly the same, or the same in another package. */
export function nearest(
  name: string,
  names: readonly string[],
): string | undefined {
  const last = name.split(".").at(-1)!;
  return suggest(name, names) ??
    names.find((other) => other.split(".").at(-1) === last);
}

/** The name that was likely meant, or else all names. */
function meant(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === undefined
    ? `; there is ${listed(names)}`
    : `, did you mean ${near}?`;
}

/** A message type by its whole name. */
export function typeIn(
  root: protobuf.Root,
  name: string,
): protobuf.Type | undefined {
  const found = root.lookup(name, [protobuf.Type]);
  return found instanceof protobuf.Type && found.fullName === `.${name}`
    ? found
    : undefined;
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
