/** What a part tells, as bytes that have room. */
export interface ToldBytes {
  readonly bytes: Uint8Array;
  /** What was left out for that, in words; null = nothing. */
  readonly without: string | null;
}

/** How what parts tell becomes bytes, and is read again. */
export interface Codec<Told> {
  /**
   * @param bytesMax what does not fit loses details, and never its counts
   * @throws {KarError} when even the counts do not fit
   */
  encode(told: Told, bytesMax: number): ToldBytes;
  /** @throws {Error} for what no part can have told */
  decode(bytes: Uint8Array): Told;
}
