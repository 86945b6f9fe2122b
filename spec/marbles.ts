import { expect } from '@jest/globals';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/** What a marble spec works with: the usual helpers, and the scheduler for whoever takes one. */
export interface Marbles extends RunHelpers {
  readonly scheduler: TestScheduler;
}

/**
 * Runs a spec in virtual time: `it('..', marbles(({ cold, expectObservable }) => { .. }))`. Within it `asyncScheduler`,
 * its clock included, is virtual too.
 */
export const marbles = (spec: (helpers: Marbles) => void) => (): void => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => spec({ ...helpers, scheduler }));
};
