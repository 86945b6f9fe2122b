import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonScanner, KeyTable } from '../../../src/sources/transport/json-scanner.js';

const scanner = new JsonScanner();

/** The value of a scan of the whole text, or `undefined` when it failed or left something over. */
const whole = <T>(text: string, read: (scanner: JsonScanner) => T): T | undefined => {
  scanner.open(Buffer.from(text));
  const value = read(scanner);
  return scanner.done ? value : undefined;
};

const number = (text: string): number | undefined => whole(text, (s) => s.number());

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: min, maxLength: max });
const integer = fc.oneof(
  fc.constant('0'),
  fc.tuple(fc.constantFrom(...'123456789'.split('')), digits(0, 20)).map(([head, rest]) => head + rest),
);
const fraction = fc.oneof(
  fc.constant(''),
  digits(1, 25).map((text) => `.${text}`),
  fc.tuple(digits(1, 8), digits(0, 3)).map(([text, tail]) => `.${text}${tail}00000000`),
  fc.nat(30).map((zeros) => `.${'0'.repeat(zeros)}1`),
);
const exponent = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.oneof(fc.nat(30), fc.nat(400)).map(String))
    .map((parts) => parts.join('')),
);
const lexeme = fc.tuple(fc.constantFrom('', '', '-'), integer, fraction, exponent).map((parts) => parts.join(''));

describe('JsonScanner.number', () => {
  it('reads any number exactly as JSON.parse does', () => {
    fc.assert(
      fc.property(lexeme, (text) => Object.is(number(text), JSON.parse(text))),
      { numRuns: 20_000 },
    );
  });

  it('reads the numbers around 2^53 as JSON.parse does, wherever the point stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8, max: 8 }), fc.integer({ min: 1, max: 15 }), (off, point) => {
        const text = String(BigInt(Number.MAX_SAFE_INTEGER) + BigInt(off));
        const lexeme = `${text.slice(0, point)}.${text.slice(point)}`;
        expect(number(lexeme)).toBe(JSON.parse(lexeme));
        expect(number(`${text}e-${point}`)).toBe(JSON.parse(`${text}e-${point}`));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads back every double from its shortest spelling', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(number(JSON.stringify(value)), value === 0 ? 0 : value),
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '0',
    '-0',
    '0.0',
    '-0.0e5',
    '1.16539E8',
    '7.9276E-4',
    '5.0E-4',
    '106691000.00000000',
    '0.00077720',
    '81234567890.12345',
    '99234567890.543211234567',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '17883351803770001',
    '0.1',
    '0.30000000000000004',
    '1e22',
    '1e23',
    '123e22',
    '9007199254740991e22',
    '1e-22',
    '1e-23',
    '9007199254740991e-22',
    '5e-324',
    '4.9406564584124654e-324',
    '2e-324',
    '1.7976931348623157e308',
    '1e400',
    '-1e400',
    '1e99999999999999999999',
    '1e-99999999999999999999',
    '0e99999999999999999999',
    '0.00000000000000000000000000000000000001',
    '1.00000000000000000000000000000000000001',
    '100000000000000000000000000000000000000',
  ])('reads %s as JSON.parse does', (text) => {
    expect(number(text)).toBe(JSON.parse(text));
  });

  it.each([
    '01',
    '00',
    '-01',
    '1.',
    '.5',
    '-.5',
    '+1',
    '1e',
    '1e+',
    '1E-',
    '--1',
    '-',
    '',
    '1.e5',
    'NaN',
    'Infinity',
    '0x10',
    '1_0',
    '1 ',
    ' 1',
    '1,',
    'e5',
    '１',
  ])('does not read %j', (text) => {
    expect(number(text)).toBeUndefined();
  });

  it('accepts exactly the texts that JSON.parse accepts as a number', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-'.split('')), maxLength: 8 });
    const parse = (text: string): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(noise, (text) => Object.is(number(text), parse(text))),
      { numRuns: 20_000 },
    );
  });
});

describe('JsonScanner.digits', () => {
  const id = (text: string): string | undefined => {
    scanner.open(Buffer.from(text));
    const value = scanner.digits(20);
    return scanner.failed ? undefined : value;
  };

  it('keeps every digit of a number beyond 2^53', () => {
    expect(id('17883351803770001,')).toBe('17883351803770001');
    expect(id('17883351803770003}')).toBe('17883351803770003');
    expect(id('0}')).toBe('0');
  });

  it.each(['', ',', '"1",', '-1,', '1.0,', '1e3,', '01,', '1', '1 ,', 'null,'])('does not read %j', (text) => {
    expect(id(text)).toBeUndefined();
  });
});

describe('JsonScanner.text', () => {
  const text = (json: string): string | undefined => whole(json, (s) => s.text());

  it('reads what lies between two quotes', () => {
    expect(text('"KRW-BTC"')).toBe('KRW-BTC');
    expect(text('""')).toBe('');
  });

  it.each(['"비트코인"', '"a\\"b"', '"\\u0041"', '"a\nb"', '"a', '"', '', 'a"', 'null', '1', '"a""', '"\u007f"'])(
    'leaves %j to a real parser',
    (json) => {
      expect(text(json)).toBeUndefined();
    },
  );

  it('never takes one text for another, also when they share a hash', () => {
    // "Aa" and "BB" are the textbook collision of a hash with factor 31.
    for (const word of ['Aa', 'BB', 'AaAa', 'BBBB', 'AaBB', 'BBAa']) expect(text(`"${word}"`)).toBe(word);
  });

  it('reads any ASCII text, however many different ones there are', () => {
    for (let i = 0; i < 10_000; i += 1) expect(text(`"KRW-${i}"`)).toBe(`KRW-${i}`);
  });

  it('does not change a text it gave out when the frame it came from is overwritten', () => {
    const frame = Buffer.from('"KRW-XYZ"');
    scanner.open(frame);
    const word = scanner.text();
    frame.fill(0x41);
    expect(word).toBe('KRW-XYZ');
  });
});

describe('JsonScanner.skip', () => {
  const skipped = (s: JsonScanner): boolean => {
    s.skip();
    return true;
  };

  it.each(['"a"', '"비트코인"', '""', '1', '-1.5E-7', 'true', 'false', 'null'])('steps over %s', (json) => {
    expect(whole(json, skipped)).toBe(true);
  });

  it.each(['{}', '[]', 'tru', 'nul', 'truth', '"\\n"', '"', '', '01', 'undefined'])('does not step over %j', (json) => {
    expect(whole(json, skipped)).toBeUndefined();
  });
});

describe('JsonScanner.key', () => {
  const table = new KeyTable([['code', 'cd'], ['price']]);

  const read = (json: string): readonly [number, number][] | undefined => {
    scanner.open(Buffer.from(json));
    scanner.enter();
    const found: [number, number][] = [];
    for (let key = scanner.key(table); key >= 0 && !scanner.failed; key = scanner.key(table)) {
      found.push([key, scanner.number()]);
    }
    return scanner.done ? found : undefined;
  };

  it('numbers the keys of its table in any order and spelling, and everything else as 0', () => {
    expect(read('{"price":1,"cd":2,"x":3,"code":4}')).toEqual([
      [2, 1],
      [1, 2],
      [0, 3],
      [1, 4],
    ]);
  });

  it('takes no short key for another, whatever the two or three bytes', () => {
    const short = new KeyTable([['cd'], ['tms']]);
    for (let a = 0x20; a < 0x100; a += 1) {
      for (let b = 0x20; b < 0x100; b += 1) {
        if (a === 0x22 || a === 0x5c || b === 0x22 || b === 0x5c) continue;
        for (const [stem, expected] of [
          ['', a === 0x63 && b === 0x64 ? 1 : 0],
          ['t', a === 0x6d && b === 0x73 ? 2 : 0],
        ] as const) {
          scanner.open(Buffer.from([...Buffer.from(`{"${stem}`), a, b, ...Buffer.from('":1}')]));
          scanner.enter();
          if (scanner.key(short) !== expected) throw new Error(`${stem} ${a} ${b} is taken for a known key`);
        }
      }
    }
  });

  it('takes no long key for another that has the same hash', () => {
    // Found by search: its hash is that of `price`.
    expect(read('{"%;31=":1}')).toEqual([[0, 1]]);
  });

  it('knows a key by its spelling alone, whatever keys there are', () => {
    const names = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEF0123456789_'.split('')),
      maxLength: 5,
    });
    fc.assert(
      fc.property(names, (name) => {
        const expected = name === 'code' || name === 'cd' ? 1 : name === 'price' ? 2 : 0;
        expect(read(`{"${name}":1}`)).toEqual([[expected, 1]]);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '',
    '{',
    '{"code"',
    '{"code":',
    '{"code":1',
    '{"code":1,',
    '{"code":1,}x',
    '{"code" :1}',
    '{ "code":1}',
    '{code:1}',
    '{"co\\u0064e":1}',
    '{"code":1}}',
    '{"code":1} ',
    '{"code":1"price":2}',
    '{"code":1{"price":2}',
    '{,"code":1}',
    '{"code":1,,"price":2}',
    ',"code":1}',
    '["code":1]',
  ])('does not read %j', (json) => {
    expect(read(json)).toBeUndefined();
  });
});
