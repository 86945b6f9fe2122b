import { MarketDataBackbone, ema, indicators, rsi, timeframes, upbitSource, type Candle } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { distinctUntilChanged, filter, finalize, map, take } from 'rxjs';

// Minutes come in, quarters of an hour tell the trend; what is `closed` never looks into the future.
const exchange = await startSimulator({ seed: 7, activity: 5 });
const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, simulated: true });
const backbone = new MarketDataBackbone({ source });

backbone
  .watchCandles('KRW-BTC', '1m', { history: 1_000 })
  .pipe(
    timeframes(['1m', '15m']),
    map(({ closed }) => closed['15m']),
    filter((candle): candle is Candle => candle !== undefined),
    distinctUntilChanged(),
    indicators({ fast: ema(5), slow: ema(20), strength: rsi(14) }),
    filter(({ slow }) => slow !== undefined),
    take(10),
    finalize(() => (backbone.close(), void exchange.close())),
  )
  .subscribe(({ fast = NaN, slow = NaN, strength = NaN }) => {
    console.log(`the trend is ${fast > slow ? 'up' : 'down'}, RSI ${strength.toFixed(1)}`);
  });
