import type { Ends } from "../health/mod.ts";
import { Reading, total } from "../stats/mod.ts";
import type { Ledger } from "./ledger.ts";

/** The least HTTP code that is the server's failure, not the request's. */
const SERVER_ERROR = 500;

/**
 * All requests so far that say something of the targets, for the circuit
 * breaker. A failure is an answer of HTTP ≥ 500 or gRPC ≠ OK, or none at all;
 * what kar itself broke (`generator`) or ended (`aborted`) does not count.
 */
export function readEnds({ collector, layout, plan }: Ledger): Ends {
  const reading = new Reading(collector, layout);
  const response = collector.distribution([layout.run.response]);
  const boundMs = plan.safety?.p95AboveMs ?? Infinity;
  let requests = 0;
  let failures = 0;
  plan.targets.forEach(({ protocol }, i) => {
    const { completed, failed } = reading.tally(i);
    const ownDoing = (failed.generator ?? 0) + (failed.aborted ?? 0);
    requests += completed - ownDoing;
    failures += total(failed) - (failed.status ?? 0) - ownDoing;
    for (const [code, count] of collector.codes(i)) {
      const isFailure = protocol === "grpc" ? code > 0 : code >= SERVER_ERROR;
      if (isFailure) failures += count;
    }
  });
  const timed = response.count;
  return {
    requests,
    failures,
    timed,
    slow: timed - response.countUpTo(boundMs),
  };
}
