import type { Interval } from '../model/interval.js';
import type { MarketCode } from '../model/market.js';
import type { DataRequest, Priority } from '../model/request.js';
import type { Topic } from '../model/topic.js';
import { completeRequest } from './complete-request.js';
import { MOST_MISSING, candlesSince, resumeFrom, type Sequential } from './missing.js';

/* What streams ask of REST. */

/** A topic's latest fact or, of a stream that has begun, everything after the last event delivered. `now` is ms UTC. */
export const restRequest = (
  topic: Topic,
  last: Sequential | undefined,
  now: number,
  priority: Priority = 'normal',
): DataRequest => {
  const { exchange, market, ...what } = topic;
  const request = { ...completeRequest(exchange, { ...what, markets: [market], via: 'rest', maxAge: 0 }), priority };
  if (last === undefined) return request;
  const since = resumeFrom(last);
  const count = last.type === 'candle' ? candlesSince(last.interval, since, now) : MOST_MISSING;
  return { ...request, since, count };
};

/** A market's ticker; asked for many markets at the same time, it is one call. */
export const tickerRequest = ({ exchange, market }: Topic): DataRequest =>
  completeRequest(exchange, { channel: 'ticker', markets: [market], via: 'rest', maxAge: 0 });

/** Every candle of a market that opens at or after an instant, both times ms UTC. */
export const candlesFrom = (
  exchange: string,
  market: MarketCode,
  interval: Interval,
  since: number,
  now: number,
): DataRequest => ({
  ...completeRequest(exchange, { channel: 'candle', markets: [market], interval, via: 'rest', maxAge: 0 }),
  since,
  count: candlesSince(interval, since, now),
});
