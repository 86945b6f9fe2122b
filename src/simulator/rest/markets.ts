import type { Instrument } from '../market/catalogue.js';
import type { JsonObject } from '../numbers/json.js';
import type { Endpoint } from './endpoint.js';
import { flag } from './query.js';

const CAUTIONS = [
  'PRICE_FLUCTUATIONS',
  'TRADING_VOLUME_SOARING',
  'DEPOSIT_AMOUNT_SOARING',
  'GLOBAL_PRICE_DIFFERENCES',
  'CONCENTRATION_OF_SMALL_ACCOUNTS',
];

const event = (instrument: Instrument): JsonObject => ({
  warning: instrument.warned,
  caution: Object.fromEntries(CAUTIONS.map((name, i) => [name, instrument.warned && i === 0])),
});

/** `GET /v1/market/all`. */
export const marketAll: Endpoint = ({ exchange, query }) => {
  const details = flag(query, 'is_details', 'isDetails');
  return exchange.instruments.map((instrument) => ({
    market: instrument.code,
    korean_name: instrument.koreanName,
    english_name: instrument.englishName,
    ...(details ? { market_event: event(instrument) } : {}),
  }));
};
