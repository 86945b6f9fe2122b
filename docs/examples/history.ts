import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { firstValueFrom } from 'rxjs';

// History is paged and kept within the exchange's limits by itself; `explain` tells how an answer was found.
const exchange = await startSimulator({ seed: 7 });
const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, simulated: true });
const backbone = new MarketDataBackbone({ source });

const candles = await firstValueFrom(backbone.fetchCandles('KRW-BTC', '1m', { count: 500, context: 'research' }));
console.log(`${candles.length} candles, the last one is ${candles.at(-1)?.state ?? 'missing'}`);

const { ranking, attempts, trust } = await firstValueFrom(
  backbone.explain({ channel: 'ticker', markets: ['KRW-BTC', 'KRW-ETH'], context: 'scanning' }),
);
for (const { tier, score, excluded } of ranking) console.log(tier, excluded ?? score.toFixed(3));
console.log(`answered by ${attempts.at(-1)?.tier ?? 'nobody'}: ${trust}`);

backbone.close();
await exchange.close();
