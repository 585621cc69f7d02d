import { KarError } from "../../base/mod.ts";
import type { Observer } from "../../observer/mod.ts";
import type { System } from "../system.ts";

/**
 * The live screen, which is loaded only where someone looks.
 *
 * @throws {KarError} `usage` without a terminal
 */
export async function openLiveView(system: System): Promise<Observer> {
  const { terminal } = system;
  if (terminal === null) {
    throw new KarError(
      "usage",
      "--screen needs a terminal that is not dumb, for screen and keys; without it kar run writes status lines",
    );
  }
  const { LiveView } = await import("./live_view.ts");
  return new LiveView(system, terminal);
}
