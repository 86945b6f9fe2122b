import { MarketDataBackbone, indicators, latest, rsi, upbitSource, type Candle } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { filter, finalize, take } from 'rxjs';

// An alert on the RSI of done candles: it begins with history, so it is right from the first one on.
const exchange = await startSimulator({ seed: 7, activity: 5 });
const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, simulated: true });
const backbone = new MarketDataBackbone({ source });

backbone
  .watchCandles('KRW-BTC', '1m', { history: 300 })
  .pipe(
    indicators({ candle: latest((candle: Candle) => candle), rsi: rsi(14) }),
    filter(({ candle, rsi = 50 }) => candle?.state === 'final' && (rsi < 35 || rsi > 65)),
    take(5),
    finalize(() => (backbone.close(), void exchange.close())),
  )
  .subscribe(({ candle, rsi = NaN }) => {
    const at = new Date(candle?.openTime ?? NaN).toISOString();
    console.log(`${at} KRW-BTC ${rsi < 50 ? 'oversold' : 'overbought'}: RSI ${rsi.toFixed(1)}`);
  });
