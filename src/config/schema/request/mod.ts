/**
 * What a request carries, and where its fields take their values from: keys
 * that targets and the steps of a journey share.
 *
 * @module
 */
export { DataSchema } from "./data.ts";
export { GrpcSchema, ScriptCallSchema } from "./grpc.ts";
export { headerFindings } from "./headers.ts";
export { requestFindings, requestKeys } from "./keys.ts";
export { TlsSchema } from "./tls.ts";
