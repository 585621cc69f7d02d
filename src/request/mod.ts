/**
 * What a request is made of: the rules of URL, method, headers and body, once
 * for the config and for all clients.
 *
 * Pure. Clients only frame and send what comes from here. Never expands a
 * variable by itself, and never quotes a value in a message.
 *
 * @module
 */
export {
  parseUrl,
  type Peer,
  sentUrl,
  type TargetUrl,
  type UrlResult,
} from "./url.ts";
export { fetchComplaint } from "./fetch.ts";
export {
  type Complaint,
  type Header,
  headerComplaints,
  type SendingClient,
} from "./headers.ts";
export { isHost, isServerName } from "./hosts.ts";
export { proxiesIn } from "./proxies.ts";
export { isToken, TOKEN_REGEXP } from "./token.ts";
export {
  frameMessages,
  GRPC_ENCODINGS,
  GRPC_PREFIX_BYTES,
  type GrpcEncoding,
  type GrpcRequest,
  messagesIn,
} from "./grpc.ts";
export {
  readHeaders,
  readRequest,
  readUrl,
  type Request,
  type RequestOptions,
  type RequestSpec,
} from "./request.ts";
