import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler, of } from 'rxjs';
import type { Rejection } from '../../src/model/signals.js';
import { ExchangeClock } from '../../src/sources/upbit/exchange-clock.js';
import { readFrame } from '../../src/sources/upbit/frames.js';
import { UpbitRest } from '../../src/sources/upbit/rest.js';
import { Routes } from '../../src/sources/upbit/routes.js';
import { stamp } from '../sources/upbit/reference.js';

/** Specs run without the flag that offers it. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc !== 'function') throw new Error('no collector');
  return () => void Reflect.apply(gc, undefined, []);
})();

const NOW = 1_788_335_181_000;
const MIB = 1_048_576;

/** As often as fits into the largest frame that a socket accepts. */
const fill = (text: string): string => text.repeat(Math.floor((MIB - 200) / Buffer.byteLength(text)));
const listOf = (text: string): string => `[${fill(`${text},`).slice(0, -1)}]`;
const book = (key: 'obu' | 'orderbook_units', units: string): string =>
  key === 'obu'
    ? `{"ty":"orderbook","cd":"KRW-BTC","tms":5,"obu":${units}}`
    : `{"type":"orderbook","code":"KRW-BTC","timestamp":5,"orderbook_units":${units}}`;
const trade = (field: string, value: string): string =>
  `{"ty":"trade","cd":"KRW-BTC","ttms":5,"tp":2,"tv":3,"ab":"ASK","sid":1`.replace(
    new RegExp(`"${field}":[^,]+`),
    `"${field}":${value}`,
  ) + '}';

/** Frames of a mebibyte, each made so that something somewhere might take long, or remember too much. */
const FRAMES: Readonly<Record<string, string>> = {
  'one long string': `"${fill('x')}"`,
  'brackets that open': fill('['),
  'brackets that close again': fill('[').slice(MIB / 2) + ']'.repeat(MIB / 2 - 200),
  'deep objects': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  whitespace: ` ${fill(' ')}{}`,
  'a number of a million digits': trade('tp', fill('9')),
  'a fraction of a million zeros': trade('tp', `0.${fill('0')}1`),
  'an exponent of a million digits': trade('tp', `1e${fill('9')}`),
  'an id of a million digits': trade('sid', fill('9')),
  'an id in quotes of a million digits': trade('sid', `"${fill('9')}"`),
  'a market of a million letters': trade('cd', `"KRW-${fill('A')}"`),
  'a type of a million letters': `{"ty":"${fill('x')}"}`,
  'a key of a million letters': `{"ty":"trade","${fill('k')}":1}`,
  'very many keys': `{"ty":"trade",${Array.from({ length: 80_000 }, (_, i) => `"k${i}":1`).join()}}`,
  'one key very often': `{"ty":"trade",${fill('"sid":1,')}"sid":2}`,
  'ids after much space': `{"ty":"trade",${fill('"sid"          :')}1}`,
  'trades whose ids are fractions': listOf('{"ty":"trade","cd":"KRW-BTC","sid":1.5}'),
  'trades without anything': listOf('{"ty":"trade"}'),
  'numbers in a list': listOf('1'),
  'control messages in a list': listOf('{"status":"UP"}'),
  'units without anything': book('obu', listOf('{}')),
  'units of the long spelling without anything': book('orderbook_units', listOf('{}')),
  'units that are good until the last': book('obu', listOf('{"ap":3,"bp":2,"as":1,"bs":1}').replace(/\]$/, ',{}]')),
  'an error of a million letters': `{"error":{"name":"${fill('x')}","message":"${fill('y')}"}}`,
  'an error as deep as it goes': `{"error":{"name":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`,
  quotes: fill('"'),
  backslashes: `"${fill('\\')}"`,
  Korean: fill('점검 중'),
};

/** Seconds that are enough for any of them a hundred times over; what grows with the square takes minutes. */
const ENOUGH = 5_000;

describe('a frame of a mebibyte', () => {
  it.each(Object.entries(FRAMES))('of %s is dealt with at once and leaves nothing behind', (_, text) => {
    const ledger = { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 };
    const rejections: Rejection[] = [];
    const errors: Error[] = [];
    const reader = {
      stamp,
      routes: new Routes(() => undefined),
      ledger,
      clock: new ExchangeClock(),
      now: () => NOW,
      reject: (rejection: Rejection) => void rejections.push(rejection),
      refuse: (error: Error) => void errors.push(error),
    };
    const frame = Buffer.from(text);
    const start = performance.now();
    readFrame(reader, frame);
    expect(performance.now() - start).toBeLessThan(ENOUGH);
    const { received, ...fates } = ledger;
    expect([received, Object.values(fates).reduce((sum, fate) => sum + fate, 0)]).toEqual([1, 1]);
    expect(rejections).toHaveLength(ledger.rejected);
    expect(JSON.stringify([rejections, errors.map(({ message }) => message)]).length).toBeLessThan(20_000);
  });

  it('forty times over, each with another market or type, is not kept', () => {
    const reader = {
      stamp,
      routes: new Routes(() => undefined),
      ledger: { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 },
      clock: new ExchangeClock(),
      now: () => NOW,
      reject: (rejection: Rejection) => void kept.push(rejection),
      refuse: () => undefined,
    };
    const kept: Rejection[] = [];
    const memory = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed / MIB;
    };
    const before = memory();
    for (let n = 0; n < 40; n += 1) {
      const long = `${n}${fill('A').slice(10)}`;
      for (const text of [trade('cd', `"KRW-${long}"`), `{"ty":"trade","${long}":1}`, `{"ty":"${long}"}`]) {
        readFrame(reader, Buffer.from(text));
      }
    }
    // Of 120 MiB the beginnings of the rejected ones are kept, by us.
    expect(kept).toHaveLength(120);
    expect(memory() - before).toBeLessThan(10);
  });
});

describe('a body of a mebibyte', () => {
  it.each([
    ['brackets', fill('[')],
    ['ids after much space', `[{${fill('"sequential_id"          :')}1}]`],
    ['a page of HTML', `<!DOCTYPE html>${fill('<p>점검</p>')}`],
  ])('of %s is refused at once', (_, body) => {
    const rejections: Rejection[] = [];
    const errors: unknown[] = [];
    const rest = new UpbitRest({
      send: () => of({ body, headers: {} }),
      stamp,
      clock: new ExchangeClock(),
      reject: (rejection) => rejections.push(rejection),
      scheduler: new VirtualTimeScheduler(),
    });
    const start = performance.now();
    rest.trades('KRW-BTC', 500).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(performance.now() - start).toBeLessThan(ENOUGH);
    expect(errors).toMatchObject([{ code: 'BAD_PAYLOAD' }]);
    expect(rejections).toHaveLength(1);
  });
});
