import type { DescFile } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { ServerReflection as ServerReflectionV1 } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import type { ServerReflection as ServerReflectionV1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { type Catalog, withImports } from "./catalog.ts";

/** What a client may ask; the two versions of the protocol agree on it. */
export type MessageRequest =
  | { readonly case: "fileByFilename"; readonly value: string }
  | { readonly case: "fileContainingSymbol"; readonly value: string }
  | {
    readonly case: "fileContainingExtension";
    readonly value: {
      readonly containingType: string;
      readonly extensionNumber: number;
    };
  }
  | { readonly case: "allExtensionNumbersOfType"; readonly value: string }
  | { readonly case: "listServices"; readonly value: string }
  | { readonly case: undefined };

/** What it gets; what is not there is an answer, not an error of the call. */
export type MessageResponse =
  | {
    case: "fileDescriptorResponse";
    value: { fileDescriptorProto: Uint8Array[] };
  }
  | {
    case: "allExtensionNumbersResponse";
    value: { baseTypeName: string; extensionNumber: number[] };
  }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | {
    case: "errorResponse";
    value: { errorCode: number; errorMessage: string };
  };

/** `grpc.reflection.v1.ServerReflection`. */
export function reflectionV1(
  catalog: Catalog,
): ServiceImpl<typeof ServerReflectionV1> {
  return {
    async *serverReflectionInfo(requests) {
      const known = new Set<string>();
      for await (const request of requests) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: ask(catalog, request.messageRequest, known),
        };
      }
    },
  };
}

/** `grpc.reflection.v1alpha.ServerReflection`: the same under its old name. */
export function reflectionV1Alpha(
  catalog: Catalog,
): ServiceImpl<typeof ServerReflectionV1Alpha> {
  return {
    async *serverReflectionInfo(requests) {
      const known = new Set<string>();
      for await (const request of requests) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: ask(catalog, request.messageRequest, known),
        };
      }
    },
  };
}

/**
 * Answers one question.
 *
 * @param known names of the files that this stream was told already; grows
 * @throws ConnectError `INVALID_ARGUMENT` where nothing was asked
 */
export function ask(
  catalog: Catalog,
  question: MessageRequest,
  known: Set<string>,
): MessageResponse {
  switch (question.case) {
    case "listServices": {
      const service = catalog.services.map(({ typeName }) => ({
        name: typeName,
      }));
      return { case: "listServicesResponse", value: { service } };
    }
    case "fileByFilename":
      return tell(
        catalog.file(question.value),
        `file ${question.value}`,
        known,
      );
    case "fileContainingSymbol":
      return tell(
        catalog.fileOfSymbol(question.value),
        `symbol ${question.value}`,
        known,
      );
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      const file = catalog.fileOfExtension(containingType, extensionNumber);
      return tell(
        file,
        `extension ${extensionNumber} of ${containingType}`,
        known,
      );
    }
    case "allExtensionNumbersOfType":
      return tellNumbers(catalog, question.value);
    case undefined:
      throw new ConnectError(
        "a request has to ask something",
        Code.InvalidArgument,
      );
  }
}

function tell(
  file: DescFile | undefined,
  what: string,
  known: Set<string>,
): MessageResponse {
  if (file === undefined) return missing(what);
  return {
    case: "fileDescriptorResponse",
    value: { fileDescriptorProto: withImports(file, known) },
  };
}

function tellNumbers(catalog: Catalog, message: string): MessageResponse {
  const numbers = catalog.extensionNumbers(message);
  if (numbers === undefined) return missing(`message ${message}`);
  return {
    case: "allExtensionNumbersResponse",
    value: { baseTypeName: message, extensionNumber: numbers },
  };
}

function missing(what: string): MessageResponse {
  return {
    case: "errorResponse",
    value: { errorCode: Code.NotFound, errorMessage: `${what} not found` },
  };
}
