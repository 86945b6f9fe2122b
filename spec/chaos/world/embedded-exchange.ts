import { startSimulator } from 'market-data-backbone/simulator';
import { MARKET, type Exchange } from './exchange.js';

/** An exchange in this process. It can do everything but stand still. */
export const embeddedExchange = async (seed: number): Promise<Exchange> => {
  const simulator = await startSimulator({ ...MARKET, seed });
  const impossible = (): never => {
    throw new Error('an exchange in this process cannot be stopped');
  };
  return {
    port: Number(new URL(simulator.rest).port),
    truth: simulator.market,
    setFault: (name, settings) => Promise.resolve(simulator.setFault(name, settings)),
    clearFault: (name) => Promise.resolve(simulator.clearFaults(name)),
    stats: () => Promise.resolve(simulator.stats()),
    stop: impossible,
    resume: impossible,
    kill: impossible,
    restart: impossible,
    close: simulator.close,
  };
};
