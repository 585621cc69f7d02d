/**
 * Asks a run over its control socket. The other side is `serve`.
 *
 * @module
 */
export { ask, type ControlClient } from "./client.ts";
export { statusJson } from "./status_json.ts";
export type {
  ExplainResponse as Explained,
  StatusResponse as Status,
} from "../../gen/kar/v1/control_pb.ts";
