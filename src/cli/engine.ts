import { MarketDataBackbone } from '../backbone.js';
import { upbitSource, type UpbitSource } from '../sources/upbit/source.js';
import { parseEnvironment, type EXCHANGES } from './options.js';
import type { Environment } from './session.js';

export interface ExchangeChoice {
  readonly exchange: (typeof EXCHANGES)[number];
  readonly seed?: number;
}

/** An exchange one can ask. */
export interface Reachable {
  readonly source: UpbitSource;
  readonly restUrl: string;
  readonly wsUrl: string;
}

export interface Engine extends Reachable {
  readonly backbone: MarketDataBackbone;
}

/** Lends an exchange for as long as `use` takes; a simulated one lives and dies with it. */
export const withExchange = async <T>(
  { exchange, seed }: ExchangeChoice,
  env: Environment,
  use: (exchange: Reachable) => Promise<T>,
): Promise<T> => {
  if (exchange === 'upbit') {
    const { UPBIT_REST_URL: restUrl, UPBIT_WS_URL: wsUrl } = parseEnvironment(env);
    return use({ source: upbitSource({ restUrl, wsUrl }), restUrl, wsUrl });
  }
  // Loaded only now: whoever asks the real exchange has no use for a simulated one.
  const { startSimulator } = await import('../simulator/index.js');
  const { rest: restUrl, ws: wsUrl, close } = await startSimulator(seed === undefined ? {} : { seed });
  try {
    const source = upbitSource({ restUrl, wsUrl, exchange: 'simulated', simulated: true });
    return await use({ source, restUrl, wsUrl });
  } finally {
    await close();
  }
};

/** As `withExchange`, with the engine on top of it. */
export const withEngine = <T>(
  choice: ExchangeChoice,
  env: Environment,
  use: (engine: Engine) => Promise<T>,
): Promise<T> =>
  withExchange(choice, env, async (exchange) => {
    const backbone = new MarketDataBackbone({ source: exchange.source });
    try {
      return await use({ ...exchange, backbone });
    } finally {
      backbone.close();
    }
  });
