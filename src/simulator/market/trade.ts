/** One trade, in whole numbers: prices in steps of the market's grid, volumes in the market's smallest size. */
export interface RawTrade {
  /** ms UTC. */
  readonly time: number;
  /** Its place among the trades of the same millisecond. */
  readonly order: number;
  readonly price: number;
  readonly volume: number;
  /** The taker bought. */
  readonly buy: boolean;
}

/** The exchange's id of a trade: ms × 10,000 + place within the ms. It exceeds 2^53, so it is a string. */
export const sequenceOf = (trade: RawTrade): string => `${trade.time}${String(trade.order).padStart(4, '0')}`;

/** The bounds a `sequential_id` stands for. */
export const parseSequence = (id: string): { time: number; order: number } => {
  const padded = id.padStart(5, '0');
  return { time: Number(padded.slice(0, -4)), order: Number(padded.slice(-4)) };
};
