import { TIERS, rank, type DataRequest, type World } from 'market-data-backbone';

// The routing policy is a pure function: no engine, no clock, no network is needed to try one.
const request: DataRequest = {
  exchange: 'upbit',
  channel: 'ticker',
  markets: ['KRW-BTC'],
  count: 1,
  context: 'trading',
  realtime: true,
  maxAge: 1_000,
  via: 'auto',
};
const world: World = { usage: 0.3, networkPolicy: 'balanced', health: () => 1 };
const candidates = TIERS.map((tier) => ({ tier, excluded: undefined }));

for (const { tier, score } of rank(request, candidates, world)) console.log(tier.padEnd(18), score.toFixed(3));
