import { afterAll, beforeAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../../src/simulator/index.js';
import { pointingAt, type Surroundings } from '../run-cli.js';

export const HOUR = 3_600_000;

/** An exchange to collect from, and a folder for what is collected; both are gone after the specs. */
export const collectingGround = () => {
  let exchange: Simulator | undefined;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collected-'));
    exchange = await startSimulator();
  });
  afterAll(async () => {
    await exchange?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    file: (name: string): string => join(folder, name),
    here: (terminal?: readonly [number, number]): Surroundings => ({
      env: { XDG_DATA_HOME: folder, ...(exchange === undefined ? {} : pointingAt(exchange)) },
      ...(terminal === undefined ? {} : { terminal }),
    }),
    /** Requests for candles the exchange has had so far. */
    asked: (): number => exchange?.stats().requests['candles'] ?? 0,
  };
};
