import { startSimulator } from 'market-data-backbone/simulator';
import { MARKET, type Exchange } from './exchange.js';

/** An exchange in this process. It can do everything but stand still. */
export const embeddedExchange = async (seed: number): Promise<Exchange> => {
  const simulator = await startSimulator({ ...MARKET, seed });
  const impossible = (): Promise<never> =>
    Promise.reject(new Error('an exchange in this process can be neither stopped nor killed'));
  return {
    port: Number(new URL(simulator.rest).port),
    truth: simulator.market,
    setFault: (name, settings) => {
      simulator.setFault(name, settings);
      return Promise.resolve();
    },
    clearFault: (name) => {
      simulator.clearFaults(name);
      return Promise.resolve();
    },
    stats: () => Promise.resolve(simulator.stats()),
    stop: impossible,
    resume: impossible,
    kill: impossible,
    restart: impossible,
    close: simulator.close,
  };
};
