import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { firstValueFrom } from 'rxjs';

/*
 * Somebody else's Upbit client, unchanged but for the address, against the simulated exchange: its values and ours must
 * be the same. Not part of `npm test`, since ccxt is no dependency: `npm install --no-save ccxt`, then `npm run compat`.
 */

const exchange = await startSimulator({ seed: 7 });
const backbone = new MarketDataBackbone({
  source: upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, simulated: true }),
});
const client = new ccxt.pro.upbit({ enableRateLimit: true });
const root = exchange.rest.replace(/\/v1$/, '');
await client.loadHttpProxyAgent();
client.urls.api = { public: root, private: root, ws: exchange.ws };

const same = (what, theirs, ours) => {
  assert.deepEqual(theirs, ours, `${what} differs`);
  console.log(`${what}: the same`);
};

const listed = await client.fetchMarkets();
const ourMarkets = await firstValueFrom(backbone.fetchMarkets());
same('market ids', listed.map((market) => market?.id).sort(), ourMarkets.map(({ market }) => market).sort());

// A window that is over: both see the same, whenever they look.
const to = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const theirs = await client.fetchOHLCV('BTC/KRW', '1m', to - 3_600_000, 60);
const ours = await firstValueFrom(backbone.fetchCandles('KRW-BTC', '1m', { count: 60, to }));
const rows = ours.filter(({ openTime }) => openTime >= to - 3_600_000);
same(
  'an hour of candles',
  theirs.filter(([time]) => Number(time) < to),
  rows.map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume]),
);

const trades = await client.fetchTrades('BTC/KRW', undefined, 100);
const ourTrades = await firstValueFrom(backbone.fetchTrades('KRW-BTC', { count: 200, maxAge: 0 }));
const known = new Map(ourTrades.map((trade) => [trade.timestamp + trade.price + trade.volume, trade.side]));
const shared = trades.filter((trade) =>
  known.has(Number(trade.timestamp) + Number(trade.price) + Number(trade.amount)),
);
assert.ok(shared.length >= 90, `only ${shared.length} of 100 trades are shared`);
same(
  'sides of trades',
  shared.map(({ side }) => side),
  shared.map((trade) => known.get(Number(trade.timestamp) + Number(trade.price) + Number(trade.amount))),
);

const ticker = await client.fetchTicker('ETH/KRW');
const ourTicker = await firstValueFrom(backbone.fetchTicker('KRW-ETH', { via: 'rest', maxAge: 0 }));
same('the day of a ticker', [ticker.open, ticker.previousClose], [ourTicker.open, ourTicker.prevClose]);

const book = await client.fetchOrderBook('BTC/KRW');
assert.ok(Number(book.bids[0]?.[0]) < Number(book.asks[0]?.[0]), 'the book crosses');
for (const live of [client.watchTicker('BTC/KRW'), client.watchTrades('BTC/KRW'), client.watchOrderBook('BTC/KRW')]) {
  assert.ok(await live);
}
console.log('live ticker, trades and book: they come');

await client.close();
backbone.close();
await exchange.close();
