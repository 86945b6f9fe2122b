import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { finalize, take } from 'rxjs';

// A whole exchange on this machine. For the real one: `new MarketDataBackbone()`, no simulator.
const exchange = await startSimulator({ seed: 7 });
const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, simulated: true });
const backbone = new MarketDataBackbone({ source });

backbone
  .watchTrades(['KRW-BTC', 'KRW-ETH'])
  .pipe(
    take(5),
    finalize(() => (backbone.close(), void exchange.close())),
  )
  .subscribe({
    next: ({ market, side, price, volume, tier }) => console.log(market, side, price, volume, tier),
    error: (error: unknown) => console.error(error),
  });
