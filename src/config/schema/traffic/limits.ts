import * as z from "zod";
import { duration, wholeIn } from "../fields.ts";

const JOURNEYS_MAX = 1_000_000;
export const IN_FLIGHT_MAX = 100_000;
const CONNECTIONS_MAX = 65_535;
const BODY_BYTES_MAX = 2 ** 30;
const DATA_BYTES_MAX = 2 ** 31;
const CELL_BYTES_MAX = 2 ** 20;
const HEAD_BYTES_MIN = 1024;
const HEAD_BYTES_MAX = 2 ** 24;

/** Every bound that a user may move. */
export const LimitsSchema = z.strictObject({
  in_flight: wholeIn(1, IN_FLIGHT_MAX).default(4000).meta({
    description:
      "Requests under way at once, over all workers; what is due beyond that is missed",
  }),
  max_lateness: duration("1ms", "1m").prefault("100ms").meta({
    description: "A request later than this is missed instead of sent",
  }),
  connections: wholeIn(1, CONNECTIONS_MAX).default(4000).meta({
    description: "Connections open at once to one target, over all workers",
  }),
  max_body_bytes: wholeIn(0, BODY_BYTES_MAX).default(16 * 2 ** 20).meta({
    description:
      "Bytes of a response's body that are read before it has failed as too_large",
  }),
  max_head_bytes: wholeIn(HEAD_BYTES_MIN, HEAD_BYTES_MAX).default(256 * 2 ** 10)
    .meta({
      description:
        "Bytes of a response's head, or of its trailers, that are read before it has failed as too_large",
    }),
  max_request_bytes: wholeIn(HEAD_BYTES_MIN, BODY_BYTES_MAX).default(2 ** 20)
    .meta({
      description: "Bytes that a request with fields may have, head and body",
    }),
  max_data_bytes: wholeIn(0, DATA_BYTES_MAX).default(2 ** 30).meta({
    description: "Bytes of each file of data, and of each body from a file",
  }),
  journeys: wholeIn(1, JOURNEYS_MAX).default(10_000).meta({
    description:
      "Journeys open at once, over all workers; what is due beyond that is missed",
  }),
  capture_bytes: wholeIn(1, CELL_BYTES_MAX).default(4096).meta({
    description: "Bytes of a captured value; a longer one is a failure",
  }),
  capture_body_bytes: wholeIn(1, BODY_BYTES_MAX).default(64 * 2 ** 10).meta({
    description:
      "Bytes of an answer's body that are kept where something is captured from it",
  }),
  max_cell_bytes: wholeIn(1, CELL_BYTES_MAX).default(16 * 2 ** 10).meta({
    description: "Bytes of a value in a file of data",
  }),
}).prefault({}).meta({ description: "Bounds; each request beyond is counted" });
