/**
 * What a request is made of: the rules of URL, method, headers and body, once
 * for the config and for all clients.
 *
 * Pure. Clients only frame and send what comes from here. Never expands a
 * variable by itself, and never quotes a value in a message.
 *
 * @module
 */
export { parseUrl, type Peer, sentUrl, type TargetUrl } from "./url.ts";
export {
  type AskedCall,
  type AskedHttp,
  type AskedParts,
  askedRequest,
  type EncodeCall,
  framedOr,
} from "./scripted/scripted_request.ts";
export { fetchComplaint } from "./fetch.ts";
export {
  type Header,
  headerComplaints,
  type SendingClient,
} from "./headers.ts";
export { isHost, isServerName } from "./hosts.ts";
export { proxiesIn } from "./proxies.ts";
export { TOKEN_REGEXP } from "./token.ts";
export {
  type AnswerCheck,
  type BasicAuth,
  type Content,
  FIELD_MASK,
  type FieldSources,
  type Json,
  NO_FIELD_SOURCES,
  type Part,
  type ProtoOp,
  type ProtoProgram,
  type ProtoScalar,
  urlFieldComplaint,
} from "./content/mod.ts";
export * from "./check/mod.ts";
export * from "./data/mod.ts";
export {
  ArrivalDraws,
  type DrawKey,
  type Draws,
  streamOf,
  type Vars,
} from "./draws.ts";
export {
  badVariable,
  type CellUse,
  type FieldPlace,
  GENERATOR_NAMES,
  isGenerator,
  isTemplate,
  literal,
  literalBytes,
  maskFields,
  type Names,
  parseTemplate,
  sequence,
  type TemplatePiece,
  type Text,
  type VariableUse,
  WHOLE_BYTES,
  writeWhole,
} from "./fields/mod.ts";
export {
  frameMessages,
  GRPC_ENCODINGS,
  GRPC_PREFIX_BYTES,
  type GrpcEncoding,
  type GrpcRequest,
  messagesIn,
} from "./grpc.ts";
export { readHeaders } from "./head.ts";
export { readRequest, readUrl } from "./request.ts";
export * from "./types.ts";
