import type { MarketEvent, PriceLevel } from '../../src/model/events.js';
import { openTimeOf } from '../../src/model/interval.js';

/* What holds of every event whoever sent it. */

const isPrice = (value: number): boolean => value > 0 && value <= Number.MAX_SAFE_INTEGER;
const isAmount = (value: number): boolean => value >= 0 && Number.isFinite(value);
const isInstant = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

const descends = (levels: readonly PriceLevel[]): boolean =>
  levels.every(({ price }, i) => i === 0 || price <= (levels[i - 1]?.price ?? 0));

const isWhole = (event: MarketEvent): Readonly<Record<string, boolean>> => {
  switch (event.type) {
    case 'ticker':
      return {
        price: [event.price, event.open, event.high, event.low, event.prevClose].every(isPrice),
        change: Number.isFinite(event.change) && Number.isFinite(event.changeRate),
        amount: [event.volume24h, event.turnover24h, event.tradeVolume].every(isAmount),
      };
    case 'trade':
      return {
        price: isPrice(event.price),
        volume: isAmount(event.volume),
        side: ['buy', 'sell'].includes(event.side),
        id: /^(0|[1-9]\d{0,19})$/.test(event.id),
      };
    case 'orderbook':
      return {
        prices: [...event.bids, ...event.asks].every(({ price, size }) => isPrice(price) && isAmount(size)),
        order: descends(event.bids) && descends(event.asks.toReversed()),
        crossing: (event.bids[0]?.price ?? 0) <= (event.asks[0]?.price ?? Infinity),
        level: isAmount(event.level),
      };
    case 'candle':
      return {
        price: [event.open, event.high, event.low, event.close].every(isPrice),
        amount: isAmount(event.volume) && isAmount(event.turnover),
        openTime: isInstant(event.openTime) && openTimeOf(event.interval, event.openTime) === event.openTime,
      };
  }
};

/** The first rule an event breaks. */
export const breach = (event: MarketEvent): string | undefined => {
  const rules = {
    ...isWhole(event),
    market: /^[A-Z0-9]+-[A-Z0-9]+$/.test(event.market),
    timestamp: isInstant(event.timestamp),
  };
  return Object.entries(rules).find(([, holds]) => !holds)?.[0];
};
