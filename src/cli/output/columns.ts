import type { Candle, EventOf, MarketEvent, Orderbook, PriceLevel, Ticker, Trade } from '../../model/events.js';
import type { TierName } from '../../model/provenance.js';
import type { Channel } from '../../model/topic.js';
import type { Colors } from '../session.js';
import { amount, percent, price, size, utc } from './numbers.js';
import type { Column } from './table.js';

const market: Column<MarketEvent> = { head: 'MARKET', align: 'left', least: 9, cell: (event) => event.market };
const time = (spare: number): Column<MarketEvent> => ({
  head: 'TIME (UTC)',
  align: 'left',
  least: 19,
  spare,
  cell: ({ timestamp }) => utc(timestamp),
});

const ticker: readonly Column<Ticker>[] = [
  market,
  { head: 'PRICE', least: 12, cell: (event) => price(event.price) },
  { head: 'CHANGE', least: 8, cell: ({ changeRate }, colors) => percent(changeRate, colors) },
  { head: 'HIGH', least: 12, spare: 4, cell: ({ high }) => price(high) },
  { head: 'LOW', least: 12, spare: 5, cell: ({ low }) => price(low) },
  { head: 'VOLUME 24H', least: 10, spare: 3, cell: ({ volume24h }) => amount(volume24h) },
  { head: 'TURNOVER 24H', least: 12, spare: 2, cell: ({ turnover24h }) => amount(turnover24h) },
];

const trade: readonly Column<Trade>[] = [
  market,
  { ...time(4), head: 'TRADED (UTC)' },
  { head: 'SIDE', align: 'left', cell: ({ side }, colors) => (side === 'buy' ? colors.green(side) : colors.red(side)) },
  { head: 'PRICE', least: 12, cell: (event) => price(event.price) },
  { head: 'VOLUME', least: 11, cell: ({ volume }) => size(volume) },
  { head: 'VALUE', least: 9, spare: 3, cell: (event) => amount(event.price * event.volume) },
];

/** Where one side of a book ends: its best price and size; an empty side has none. */
const best = (levels: readonly PriceLevel[], tell: (level: PriceLevel) => string): string => {
  const level = levels[0];
  return level === undefined ? '–' : tell(level);
};

const total = (levels: readonly PriceLevel[]): number => levels.reduce((sum, level) => sum + level.size, 0);

const spread = ({ bids, asks }: Orderbook): string => {
  const [bid, ask] = [bids[0]?.price, asks[0]?.price];
  return bid === undefined || ask === undefined ? '–' : `${((20_000 * (ask - bid)) / (ask + bid)).toFixed(1)} bp`;
};

/** The share of the resting size that wants to buy. */
const pressure = ({ bids, asks }: Orderbook, colors: Colors): string => {
  const [buying, selling] = [total(bids), total(asks)];
  if (buying + selling === 0) return '–';
  const share = Math.round((100 * buying) / (buying + selling));
  return share >= 50 ? colors.green(`${share}%`) : colors.red(`${share}%`);
};

const orderbook: readonly Column<Orderbook>[] = [
  market,
  { head: 'BID SIZE', least: 10, spare: 3, cell: ({ bids }) => best(bids, (level) => size(level.size)) },
  { head: 'BID', least: 12, cell: ({ bids }, { green }) => best(bids, (level) => green(price(level.price))) },
  { head: 'ASK', least: 12, cell: ({ asks }, { red }) => best(asks, (level) => red(price(level.price))) },
  { head: 'ASK SIZE', least: 10, spare: 3, cell: ({ asks }) => best(asks, (level) => size(level.size)) },
  { head: 'SPREAD', least: 8, spare: 2, cell: spread },
  { head: 'BUYERS', spare: 4, cell: pressure },
  { head: 'LEVELS', spare: 5, cell: ({ bids, asks }) => `${bids.length}/${asks.length}` },
];

const candle: readonly Column<Candle>[] = [
  market,
  { head: 'OPENED (UTC)', align: 'left', least: 19, cell: ({ openTime }) => utc(openTime) },
  { head: 'OPEN', least: 11, spare: 2, cell: ({ open }) => price(open) },
  { head: 'HIGH', least: 11, spare: 3, cell: ({ high }) => price(high) },
  { head: 'LOW', least: 11, spare: 3, cell: ({ low }) => price(low) },
  { head: 'CLOSE', least: 11, cell: ({ close }) => price(close) },
  { head: 'CHANGE', least: 8, cell: ({ open, close }, colors) => percent(close / open - 1, colors) },
  { head: 'VOLUME', least: 10, spare: 4, cell: ({ volume }) => size(volume) },
  { head: 'STATE', align: 'left', least: 5, spare: 5, cell: ({ state }) => state },
];

/** What a table shows of each channel's events. */
export const COLUMNS: { readonly [C in Channel]: readonly Column<EventOf[C]>[] } = { ticker, trade, orderbook, candle };

/** The columns that say when a state was produced, for those channels that do not say it anyway. */
export const PRODUCED: Column<MarketEvent> = time(6);

const SHORT: Readonly<Record<TierName, readonly [string, keyof Colors & ('green' | 'yellow' | 'cyan')]>> = {
  'live-subscription': ['live', 'green'],
  'hot-cache': ['hot cache', 'cyan'],
  'warm-cache': ['warm cache', 'cyan'],
  'batch-snapshot': ['polled', 'yellow'],
  'cold-rest': ['polled', 'yellow'],
};

/** How an event in a live table got here, in a word. */
export const roadTaken = (tier: TierName, colors: Colors): string => {
  const [word, color] = SHORT[tier];
  return colors[color](word);
};

export const isOf =
  <C extends Channel>(channel: C) =>
  (event: MarketEvent): event is EventOf[C] & MarketEvent =>
    event.type === channel;
