import type { Clock } from "../../base/mod.ts";
import type { Bus } from "../bus.ts";
import { type BusTime, CLOCK_ERROR_WARN_MS } from "../bus_time.ts";

/** What comparing clocks again and again needs. */
export interface ClockWatchOptions {
  readonly bus: Pick<Bus, "clockLook">;
  readonly clock: Clock;
  readonly time: BusTime;
  readonly say: (line: string, level: "info" | "warn") => void;
}

/** Keeps the bus's clock known, and says once where it is known badly. */
export class ClockWatch {
  readonly #o: ClockWatchOptions;
  #hasWarned = false;

  constructor(options: ClockWatchOptions) {
    this.#o = options;
  }

  /** Compares the clocks. Never rejects. */
  async look(): Promise<void> {
    const { bus, clock, time, say } = this.#o;
    try {
      const look = await bus.clockLook(() => clock.now());
      time.take(look);
      const isBad = look.errorMs > CLOCK_ERROR_WARN_MS;
      if (isBad && !this.#hasWarned) {
        say(
          `The bus's clock is known to ${
            look.errorMs.toFixed(0)
          } ms only: the way to it is slow`,
          "warn",
        );
      }
      this.#hasWarned ||= isBad;
    } catch {
      // What was known before serves, with an error that grows.
    }
  }
}
