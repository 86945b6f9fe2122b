import type { Interval } from '../../model/interval.js';
import type { MarketCode } from '../../model/market.js';

/** Something about what is stored that should not be so. */
export type FindingKind =
  /** It is not known whether there are candles. */
  | 'gap'
  /** Two candles of one window. */
  | 'duplicate'
  /** A candle that opens at no window's start. */
  | 'misplaced'
  /** A candle whose numbers contradict each other. */
  | 'flaw'
  /** A candle that is not what the shorter ones within it add up to. */
  | 'disagreement'
  /** The exchange says something else today. */
  | 'difference'
  /** The exchange has no such candle today. */
  | 'vanished'
  /** The exchange has a candle where nothing was said to have been traded. */
  | 'missed';

export interface Finding {
  readonly kind: FindingKind;
  readonly market: MarketCode;
  readonly interval: Interval;
  /** The windows concerned, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Of a disagreement: the shorter interval it is with. */
  readonly lower?: Interval;
  /** In words. */
  readonly reason: string;
}
