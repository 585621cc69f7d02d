import { answer } from "../../../src/transport/mod.ts";
import { SIM_DEFAULTS, SimServer } from "../../../src/transport/sim/mod.ts";
import { transportLaws } from "../laws.ts";
import { testTarget } from "../support.ts";

const NEVER_MS = 1e9;

/** The server of the law under way: laws run one after the other. */
let server: SimServer;

transportLaws("SimServer", {
  open: (target, context) => server.open(target, context),
  serve: ({ code }) => {
    server = new SimServer({
      ...SIM_DEFAULTS,
      medianMs: code === null ? NEVER_MS : 5,
      okOutcome: answer(code ?? 200),
      maxOpen: 30,
    });
    return Promise.resolve({
      target: testTarget({ client: "sim" }),
      get requests() {
        return server.requests;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
  codes: [200, 404, 500],
  deadTarget: null,
  capacity: () => 30,
});
