import { describe, expect, it } from '@jest/globals';
import { HELP, readArguments } from './arguments.js';
import { FAULTS } from './plan/catalogue.js';

describe('what is typed', () => {
  it('is a minute of everything when it is nothing', () => {
    expect(readArguments([])).toMatchObject({ seed: 7, minutes: 1, lanes: 4, settling: 90_000, more: false });
    expect(readArguments([]).faults).toBe(FAULTS);
  });

  it('may be single faults and channels, then in one lane', () => {
    const args = readArguments([
      '--fault',
      'half-open',
      '--fault',
      'rest-500',
      '--channel',
      'trade',
      '--minutes',
      '0.5',
    ]);
    expect(args.faults.map(({ name }) => name)).toEqual(['half-open', 'rest-500']);
    expect(args).toMatchObject({ channels: ['trade'], minutes: 0.5, lanes: 1 });
  });

  it('may be more than REST can serve at once', () => {
    expect(readArguments(['--more', '--json'])).toMatchObject({ more: true, json: true });
  });

  it.each([
    [['--fault', 'gremlins'], /unknown fault 'gremlins'/],
    [['--channel', 'trades'], /unknown channel 'trades': expected ticker, trade/],
    [['--seed', '1.5'], /--seed must be a whole number/],
    [['--minutes', 'x'], /--minutes must be a number from 0.1/],
    [['--nonsense'], /nonsense/],
  ])('is refused with what would make sense: %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('is explained with the name of every fault', () => {
    expect(FAULTS.every(({ name }) => HELP.includes(`  ${name} `))).toBe(true);
  });
});
