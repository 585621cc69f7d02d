/** Timers are later than this where the machine is busy with other work: then times say nothing. */
const TIMER_P50_MS_MAX = 2;
const TIMER_MS = 100;

/** Tells whether a machine was quiet enough for times to mean something. */
export interface Quiet {
  /** Ends the watch: whether timers of this process were on time. */
  stop(): boolean;
}

/** Watches how late this process's timers are while something else happens. */
export function watchQuiet(): Quiet {
  const lateMs: number[] = [];
  let sinceMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    lateMs.push(nowMs - sinceMs - TIMER_MS);
    sinceMs = nowMs;
  }, TIMER_MS);
  return {
    stop() {
      clearInterval(timer);
      lateMs.sort((a, b) => a - b);
      const p50Ms = lateMs[Math.floor(lateMs.length / 2)] ?? 0;
      const isQuiet = p50Ms <= TIMER_P50_MS_MAX;
      const what = isQuiet ? "quiet" : "too busy for times to say anything";
      console.log(`timers p50 ${p50Ms.toFixed(1)} ms late: ${what}`);
      return isQuiet;
    },
  };
}
