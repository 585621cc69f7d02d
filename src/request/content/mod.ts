/**
 * What a request carries: bodies of all kinds, and how they are made of texts
 * with fields in them.
 *
 * @module
 */
export { basicAuth } from "./basic_auth.ts";
export { makeBody } from "./body.ts";
export { headerText, makeText, type Making } from "./making.ts";
export { FIELD_MASK, maskedUrl, pathText, urlFieldComplaint } from "./path.ts";
export {
  protoBody,
  type ProtoOp,
  type ProtoProgram,
  type ProtoScalar,
} from "./proto.ts";
export {
  type FieldSources,
  makingOf,
  type MakingOptions,
  NO_FIELD_SOURCES,
} from "./sources.ts";
export * from "./types.ts";
