import { describe, expect, it } from '@jest/globals';
import { of, throwError, type Observable } from 'rxjs';
import type { MarketEvent, Trade } from '../../src/model/events.js';
import { Audit } from '../../src/routing/audit.js';
import { timeOf, type Sequential } from '../../src/routing/missing.js';
import { Told } from '../../src/routing/told.js';
import { trade } from '../events.js';
import { marbles } from '../marbles.js';

const at = (timestamp: number): Trade => trade({ id: String(timestamp), timestamp });
const times = (events: readonly Sequential[]): number[] => events.map(timeOf);

describe('Audit', () => {
  it(
    'reads a stream that speaks again once a minute, from where it has read to, up to what must have come by now',
    marbles(({ scheduler, flush }) => {
      const asked: number[] = [];
      const read: number[][] = [];
      const fetch = (since: Sequential): Observable<readonly MarketEvent[]> => {
        asked.push(timeOf(since));
        return of([at(1_000), at(50_000), at(51_000), at(61_000)]);
      };
      const told = new Told();
      const audit = new Audit({ told, fetch, scheduler });
      const watching = audit.readings$.subscribe((trades) => read.push(times(trades)));
      told.add(at(1_000));
      scheduler.schedule(() => told.add(at(53_000)), 53_000);
      scheduler.schedule(() => told.add(at(119_000)), 119_000);
      scheduler.schedule(() => watching.unsubscribe(), 125_000);
      flush();
      expect(asked).toEqual([1_000, 51_000]);
      expect(read).toEqual([
        [1_000, 50_000, 51_000],
        [1_000, 50_000, 51_000, 61_000],
      ]);
    }),
  );

  it(
    'asks nothing about a stream that says nothing',
    marbles(({ scheduler, flush }) => {
      let asked = 0;
      const told = new Told();
      const audit = new Audit({ told, fetch: () => ((asked += 1), of([])), scheduler });
      const watching = audit.readings$.subscribe();
      scheduler.schedule(() => watching.unsubscribe(), 600_000);
      flush();
      expect(asked).toBe(0);
    }),
  );

  it(
    'reads a busy stream sooner, while all that was told is still remembered',
    marbles(({ scheduler, flush }) => {
      let asked = 0;
      const told = new Told();
      const audit = new Audit({ told, fetch: () => ((asked += 1), of([])), scheduler });
      const watching = audit.readings$.subscribe();
      for (let i = 0; i <= 400; i += 1) told.add(at(1_000 + i));
      scheduler.schedule(() => watching.unsubscribe(), 11_000);
      flush();
      expect(asked).toBe(1);
    }),
  );

  it(
    'lets a failure pass, and reads from the same place the next time',
    marbles(({ scheduler, flush }) => {
      const asked: number[] = [];
      const fetch = (since: Sequential): Observable<never> => {
        asked.push(timeOf(since));
        return throwError(() => new Error('no'));
      };
      const told = new Told();
      const audit = new Audit({ told, fetch, scheduler });
      const watching = audit.readings$.subscribe();
      told.add(at(1_000));
      scheduler.schedule(() => told.add(at(70_000)), 70_000);
      scheduler.schedule(() => watching.unsubscribe(), 131_000);
      flush();
      expect(asked).toEqual([1_000, 1_000]);
    }),
  );
});
