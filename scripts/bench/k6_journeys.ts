import { timed } from "./process.ts";

/** What k6 came to. */
export interface K6Result {
  readonly steps: number;
  readonly perSec: number;
  readonly cpuSec: number;
}

/** The journey of `journey_loop.ts` for k6. */
function scriptOf(url: string): string {
  return `import http from "k6/http";
export default function () {
  const { token } = http.get("${url}login").json();
  const item = 1 + Math.floor(Math.random() * 1000);
  const headers = { authorization: "Bearer " + token };
  http.get("${url}items/" + item, { headers });
}
`;
}

/**
 * Runs the same journeys in k6, each virtual user in a loop.
 *
 * @throws {Error} where it does not say what it has sent
 */
export async function driveK6(
  { url, users, seconds, pinned }: {
    readonly url: string;
    readonly users: number;
    readonly seconds: number;
    readonly pinned: boolean;
  },
): Promise<K6Result> {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(file, scriptOf(url));
    const { stdout, stderr, cpuSec } = await timed([
      ...["k6", "run", "--quiet", "--no-usage-report", "--no-color"],
      ...["--vus", `${users}`, "--duration", `${seconds}s`, file],
    ], pinned);
    const [, steps, perSec] =
      /http_reqs[ .:]+(\d+)\s+([\d.]+)\/s/.exec(stdout) ?? [];
    if (steps === undefined) {
      throw new Error(
        `k6 said nothing of its requests: ${stderr.slice(0, 300)}`,
      );
    }
    return { steps: Number(steps), perSec: Number(perSec), cpuSec };
  } finally {
    await Deno.remove(file);
  }
}
