import { minutes } from '../market/windows.js';
import { dayCandles, minuteCandles, monthCandles, secondCandles, weekCandles, yearCandles } from './candles.js';
import type { Endpoint } from './endpoint.js';
import { marketAll } from './markets.js';
import { orderbookInstruments, orderbookLevels, orderbooks } from './orderbooks.js';
import { invalidUnit } from './problems.js';
import { allTickers, tickers } from './tickers.js';
import { tradeTicks } from './trades.js';

/** An endpoint and the group whose budget its calls are taken from. */
export interface Route {
  readonly group: 'market' | 'candles' | 'crix-trades' | 'ticker' | 'orderbook';
  readonly endpoint: Endpoint;
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v1/market/all', { group: 'market', endpoint: marketAll }],
  ['/v1/candles/seconds', { group: 'candles', endpoint: secondCandles }],
  ['/v1/candles/days', { group: 'candles', endpoint: dayCandles }],
  ['/v1/candles/weeks', { group: 'candles', endpoint: weekCandles }],
  ['/v1/candles/months', { group: 'candles', endpoint: monthCandles }],
  ['/v1/candles/years', { group: 'candles', endpoint: yearCandles }],
  ['/v1/trades/ticks', { group: 'crix-trades', endpoint: tradeTicks }],
  ['/v1/ticker', { group: 'ticker', endpoint: tickers }],
  ['/v1/ticker/all', { group: 'ticker', endpoint: allTickers }],
  ['/v1/orderbook', { group: 'orderbook', endpoint: orderbooks }],
  ['/v1/orderbook/instruments', { group: 'orderbook', endpoint: orderbookInstruments }],
  ['/v1/orderbook/supported_levels', { group: 'orderbook', endpoint: orderbookLevels }],
]);

const minuteRoute = (unit: string): Route => {
  const windows = minutes(Number(unit));
  const refuse: Endpoint = () => {
    throw invalidUnit();
  };
  return { group: 'candles', endpoint: windows === undefined ? refuse : minuteCandles(Number(unit), windows) };
};

/** The route of a path; undefined when nothing is there. */
export const routeOf = (path: string): Route | undefined => {
  const unit = /^\/v1\/candles\/minutes\/([0-9]+)$/.exec(path)?.[1];
  return unit === undefined ? ROUTES.get(path) : minuteRoute(unit);
};
