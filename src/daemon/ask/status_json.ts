import { type JsonValue, toJson } from "@bufbuild/protobuf";
import {
  type StatusResponse,
  StatusResponseSchema,
} from "../../gen/kar/v1/control_pb.ts";

/** A status as the API itself writes it, zeros included. */
export function statusJson(status: StatusResponse): JsonValue {
  return toJson(StatusResponseSchema, status, { alwaysEmitImplicit: true });
}
