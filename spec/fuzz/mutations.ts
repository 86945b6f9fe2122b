import type { Random } from './random.js';

/* What can become of a JSON text on its way: first as text, value by value, then as bytes. */

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** Values where others are expected, as raw JSON or what is none. */
const VALUES = [
  ...['null', 'true', 'false', '{}', '[]', '[[]]', '[null]', '[{}]', '""', '" "', '"0"', '"1"', '"-1.5"', '"abc"'],
  ...['0', '-0', '-0.0', '-1', '1', '1.5', '1e30', '-1e30', '1e999', '-1e999', '1e-400', '5e-324', '1E+3', '0e999'],
  ...['NaN', 'Infinity', '-Infinity', 'undefined', '01', '1.', '.5', '+1', '0x10', '1_000', '1e', '--1', '٣', '0.1e+'],
  ...['9007199254740993', '17883351803770001', '99999999999999999999', '9'.repeat(400), `0.${'0'.repeat(400)}1`],
  ...['1.06691E8', '7.9276E-4', '106691000.00000000', `1${'0'.repeat(40)}e-40`, `1.${'3'.repeat(60)}`],
  ...['4102444800000', '9999999999999', '253402300800000', '8640000000000001', '1788335180377.5', '-1788335180377'],
  ...['1788335181000', '1788335240999', '1788335242000', '1788421581000', '1788421582000', '1', '1788335180377000'],
  ...[
    '"1788335180377"',
    '"2026-09-02T07:46:00"',
    '"2026-09-02T07:46:30"',
    '"2026-02-30T00:00:00"',
    '"2036-01-01T00:00:00"',
  ],
  ...['"1969-12-31T23:59:00"', '"2026-09-02"', '"20260902"', '"+012026-09-02T07:46:00"', '"0000-01-01T00:00:00"'],
  ...[
    '"KRW-BTC"',
    '"KRW-ETH"',
    '"krw-btc"',
    '"KRW-BTC.15"',
    '"KRW"',
    '"KRW-BTC\\u0000"',
    '"\\u004bRW-BTC"',
    '"원-비트코인"',
  ],
  ...['"BID"', '"ASK"', '"bid"', '"ticker"', '"trade"', '"orderbook"', '"candle.1m"', '"candle.1d"', '"myOrder"'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '{"__proto__":{"price":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
  ],
  ...['{"toString":1,"valueOf":1}', '{"toJSON":1}', '{"length":1e9}', '{"name":"NO_TYPE","message":[]}', '{"name":{}}'],
  ...[
    '"비트코인"',
    '"😀"',
    '"\\ud800"',
    '"\\udc00x"',
    '"\\u0000"',
    '"\u0000"',
    '"\u2028"',
    '"<!DOCTYPE html>"',
    '"\\"sid\\":5,"',
  ],
  ...[deep(3), deep(60), `"${'x'.repeat(3_000)}"`, `"${'\\u0041'.repeat(300)}"`, '"\\', '"', '{', '[', '}', ']', ','],
] as const;

const KEYS = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'length', '', ' ', '0'],
  ...['type', 'ty', 'code', 'cd', 'market', 'sequential_id', 'sid', 'timestamp', 'tms', 'level', 'lv', 'ask_bid', 'ab'],
  ...['error', 'status', 'method', 'mthd', 'tp', 'trade_price', 'obu', 'orderbook_units', 'unit', 'caution', 'x'],
  ...['코드', '😀', '\\u0074y', 'a\\"sid', '\\ud800', 'k'.repeat(100)],
] as const;

/** What comes instead of an answer. */
const WHOLES = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '17',
    '-0',
    '""',
    '"x"',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[1,2]',
    '[{}]',
    '{"error":{}}',
    'PONG',
  ],
  ...[
    '<!DOCTYPE html><html><body><h1>서비스 점검 중입니다</h1></body></html>',
    '<html></html>',
    'Service Unavailable',
    '{"status":"UP"}',
  ],
  ...[
    '{"error":{"name":400,"message":"점검"}}',
    '{"error":{"name":"TOO_MANY_REQUEST","message":"x"}}',
    '{"name":"too_many_requests"}',
  ],
  ...[
    '{"error":{"name":{"toString":1,"valueOf":1},"message":null}}',
    '{"error":{"name":[[[]]],"message":{"toString":null}}}',
  ],
  ...[
    '\ufeff{}',
    '\ufeff[]',
    '\u0000',
    '\u0000'.repeat(64),
    deep(500),
    '{"a":'.repeat(300),
    'ㅋ'.repeat(50),
    '💸'.repeat(50),
  ],
  ...[
    '{"__proto__":{"type":"trade"}}',
    '{"constructor":{"prototype":{"type":"trade"}}}',
    '{"type":"__proto__"}',
    '{"ty":"toString"}',
  ],
] as const;

interface Pair {
  /** Places of the key's opening quote, of the value, and behind the value. */
  readonly key: number;
  readonly value: number;
  readonly end: number;
}

/** Where a value that begins at `start` ends, more or less: whatever may be there. */
const valueEnd = (text: string, start: number): number => {
  const first = text[start];
  if (first === '"') return text.indexOf('"', start + 1) + 1 || text.length;
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    const character = text[i];
    if (depth === 0 && i > start && (character === ',' || character === '}' || character === ']')) return i;
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth === 0 && (first === '[' || first === '{')) return i + 1;
  }
  return text.length;
};

const somePair = (text: string, random: Random): Pair | undefined => {
  const quote = text.indexOf('":', random.below(text.length));
  if (quote < 1) return undefined;
  return { key: text.lastIndexOf('"', quote - 1), value: quote + 2, end: valueEnd(text, quote + 2) };
};

type TextChange = (text: string, pair: Pair, random: Random) => string;

const replace: TextChange = (text, { value, end }, random) =>
  text.slice(0, value) + random.pick(VALUES) + text.slice(end);

const remove: TextChange = (text, { key, end }) => {
  const behind = text[end] === ',' ? end + 1 : end;
  return text.slice(0, key) + text.slice(behind);
};

const repeat: TextChange = (text, { key, value, end }, random) => {
  const again = text.slice(key, value) + (random.chance(0.3) ? text.slice(value, end) : random.pick(VALUES));
  return random.chance(0.5)
    ? `${text.slice(0, key)}${again},${text.slice(key)}`
    : `${text.slice(0, end)},${again}${text.slice(end)}`;
};

const rename: TextChange = (text, { key, value }, random) =>
  `${text.slice(0, key)}"${random.pick(KEYS)}":${text.slice(value)}`;

const add: TextChange = (text, { key }, random) =>
  `${text.slice(0, key)}"${random.pick(KEYS)}":${random.pick(VALUES)},${text.slice(key)}`;

const swap: TextChange = (text, { value, end }, random) => {
  const other = somePair(text, random);
  if (other === undefined || other.value < end) return text;
  const [left, right] = [text.slice(value, end), text.slice(other.value, other.end)];
  return text.slice(0, value) + right + text.slice(end, other.value) + left + text.slice(other.end);
};

const loosen: TextChange = (text, { key, value }, random) => {
  const space = random.pick([' ', '\n', '\t', '\r\n', '  ', '\u00a0']);
  const place = random.chance(0.5) ? key : value;
  return text.slice(0, place) + space + text.slice(place);
};

const TEXT_CHANGES = [
  replace,
  replace,
  replace,
  replace,
  remove,
  repeat,
  repeat,
  rename,
  add,
  add,
  swap,
  loosen,
] as const;

/** A JSON text with a few of its fields removed, repeated, renamed or given other values. */
export const changeText = (text: string, random: Random): string => {
  let changed = text;
  for (let n = random.pick([0, 0, 1, 1, 1, 2, 3, 6]); n > 0; n -= 1) {
    const pair = somePair(changed, random);
    if (pair !== undefined) changed = random.pick(TEXT_CHANGES)(changed, pair, random);
  }
  return changed;
};

type ByteChange = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const flip: ByteChange = (bytes, random) => {
  const copy = Buffer.from(bytes);
  for (let n = random.pick([1, 1, 1, 2, 5]); n > 0; n -= 1) {
    const place = random.below(copy.length);
    copy[place] = (copy[place] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
};

const digit: ByteChange = (bytes, random) => {
  const copy = Buffer.from(bytes);
  let place = random.below(copy.length);
  while (place < copy.length && !((copy[place] ?? 0) >= 0x30 && (copy[place] ?? 0) <= 0x39)) place += 1;
  if (place < copy.length) copy[place] = 0x30 + random.below(10);
  return copy;
};

const NASTY = [0x00, 0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc3, 0xed, 0xff] as const;

const put: ByteChange = (bytes, random) => {
  const place = random.below(bytes.length);
  const cut = place + random.pick([0, 1]);
  return Buffer.concat([bytes.subarray(0, place), Buffer.from([random.pick(NASTY)]), bytes.subarray(cut)]);
};

const truncate: ByteChange = (bytes, random) => bytes.subarray(0, random.below(bytes.length));
const behead: ByteChange = (bytes, random) => bytes.subarray(random.below(bytes.length));

const cutOut: ByteChange = (bytes, random) => {
  const place = random.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + random.below(20))]);
};

const stutter: ByteChange = (bytes, random) => {
  const place = random.below(bytes.length);
  const end = place + 1 + random.below(40);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(place)]);
};

const splice: ByteChange = (bytes, random, other) =>
  Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))]);

const BYTE_CHANGES = [flip, flip, digit, digit, put, put, truncate, behead, cutOut, stutter, splice] as const;

/** A text's bytes, two times in three unharmed, and now and then something else altogether. */
export const harm = (text: string, other: string, random: Random): Buffer => {
  if (random.chance(0.02)) return Buffer.from(random.pick(WHOLES));
  const bytes = Buffer.from(text);
  return random.chance(0.66) ? bytes : random.pick(BYTE_CHANGES)(bytes, random, Buffer.from(other));
};
