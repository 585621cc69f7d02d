import * as z from "zod";
import { type Finding, ruleOn } from "./fields.ts";
import { isLoopback, listenAddress } from "./listen.ts";

/** Where the page is, unless the file says otherwise. */
const UI_ADDRESS = "127.0.0.1:9089";

const TOKEN_CHARS_MIN = 16;
const TOKEN_HINT =
  `must be a text of at least ${TOKEN_CHARS_MIN} letters, digits and -_, or a variable such as \${KAR_UI_TOKEN}`;

/** The page that people look at. */
export const UiSchema = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description: "Whether the live page is served while the run goes on",
  }),
  address: listenAddress("must be like 127.0.0.1:9089 or :9089")
    .optional().meta({
      default: UI_ADDRESS,
      description:
        "host:port to listen on; without a host, all interfaces. Where none is given and port 9089 is in use, a free one is taken",
    }),
  control: z.boolean().default(false).meta({
    description:
      "Whether the page may fire, pause, resume, spike, scale and stop, for whoever has the token",
  }),
  token: z.string({ error: TOKEN_HINT }).max(256)
    .regex(
      /^([A-Za-z0-9_-]{16,}|[A-Za-z0-9_-]*\$\{[A-Za-z0-9_]+\}[A-Za-z0-9_-]*)$/,
      TOKEN_HINT,
    )
    .optional().meta({
      description:
        "What opens the page's control; without it, one is drawn at each start. May hold ${NAME}",
    }),
}).check(ruleOn(["address", "control", "token"], tokenBeyondLoopback)).prefault(
  {},
).meta({
  description: "The live page of a run",
});

/** A token that is drawn is told on this machine: whoever comes from another one was given theirs. */
function tokenBeyondLoopback({ address, control, token }: {
  readonly address?: string | undefined;
  readonly control: boolean;
  readonly token?: string | undefined;
}): Finding[] {
  const isOwn = address === undefined || isLoopback(address);
  if (!control || isOwn || token !== undefined) return [];
  const message =
    "must have a token of yours where control is on and address is not loopback, such as token: ${KAR_UI_TOKEN}";
  return [{ path: [], message }];
}
