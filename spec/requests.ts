import type { DataRequest } from '../src/model/request.js';

/** A complete request for specs: one ticker for trading, and any field as the spec needs it. */
export const request = (fields: Partial<DataRequest> = {}): DataRequest => ({
  exchange: 'test',
  channel: 'ticker',
  markets: ['KRW-BTC'],
  count: 1,
  context: 'trading',
  realtime: true,
  maxAge: 1_000,
  via: 'auto',
  ...fields,
});
