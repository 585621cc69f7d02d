/** Rounds of the handshake that calibrates a thread's clock. */
const PING_ROUNDS = 8;
/** Two estimates of one offset that differ by more than this contradict each other. */
const OFFSET_TOLERANCE_MS = 0.05;

/** What a thread's clock says. */
interface ClockReading {
  readonly nowMs: number;
  readonly timeOriginMs: number;
}

/**
 * How far another thread's monotonic clock is behind this one's, in
 * milliseconds.
 *
 * The origins give it to a microsecond if the wall clock did not step between
 * the starts of the two threads; the quickest of some round trips gives it to
 * half its length, whatever the wall clock did. The second checks the first.
 */
export async function calibrate(
  ping: () => Promise<ClockReading>,
): Promise<number> {
  let best = { tripMs: Infinity, offsetMs: 0, byOriginMs: 0 };
  for (let i = 0; i < PING_ROUNDS; i++) {
    const askedMs = performance.now();
    const pong = await ping();
    const answeredMs = performance.now();
    const tripMs = answeredMs - askedMs;
    if (tripMs >= best.tripMs) continue;
    best = {
      tripMs,
      offsetMs: (askedMs + answeredMs) / 2 - pong.nowMs,
      byOriginMs: pong.timeOriginMs - performance.timeOrigin,
    };
  }
  const doubtMs = best.tripMs / 2 + OFFSET_TOLERANCE_MS;
  return Math.abs(best.byOriginMs - best.offsetMs) <= doubtMs
    ? best.byOriginMs
    : best.offsetMs;
}
