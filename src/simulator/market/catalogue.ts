import { keyOf, uniform } from '../random.js';
import { FIRST_WORDS, SECOND_WORDS, WELL_KNOWN } from './well-known.js';

export type Quote = 'KRW' | 'BTC' | 'USDT';

/** What makes a market the market it is; everything else follows from it and the seed. */
export interface Instrument {
  readonly code: string;
  readonly quote: Quote;
  readonly base: string;
  readonly koreanName: string;
  readonly englishName: string;
  /** The price around which the market has always moved, in the quote currency. */
  readonly price: number;
  /** 1 = an ordinary coin; a stable coin is near 0. */
  readonly volatility: number;
  /** Trades a second on average. */
  readonly rate: number;
  /** Mean turnover of one trade, in the quote currency. */
  readonly turnover: number;
  /** First day with trades, ms UTC. */
  readonly listedAt: number;
  /** The side whose book runs out before thirty levels, if any. */
  readonly thinSide: 'ask' | 'bid' | undefined;
  readonly warned: boolean;
}

interface Coin {
  readonly symbol: string;
  readonly english: string;
  readonly korean: string;
  readonly price: number;
  readonly rate: number;
}

const DAY = 86_400_000;
const OLDEST_LISTING = Date.UTC(2017, 8, 25);
const LISTING_YEARS = 5 * 365;
const KRW_PER: Readonly<Record<Quote, number>> = { KRW: 1, BTC: 106_000_000, USDT: 1_391 };
const STABLE = new Set(['USDT', 'USDC']);

const inventedCoin = (index: number): Coin => {
  const first = FIRST_WORDS[index % FIRST_WORDS.length] ?? ['Coin', '코인'];
  const second = SECOND_WORDS[Math.floor(index / FIRST_WORDS.length) % SECOND_WORDS.length] ?? ['X', '엑스'];
  const key = keyOf(index, first[0] + second[0]);
  const letters = (first[0].slice(0, 3) + second[0].slice(0, 2)).toUpperCase();
  return {
    symbol: letters,
    english: `${first[0]} ${second[0]}`,
    korean: first[1] + second[1],
    price: Number((10 ** (uniform(key, 1) * 6 - 2)).toPrecision(4)),
    rate: 10 ** (-1.2 - 2 * uniform(key, 2)),
  };
};

const coins = (count: number): readonly Coin[] => {
  const known = WELL_KNOWN.map(([symbol, english, korean, price, rate]) => ({ symbol, english, korean, price, rate }));
  const missing = Math.max(0, count - known.length);
  return [...known, ...Array.from({ length: missing }, (_, i) => inventedCoin(i))];
};

const thinSideOf = (rate: number, dice: number): Instrument['thinSide'] => {
  if (rate > 0.02 || dice < 0.5) return undefined;
  return dice < 0.75 ? 'ask' : 'bid';
};

const instrument = (coin: Coin, quote: Quote, seed: number): Instrument => {
  const code = `${quote}-${coin.symbol}`;
  const key = keyOf(seed, code);
  const rate = quote === 'KRW' ? coin.rate : coin.rate / 40;
  const famous = WELL_KNOWN.findIndex(([symbol]) => symbol === coin.symbol);
  const delay = famous >= 0 && famous < 5 ? 0 : Math.floor(uniform(key, 3) * LISTING_YEARS);
  return {
    code,
    quote,
    base: coin.symbol,
    koreanName: coin.korean,
    englishName: coin.english,
    price: coin.price / KRW_PER[quote],
    volatility: STABLE.has(coin.symbol) ? 0.04 : 0.6 + 0.6 * uniform(key, 1),
    rate,
    turnover: (150_000 + 900_000 * uniform(key, 2)) / KRW_PER[quote],
    listedAt: OLDEST_LISTING + delay * DAY,
    thinSide: thinSideOf(rate, uniform(key, 4)),
    warned: uniform(key, 5) < 0.02,
  };
};

/** The instruments of a simulator: `krw` KRW markets, then a few BTC and USDT markets. */
export const catalogue = (seed: number, krw: number, others: number): readonly Instrument[] => {
  const all = coins(Math.max(krw, 3 * others + 3));
  const onKrw = all.slice(0, krw).map((coin) => instrument(coin, 'KRW', seed));
  // A coin worth a few satoshi has no room to move on the BTC grid.
  const onBtc = all.filter(({ symbol, price }) => symbol !== 'BTC' && price >= 200).slice(0, others);
  const onUsdt = all.filter(({ symbol }) => symbol !== 'USDT').slice(0, others);
  return [
    ...onKrw,
    ...onBtc.map((coin) => instrument(coin, 'BTC', seed)),
    ...onUsdt.map((coin) => instrument(coin, 'USDT', seed)),
  ];
};
