import { afterEach } from '@jest/globals';
import { MarketDataBackbone } from '../../src/backbone.js';
import type { BackboneOptions } from '../../src/options.js';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.js';
import { upbitSource } from '../../src/sources/upbit/source.js';

/* An engine and an exchange with real sockets between them, closed after each test. */

const running: { close: () => Promise<void> | void }[] = [];

afterEach(async () => {
  for (const item of running.splice(0).reverse()) await item.close();
});

export const startExchange = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const exchange = await startSimulator(options);
  running.push(exchange);
  return exchange;
};

export const startEngine = (exchange: Simulator, options: BackboneOptions = {}): MarketDataBackbone => {
  const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws, exchange: 'simulated', simulated: true });
  const backbone = new MarketDataBackbone({ source, ...options });
  running.push(backbone);
  return backbone;
};
