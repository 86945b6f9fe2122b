import { MarketDataBackbone, memoryStore, resampleAll, upbitSource } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { firstValueFrom, last, tap } from 'rxjs';

// A month of hours, stored once and for all, and the days made of them. `sqliteStore('candles.sqlite')` keeps them.
const exchange = await startSimulator({ seed: 7 });
const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, exchange: 'simulated', simulated: true });
const store = memoryStore();
const backbone = new MarketDataBackbone({ source, store });

const DAY = 86_400_000;
const to = Math.floor(Date.now() / DAY) * DAY;
const from = to - 30 * DAY;
const tell = tap(({ all }: { all: { requestsDone: number; requestsPlanned: number } }) =>
  console.log(`${all.requestsDone} of ${all.requestsPlanned} calls`),
);
await firstValueFrom(backbone.backfill('KRW-BTC', '1h', from, to).pipe(tell, last()));

const hours = store.range({ exchange: 'simulated', market: 'KRW-BTC', interval: '1h' }, { from, to });
const days = resampleAll(hours, '1d', { since: from, until: to });
for (const { openTime, close, volume } of days.slice(-5)) {
  console.log(new Date(openTime).toISOString().slice(0, 10), close, volume);
}

store.close();
backbone.close();
await exchange.close();
