import { describe, it } from '@jest/globals';
import { map } from 'rxjs';
import { alerts } from '../../src/alerts/alerts.js';
import type { EngineEvent } from '../../src/model/signals.js';
import { marbles } from '../marbles.js';

const gap = (market: string): EngineEvent => ({
  type: 'gap',
  at: 0,
  topic: `upbit/trade/${market}`,
  after: { time: 1 },
  before: { time: 2 },
  reason: 'unreachable',
});
const events: Record<string, EngineEvent> = {
  g: gap('KRW-BTC'),
  h: gap('KRW-ETH'),
  s: { type: 'exit', at: 0, phase: 'switching', reason: '' },
  r: { type: 'exit', at: 0, phase: 'routed', reason: '' },
  e: { type: 'connection', at: 0, exchange: 'upbit', state: 'up' },
};

describe('alerts', () => {
  it(
    'tells a break of many topics in two alerts, and other things at once',
    marbles(({ cold, expectObservable }) => {
      const told = alerts(cold('-g(hhhhs)--e', events), { coolDown: 20 }).pipe(
        map(({ key, severity, leftOut = 0 }) => `${severity} ${key}, ${leftOut} left out`),
      );
      expectObservable(told, '^ 40ms !').toBe('-gs 18ms h', {
        g: 'critical gap, 0 left out',
        s: 'critical exit, 0 left out',
        h: 'critical gap, 3 left out',
      });
    }),
  );

  it(
    'never keeps to itself how something ended',
    marbles(({ cold, expectObservable }) => {
      const told = alerts(cold('s-r-s-r--|', events), { coolDown: 60_000 }).pipe(map(({ severity }) => severity));
      expectObservable(told).toBe('a--------(b|)', { a: 'critical', b: 'info' });
    }),
  );
});
