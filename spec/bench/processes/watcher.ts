import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { serve } from './serve.js';

/* Watches tickers and tells what that costs while little happens. */

const question = z.union([
  z.object({ who: z.enum(['bare', 'backbone']), rest: z.string(), ws: z.string(), markets: z.array(z.string()) }),
  z.object({ lasting: z.number() }),
]);

/** Events since the start, what the exchange tells at once after subscribing included. */
let seen = 0;

const fail = (error: unknown): void => {
  throw error;
};

const watchBare = (url: string, markets: readonly string[]): void => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('error', fail);
  socket.on('message', () => (seen += 1));
  socket.on('open', () =>
    socket.send(JSON.stringify([{ ticket: 'bench' }, { type: 'ticker', codes: markets }, { format: 'SIMPLE' }])),
  );
};

const watchBackbone = (restUrl: string, wsUrl: string, markets: readonly string[]): void => {
  const engine = new MarketDataBackbone({ source: upbitSource({ restUrl, wsUrl, simulated: true }) });
  for (const market of markets) engine.watchTicker(market).subscribe({ next: () => (seen += 1), error: fail });
};

const heapUsed = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const observe = async (lasting: number): Promise<{ cpu: number; heap: number; seen: number }> => {
  const usage = process.cpuUsage();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, lasting));
  const { user, system } = process.cpuUsage(usage);
  const elapsed = performance.now() - began;
  return { cpu: (user + system) / 10 / elapsed, heap: heapUsed() / 1e6, seen };
};

serve((message) => {
  const asked = question.parse(message);
  if ('lasting' in asked) return observe(asked.lasting);
  if (asked.who === 'bare') watchBare(asked.ws, asked.markets);
  else watchBackbone(asked.rest, asked.ws, asked.markets);
  return Promise.resolve();
});
