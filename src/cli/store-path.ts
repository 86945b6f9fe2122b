import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { sqliteStore, type CandleStore } from '../store/index.js';
import type { ExchangeChoice } from './engine.js';
import { CliFailure } from './failure.js';
import { parseEnvironment } from './options.js';
import type { Environment } from './session.js';
import { UPBIT_REST_URL } from '../sources/upbit/source.js';

interface StoreChoice extends ExchangeChoice {
  /** A file; by default one for each exchange among the user's data. */
  readonly store?: string;
}

const DEFAULT_SEED = 7;

/**
 * Where candles are kept when nobody says otherwise: one file for each exchange, for each seed of the simulated one, and
 * for each other address that Upbit is said to have, so that what is simulated and what is real never meet.
 */
export const storePath = ({ store, exchange, seed }: StoreChoice, env: Environment): string => {
  if (store !== undefined) return store;
  const { XDG_DATA_HOME: data, HOME: home } = env;
  // By the standard of the desktops a path that is not absolute counts as absent.
  const base = data?.startsWith('/') === true ? data : join(home ?? homedir(), '.local', 'share');
  return join(base, 'market-data-backbone', `${fileOf(exchange, seed, env)}.sqlite`);
};

const fileOf = (exchange: StoreChoice['exchange'], seed: number | undefined, env: Environment): string => {
  if (exchange === 'simulated') return `simulated-${seed ?? DEFAULT_SEED}`;
  const { UPBIT_REST_URL: address } = parseEnvironment(env);
  return address === UPBIT_REST_URL ? 'upbit' : `upbit-at-${new URL(address).host.replace(/[^\w.-]/g, '-')}`;
};

/** Lends a store for as long as `use` takes. */
export const withStore = async <T>(
  choice: StoreChoice,
  env: Environment,
  use: (store: CandleStore, path: string) => Promise<T>,
): Promise<T> => {
  const path = storePath(choice, env);
  if (choice.store === undefined) makeFolder(dirname(path));
  const store = sqliteStore(path);
  try {
    return await use(store, path);
  } finally {
    store.close();
  }
};

/** As `withStore`, where nothing is to be made: fails when there is no such file. */
export const withExistingStore = async <T>(
  choice: StoreChoice,
  env: Environment,
  use: (store: CandleStore, path: string) => Promise<T>,
): Promise<T> => {
  const path = storePath(choice, env);
  if (!existsSync(path)) {
    throw new CliFailure(`there is no candle store at ${path}; 'market-data-backbone backfill' makes one`);
  }
  return withStore(choice, env, use);
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliFailure(`the folder of the candle store cannot be made: ${reason}; choose another place with --store`);
  }
};
