import type {
  BackOff,
  Goal,
  IrregularSpec,
  ReconnectSpec,
} from "../../../pattern/mod.ts";
import type { IrregularInput } from "./kinds.ts";
import { whenOf } from "./when.ts";

/**
 * A named irregularity in the form that a plan has.
 *
 * @param baseTps the plan's base rate, of which shares are taken
 */
export function irregularOf(
  one: IrregularInput,
  baseTps: number,
): IrregularSpec {
  const when = whenOf(one);
  switch (one.kind) {
    case "cron": {
      const { share = 0, every = 0, requests } = one;
      return {
        ...{ kind: one.kind, when, ...goalOf(one) },
        requests: requests ?? share * baseTps * every / 1000,
        spreadMs: one.spread,
        skewMs: one.skew,
      };
    }
    case "push":
      return {
        ...{ kind: one.kind, when, ...goalOf(one) },
        ...{ devices: one.devices, opened: one.opened },
        sentOverMs: one.sent_over,
        reaction: {
          medianMs: one.reaction.median,
          sigma: one.reaction.sigma,
        },
      };
    case "flash":
      return {
        ...{ kind: one.kind, when, factor: one.factor, power: one.power },
        ...{ riseMs: one.rise, halfMs: one.half, lastsMs: one.lasts },
        ...(one.hot && {
          hot: { ...goalOf(one.hot), share: one.hot.share },
        }),
      };
    case "retry":
      return {
        ...{ kind: one.kind, when, fails: one.fails, tries: one.tries },
        ...{ outageMs: one.outage, afterMs: one.after },
        backoff: backOffOf(one.backoff),
      };
    case "reconnect":
      return reconnectOf(one, when);
    case "crawler":
      return {
        ...{ kind: one.kind, when, ...goalOf(one), rate: one.rate },
        lastsMs: one.lasts,
      };
  }
}

function reconnectOf(
  { clients, backoff, accept, then, target }: Extract<
    IrregularInput,
    { kind: "reconnect" }
  >,
  when: ReconnectSpec["when"],
): ReconnectSpec {
  return {
    ...{ kind: "reconnect", when, clients, then, target },
    backoff: backOffOf(backoff),
    accept: accept ?? null,
  };
}

function backOffOf(
  { base, times, max, jitter }: {
    readonly base: number;
    readonly times: number;
    readonly max: number;
    readonly jitter: BackOff["jitter"];
  },
): BackOff {
  return { baseMs: base, times, maxMs: max, jitter };
}

/** Absent keys stay absent: they are part of a plan's hash. */
function goalOf({ target, journey }: Goal): Goal {
  return {
    ...(target !== undefined && { target }),
    ...(journey !== undefined && { journey }),
  };
}
