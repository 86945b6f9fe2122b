import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import { serve } from './serve.js';

const question = z.object({ rest: z.string(), ws: z.string(), markets: z.int(), lasting: z.number() });

const NOTHING = { defaultValue: [] };
let engine: MarketDataBackbone | undefined;

/** Fetches all tickers fresh, again and again, for `lasting` ms; tells how many came and how long it really took. */
serve(async (message) => {
  const { rest, ws, markets, lasting } = question.parse(message);
  engine ??= new MarketDataBackbone({ source: upbitSource({ restUrl: rest, wsUrl: ws, simulated: true }) });
  const listed = await firstValueFrom(engine.fetchMarkets(), NOTHING);
  const wanted = listed.map(({ market }) => market).slice(0, markets);
  let tickers = 0;
  let calls = 0;
  const began = performance.now();
  while (performance.now() - began < lasting) {
    const answer = await firstValueFrom(engine.fetchTickers(wanted, { maxAge: 0, via: 'rest' }), NOTHING);
    tickers += answer.length;
    calls += 1;
  }
  return { tickers, calls, elapsed: performance.now() - began };
});
