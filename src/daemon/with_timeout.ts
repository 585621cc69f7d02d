/**
 * Waits for what may take forever, such as a disk, but no longer than a time.
 *
 * @throws what the task throws in time
 */
export async function withTimeout(
  ms: number,
  task: Promise<unknown>,
): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    await Promise.race([task, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
