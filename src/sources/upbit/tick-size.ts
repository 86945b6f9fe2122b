import { parseMarket } from '../../model/market.js';

/** From this price on, this step; highest first. */
type Bands = readonly (readonly [from: number, step: number])[];

/** Valid since 2025-07-31; prices from before may be off this grid. */
const KRW: Bands = [
  [1_000_000, 1_000],
  [500_000, 500],
  [100_000, 100],
  [50_000, 50],
  [10_000, 10],
  [5_000, 5],
  [100, 1],
  [10, 0.1],
  [1, 0.01],
  [0.1, 0.001],
  [0.01, 0.0001],
  [0.001, 0.00001],
  [0.0001, 0.000001],
  [0.00001, 0.0000001],
];
/** Valid since 2024-08-19. */
const USDT: Bands = [
  [10, 0.01],
  [1, 0.001],
  [0.1, 0.0001],
  [0.01, 0.00001],
  [0.001, 0.000001],
  [0.0001, 0.0000001],
];
const BANDS: ReadonlyMap<string, Bands> = new Map([
  ['KRW', KRW],
  ['USDT', USDT],
  ['BTC', []],
]);
const FINEST = 0.00000001;

/**
 * The price step of an Upbit market at a price, both in its quote currency, by the published tables; `undefined` for a
 * quote currency Upbit has none for. The exchange itself tells the step at the present price (`instruments`).
 *
 * @example
 * upbitTickSize('KRW-BTC', 106_691_000); // 1000
 */
export const upbitTickSize = (market: string, price: number): number | undefined => {
  const bands = BANDS.get(parseMarket(market)?.quote ?? '');
  return bands && (bands.find(([from]) => price >= from)?.[1] ?? FINEST);
};
