import { describe, expect, it } from '@jest/globals';
import { map, merge, type Observable } from 'rxjs';
import { coalesce } from '../../src/routing/coalesce.js';
import type { Priority } from '../../src/model/request.js';
import { marbles, type Marbles } from '../marbles.js';

/** A loader that answers each key with itself after two frames, and the list of what it was asked. */
const loader = ({ cold }: Marbles) => {
  const asked: string[] = [];
  const subscriptions: string[] = [];
  const load = (keys: readonly string[]): Observable<ReadonlyMap<string, string>> => {
    asked.push(keys.join('+'));
    return cold('--(m|)', { m: new Map(keys.filter((key) => key !== 'none').map((key) => [key, key])) });
  };
  return { asked, subscriptions, load };
};

const text = map((found: ReadonlyMap<string, string>) => [...found.values()].join('+'));

describe('coalesce', () => {
  it(
    'merges what is asked within the window into one load',
    marbles((helpers) => {
      const { asked, load } = loader(helpers);
      const ask = coalesce({ load, window: 3 });
      helpers.expectObservable(ask(['a', 'b']).pipe(text)).toBe('      -----(x|)', { x: 'a+b+c' });
      helpers.expectObservable(ask(['b', 'c']).pipe(text), '--^').toBe('-----(x|)', { x: 'a+b+c' });
      helpers.expectObservable(ask(['d']).pipe(text), '----^').toBe('   ---------(x|)', { x: 'd' });
      helpers.flush();
      expect(asked).toEqual(['a+b+c', 'd']);
    }),
  );

  it(
    'joins a load under way for the same key, and loads the others',
    marbles((helpers) => {
      const { asked, load } = loader(helpers);
      const ask = coalesce({ load, window: 1 });
      helpers.expectObservable(ask(['a']).pipe(text)).toBe('         ---(x|)', { x: 'a' });
      helpers.expectObservable(ask(['a']).pipe(text), '--^').toBe('  ---(x|)', { x: 'a' });
      helpers.expectObservable(ask(['a', 'b']).pipe(text), '--^').toBe('-----(x|)', { x: 'a+b' });
      helpers.flush();
      expect(asked).toEqual(['a', 'b']);
    }),
  );

  it(
    'loads again once a load is over',
    marbles((helpers) => {
      const { asked, load } = loader(helpers);
      const ask = coalesce({ load, window: 1 });
      helpers.expectObservable(ask(['a']).pipe(text)).toBe('       ---(x|)', { x: 'a' });
      helpers.expectObservable(ask(['a']).pipe(text), '----^').toBe('-------(x|)', { x: 'a' });
      helpers.flush();
      expect(asked).toEqual(['a', 'a']);
    }),
  );

  it(
    'answers without what does not exist',
    marbles((helpers) => {
      const ask = coalesce({ load: loader(helpers).load, window: 0 });
      helpers.expectObservable(ask(['none', 'a']).pipe(map((found) => [...found.keys()]))).toBe('--(x|)', { x: ['a'] });
    }),
  );

  it(
    'fails everybody who waits with the load, and forgets it',
    marbles(({ cold, expectObservable }) => {
      let loads = 0;
      const load = (): Observable<ReadonlyMap<string, string>> => {
        loads += 1;
        return loads === 1 ? cold('-#') : cold('-(m|)', { m: new Map([['a', 'a']]) });
      };
      const ask = coalesce({ load, window: 1 });
      expectObservable(ask(['a']).pipe(text)).toBe('      --#');
      expectObservable(ask(['b']).pipe(text)).toBe('      --#');
      expectObservable(ask(['a']).pipe(text), '---^').toBe('-----(x|)', { x: 'a' });
    }),
  );

  it(
    'cancels the load when everybody has left, and not before',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answer = cold('-----(m|)', { m: new Map([['a', 'a']]) });
      const ask = coalesce<string, string>({ load: () => answer, window: 1 });
      expectObservable(ask(['a']), '^--!').toBe('-');
      expectObservable(ask(['a']), '^---!').toBe('-');
      expectSubscriptions(answer.subscriptions).toBe('-^--!');
    }),
  );

  it(
    'asks for nothing when everybody leaves within the window',
    marbles((helpers) => {
      const { asked, load } = loader(helpers);
      const ask = coalesce({ load, window: 5 });
      helpers.expectObservable(merge(ask(['a']), ask(['b'])), '^-!').toBe('-');
      helpers.expectObservable(ask(['c']).pipe(text), '---^').toBe('----------(x|)', { x: 'c' });
      helpers.flush();
      expect(asked).toEqual(['c']);
    }),
  );

  it(
    'loads with the priority of the most urgent',
    marbles((helpers) => {
      const asked: string[] = [];
      const load = (keys: readonly string[], priority: Priority) => {
        asked.push(`${keys.join('+')} ${priority}`);
        return loader(helpers).load(keys);
      };
      const ask = coalesce({ load, window: 3 });
      helpers.expectObservable(ask(['a'], 'low').pipe(text)).toBe('          -----(x|)', { x: 'a+b+c' });
      helpers.expectObservable(ask(['b'], 'critical').pipe(text), '-^').toBe('-----(x|)', { x: 'a+b+c' });
      helpers.expectObservable(ask(['c']).pipe(text), '--^').toBe('          -----(x|)', { x: 'a+b+c' });
      helpers.flush();
      expect(asked).toEqual(['a+b+c critical']);
    }),
  );

  it(
    'does not have who is more urgent queue with a load under way',
    marbles((helpers) => {
      const asked: string[] = [];
      const load = (keys: readonly string[], priority: Priority) => {
        asked.push(`${keys.join('+')} ${priority}`);
        return helpers.cold<ReadonlyMap<string, string>>('-----(m|)', { m: new Map(keys.map((key) => [key, key])) });
      };
      const ask = coalesce({ load, window: 1 });
      helpers.expectObservable(ask(['a'], 'low').pipe(text)).toBe('          ------(x|)', { x: 'a' });
      helpers.expectObservable(ask(['a'], 'high').pipe(text), '--^').toBe('  --------(x|)', { x: 'a' });
      // Joins the more urgent one, also after the other is over.
      helpers.expectObservable(ask(['a'], 'low').pipe(text), '-------^').toBe('--------(x|)', { x: 'a' });
      helpers.flush();
      expect(asked).toEqual(['a low', 'a high']);
    }),
  );
});
