import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { startSimulator } from 'market-data-backbone/simulator';
import { filter, finalize, map, take } from 'rxjs';

// The spread of a book in basis points: a stream like any other. (`distinctUntilChanged()` would tell changes alone.)
const exchange = await startSimulator({ seed: 7 });
const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, simulated: true });
const backbone = new MarketDataBackbone({ source });

backbone
  .watchOrderbook('KRW-XRP', { depth: 1 })
  .pipe(
    map(({ bids: [bid], asks: [ask] }) => (bid && ask ? ((ask.price - bid.price) / bid.price) * 10_000 : NaN)),
    filter((basisPoints) => Number.isFinite(basisPoints)),
    map((basisPoints) => basisPoints.toFixed(2)),
    take(5),
    finalize(() => (backbone.close(), void exchange.close())),
  )
  .subscribe({
    next: (basisPoints) => console.log(`${basisPoints} bp`),
    error: (error: unknown) => console.error(error),
  });
