import { describe, expect, it } from '@jest/globals';
import { take } from 'rxjs';
import { onEnding } from '../../src/routing/on-ending.js';
import { marbles } from '../marbles.js';

const told = () => {
  const endings: string[] = [];
  const operator = onEnding<string>({
    answered: (answer) => endings.push(`answered ${answer}`),
    failed: (error) => endings.push(`failed ${String(error)}`),
    left: () => endings.push('left'),
  });
  return { endings, operator };
};

describe('onEnding', () => {
  it.each([
    ['--(a|)', undefined, ['answered a'], '--(a|)'],
    ['--a--b', '^-----!', ['answered a'], '--a--b'],
    ['--#', undefined, ['failed error'], '--#'],
    ['--a-#', undefined, ['answered a'], '--a-#'],
    ['-----', '^--!', ['left'], '---'],
    ['--a--', '^---!', ['answered a'], '--a-'],
    ['--|', undefined, [], '--|'],
    ['-----', undefined, [], '-----'],
  ])('of %s, unsubscribed by %s, tells %j', (source, unsub, endings, expected) => {
    marbles(({ cold, expectObservable, flush }) => {
      const it = told();
      expectObservable(cold(source).pipe(it.operator), unsub).toBe(expected);
      flush();
      expect(it.endings).toEqual(endings);
    })();
  });

  it(
    'takes somebody who wanted only the first answer for answered',
    marbles(({ cold, expectObservable, flush }) => {
      const it = told();
      expectObservable(cold('-a-b').pipe(it.operator, take(1))).toBe('-(a|)');
      flush();
      expect(it.endings).toEqual(['answered a']);
    }),
  );

  it(
    'tells before whoever asked hears of it',
    marbles(({ cold, flush }) => {
      const { endings, operator } = told();
      cold('-a')
        .pipe(operator)
        .subscribe((answer) => endings.push(`heard ${answer}`));
      flush();
      expect(endings).toEqual(['answered a', 'heard a']);
    }),
  );

  it(
    'keeps apart those who subscribe to the same stream',
    marbles(({ cold, expectObservable, flush }) => {
      const it = told();
      const stream$ = cold('-a').pipe(it.operator);
      expectObservable(stream$, '^-!').toBe('-a');
      expectObservable(stream$, '--^-!').toBe('---a');
      flush();
      expect(it.endings).toEqual(['answered a', 'answered a']);
    }),
  );
});
