import { describe, expect, it } from '@jest/globals';
import { Pulse } from '../../../src/sources/transport/pulse.js';

/** What a pulse says, tick by tick: `f` a frame came, `p` a pong, `.` nothing; `-` nothing to do, `!` a ping, `?` doubtful, `x` gone. */
const feel = (heard: string, pingEvery = 1_500): string => {
  const pulse = new Pulse({ pingEvery });
  const marks = { nothing: '-', ping: '!', doubt: '?', gone: 'x' } as const;
  return Array.from(heard, (each) => marks[pulse.tick(each === 'f', each === 'p')]).join('');
};

describe('Pulse', () => {
  it('pings once a period, whatever comes', () => {
    expect(feel('ffffffffffffffffffffffff')).toBe('-----------!-----------!');
  });

  it('finds a quiet peer gone when a whole period after a ping brings nothing', () => {
    expect(feel('........................')).toBe('-----------!-----------x');
  });

  it('believes in a quiet peer that answers', () => {
    expect(feel('............p...........p...')).toBe('-----------!-----------!----');
  });

  it('asks a busy peer at once when it falls silent, doubts it soon, and finds it gone', () => {
    expect(feel('ffff.............', 3_000)).toBe('----!-?---------x');
  });

  it('doubts a busy peer once for each silence', () => {
    expect(feel('ffff.....ffffff.....', 3_000)).toBe('----!-?--------!-?--');
  });

  it('gives a busy peer more time that has been seen to need it', () => {
    expect(feel('ffff...pffff.......', 3_000)).toBe('----!-?-----!-----?');
  });

  it('takes a new peer that speaks at once for a busy one', () => {
    expect(feel('f...', 3_000)).toBe('-!-?');
  });

  it('calls no peer busy that speaks with rests', () => {
    expect(feel('.fff.fff.fff.fff.f')).toBe('-----------!------');
  });

  it('knows for how long nothing was heard', () => {
    const pulse = new Pulse({ pingEvery: 3_000 });
    pulse.tick(true, false);
    expect(pulse.silentFor).toBe(0);
    pulse.tick(false, false);
    pulse.tick(false, false);
    expect(pulse.silentFor).toBe(250);
    pulse.tick(false, true);
    expect(pulse.silentFor).toBe(0);
  });

  it('does not ask again and again when a busy peer has only become quiet', () => {
    expect(feel('ffff.p.........')).toBe('----!----------');
  });

  it('takes a frame for an answer', () => {
    expect(feel('ffff.f.')).toBe('----!-!');
  });
});
