import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../src/errors.js';
import { checkOptions } from '../src/options.js';
import { RECONNECT } from '../src/routing/backoff.js';

describe('checkOptions', () => {
  it('lets good options through as they are', () => {
    const options = { linger: 0, capacity: 1, pollEvery: 100, patience: 0, reconnect: RECONNECT };
    expect(checkOptions(options)).toBe(options);
    expect(checkOptions({})).toEqual({});
  });

  it.each([
    ['linger', { linger: NaN }],
    ['linger', { linger: -1 }],
    ['capacity', { capacity: 0 }],
    ['capacity', { capacity: 1.5 }],
    ['pollEvery', { pollEvery: 0 }],
    ['patience', { patience: Infinity }],
    ['reconnect.jitter', { reconnect: { ...RECONNECT, jitter: 2 } }],
    ['reconnect.factor', { reconnect: { ...RECONNECT, factor: 0 } }],
  ])('names %s when it is wrong', (name, options) => {
    expect(() => checkOptions(options)).toThrow(InvalidRequestError);
    expect(() => checkOptions(options)).toThrow(name);
  });

  it('names every wrong option at once', () => {
    expect(() => checkOptions({ linger: -1, capacity: 0 })).toThrow(/linger: .*; capacity: /);
  });
});
