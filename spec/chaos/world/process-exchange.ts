import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startSimulator, type SimulatorStats } from 'market-data-backbone/simulator';
import { MARKET, addStats, type Exchange } from './exchange.js';
import { freePort } from './port.js';

const MAIN = 'dist/cli/main.js';
const PATIENCE = 10_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const start = async (seed: number, port: number): Promise<ChildProcess> => {
  const { markets, activity } = MARKET;
  const flags = { port, seed, markets, activity };
  const argv = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const child = spawn(process.execPath, [MAIN, 'simulate', '--json', ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const said = once(child.stdout, 'data', { signal: AbortSignal.timeout(PATIENCE) }) as Promise<unknown>;
  said.catch(() => undefined);
  const ended = once(child, 'exit').then(() => undefined);
  // Its first word is that it listens.
  if ((await Promise.race([said, ended])) === undefined)
    throw new Error(`no exchange could be started on port ${port}`);
  return child;
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

/**
 * An exchange in a process of its own, which can be stopped and killed. Its market is a function of seed and time, so
 * the truth about it is known here as well.
 */
export const processExchange = async (seed: number): Promise<Exchange> => {
  const knowing = await startSimulator({ ...MARKET, seed });
  const port = await freePort();
  // Who kills it while it is being started waits until it has been.
  let alive = start(seed, port);
  await alive;
  let before: SimulatorStats = knowing.stats();

  const control = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { connection: 'close' };
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(`http://127.0.0.1:${port}/control/${path}`, { ...init, headers, signal });
    return response.json();
  };
  /** The fault may cut the very connection that sets it. */
  const tell = async (body: object): Promise<void> => {
    await control('faults', { method: 'PUT', body: JSON.stringify(body) }).catch(() => undefined);
  };
  const stats = async (): Promise<SimulatorStats> => addStats(before, (await control('stats')) as SimulatorStats);

  return {
    port,
    truth: knowing.market,
    setFault: (name, settings) => tell({ [name]: settings }),
    clearFault: (name) => tell({ [name]: false }),
    stats,
    stop: async () => void (await alive).kill('SIGSTOP'),
    resume: async () => void (await alive).kill('SIGCONT'),
    kill: async () => {
      // One that stands still cannot tell what it has counted since it was last asked.
      before = await stats().catch(() => before);
      await end(await alive);
    },
    restart: async () => {
      alive = start(seed, port);
      await alive;
    },
    close: async () => {
      await end(await alive);
      await knowing.close();
    },
  };
};
