import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../gen/grpc/health/v1/health_pb.ts";

/**
 * `grpc.health.v1.Health` of a server whose services are always well.
 *
 * @param services full names; the empty name, the server as a whole, is added
 */
export function healthService(
  services: readonly string[],
): ServiceImpl<typeof Health> {
  const known = new Set(["", ...services]);
  return {
    check({ service }) {
      if (known.has(service)) return { status: Status.SERVING };
      throw new ConnectError(`unknown service ${service}`, Code.NotFound);
    },

    list() {
      const statuses = [...known].map((name) =>
        [name, { status: Status.SERVING }] as const
      );
      return { statuses: Object.fromEntries(statuses) };
    },

    async *watch({ service }, { signal }) {
      yield {
        status: known.has(service) ? Status.SERVING : Status.SERVICE_UNKNOWN,
      };
      // Nothing ever changes; the stream ends with its caller or the server.
      await aborted(signal);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
