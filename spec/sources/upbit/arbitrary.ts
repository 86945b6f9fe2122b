import fc from 'fast-check';

/* Upbit's socket messages as it documents them, well-formed and in every way spoilt, as raw text. */

/** A key and the raw text of its value. */
export type Pair = readonly [key: string, json: string];
export type Spelling = 'DEFAULT' | 'SIMPLE';
export type StreamChannel = 'ticker' | 'trade' | 'orderbook' | 'candle';

const letters = (text: string): fc.Arbitrary<string> => fc.constantFrom(...text.split(''));
const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: letters('0123456789'), minLength, maxLength });

const head = fc.tuple(letters('123456789'), digits(0, 9)).map((parts) => parts.join(''));
/** A positive number in every style seen on the wire: `106691000`, `106691000.00000000`, `1.16539E8`, `7.9276E-4`. */
const price = fc.oneof(
  head,
  head.map((text) => `${text}.00000000`),
  fc.tuple(head, digits(0, 7), letters('123456789')).map(([whole, rest, last]) => `${whole}.${rest}${last}`),
  fc.tuple(letters('123456789'), digits(1, 8), fc.integer({ min: -9, max: 12 })).map(([a, b, e]) => `${a}.${b}E${e}`),
);
const amount = fc.oneof(price, fc.constantFrom('0', '0.0', '0.00000000', '0E0'));
const signed = fc.oneof(
  amount,
  price.map((text) => `-${text}`),
);
const instant = fc.integer({ min: 1_600_000_000_000, max: 1_788_335_181_000 }).map(String);
const code = fc.constantFrom('KRW-BTC', 'KRW-ETH', 'BTC-ETH', 'USDT-XRP').map((text) => `"${text}"`);
const side = fc.constantFrom('"ASK"', '"BID"');
const text = fc.constantFrom('"RISE"', '"20260902"', '"2026-09-02"', '"REALTIME"', '"NONE"', '""');
const flag = fc.constantFrom('true', 'false');
const id = fc.oneof(
  fc.constantFrom('17883351803770001', '17883351803770003'),
  digits(15, 17).map((rest) => `1${rest}`),
);
const utc = fc
  .integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2026, 8) / 60_000 })
  .map((minute) => `"${new Date(minute * 60_000).toISOString().slice(0, 19)}"`);

const unit = (spelling: Spelling, [ask, bid, askSize, bidSize]: readonly string[]): string =>
  spelling === 'DEFAULT'
    ? `{"ask_price":${ask},"bid_price":${bid},"ask_size":${askSize},"bid_size":${bidSize}}`
    : `{"ap":${ask},"bp":${bid},"as":${askSize},"bs":${bidSize}}`;

const byPrice = (a: string, b: string): number => Number(a) - Number(b);

/** As many asks as bids, best first, the bids below the asks; up to half of one side is padding. */
const units = (spelling: Spelling): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(price, { maxLength: 8 }),
      fc.array(fc.tuple(amount, amount), { minLength: 4, maxLength: 4 }),
      fc.nat(8),
    )
    .map(([prices, sizes, padding]) => {
      const sorted = [...prices].sort(byPrice);
      const half = Math.floor(sorted.length / 2);
      const [bids, asks] = [sorted.slice(0, half).reverse(), sorted.slice(half)];
      const rows = bids.map((bid, i) => {
        const padded = padding % 2 === 1 && i >= half - Math.floor(padding / 4);
        const [askSize = '0', bidSize = '0'] = sizes[i] ?? [];
        return unit(spelling, padded ? [asks[i] ?? '0', '0', askSize, '0.0'] : [asks[i] ?? '0', bid, askSize, bidSize]);
      });
      return `[${rows.join()}]`;
    });

type Field = readonly [long: string, short: string, value: fc.Arbitrary<string> | 'units' | 'type'];

/** Every documented key of every message, in the order of the wire. */
export const FIELDS: Readonly<Record<StreamChannel, readonly Field[]>> = {
  ticker: [
    ['type', 'ty', 'type'],
    ['code', 'cd', code],
    ['opening_price', 'op', price],
    ['high_price', 'hp', price],
    ['low_price', 'lp', price],
    ['trade_price', 'tp', price],
    ['prev_closing_price', 'pcp', price],
    ['acc_trade_price', 'atp', amount],
    ['change', 'c', text],
    ['change_price', 'cp', amount],
    ['signed_change_price', 'scp', signed],
    ['change_rate', 'cr', amount],
    ['signed_change_rate', 'scr', signed],
    ['ask_bid', 'ab', side],
    ['trade_volume', 'tv', amount],
    ['acc_trade_volume', 'atv', amount],
    ['trade_date', 'tdt', text],
    ['trade_time', 'ttm', text],
    ['trade_timestamp', 'ttms', instant],
    ['acc_ask_volume', 'aav', amount],
    ['acc_bid_volume', 'abv', amount],
    ['highest_52_week_price', 'h52wp', price],
    ['highest_52_week_date', 'h52wdt', text],
    ['lowest_52_week_price', 'l52wp', price],
    ['lowest_52_week_date', 'l52wdt', text],
    ['market_state', 'ms', text],
    ['is_trading_suspended', 'its', flag],
    ['delisting_date', 'dd', fc.constant('null')],
    ['market_warning', 'mw', text],
    ['acc_trade_price_24h', 'atp24h', amount],
    ['acc_trade_volume_24h', 'atv24h', amount],
    ['timestamp', 'tms', instant],
    ['stream_type', 'st', text],
  ],
  trade: [
    ['type', 'ty', 'type'],
    ['code', 'cd', code],
    ['timestamp', 'tms', instant],
    ['trade_date', 'td', text],
    ['trade_time', 'ttm', text],
    ['trade_timestamp', 'ttms', instant],
    ['trade_price', 'tp', price],
    ['trade_volume', 'tv', amount],
    ['ask_bid', 'ab', side],
    ['prev_closing_price', 'pcp', price],
    ['change', 'c', text],
    ['change_price', 'cp', amount],
    ['sequential_id', 'sid', id],
    ['best_ask_price', 'bap', price],
    ['best_ask_size', 'bas', amount],
    ['best_bid_price', 'bbp', price],
    ['best_bid_size', 'bbs', amount],
    ['stream_type', 'st', text],
  ],
  orderbook: [
    ['type', 'ty', 'type'],
    ['code', 'cd', code],
    ['timestamp', 'tms', instant],
    ['total_ask_size', 'tas', amount],
    ['total_bid_size', 'tbs', amount],
    ['orderbook_units', 'obu', 'units'],
    ['stream_type', 'st', text],
    ['level', 'lv', fc.constantFrom('0', '0.0', '10000', '1.0E4')],
  ],
  candle: [
    ['type', 'ty', 'type'],
    ['code', 'cd', code],
    ['candle_date_time_utc', 'cdttmu', utc],
    ['candle_date_time_kst', 'cdttmk', utc],
    ['opening_price', 'op', price],
    ['high_price', 'hp', price],
    ['low_price', 'lp', price],
    ['trade_price', 'tp', price],
    ['candle_acc_trade_volume', 'catv', amount],
    ['candle_acc_trade_price', 'catp', amount],
    ['timestamp', 'tms', instant],
    ['stream_type', 'st', text],
  ],
};

export const CHANNELS = ['ticker', 'trade', 'orderbook', 'candle'] as const;
export const spelling = fc.constantFrom<Spelling>('DEFAULT', 'SIMPLE');

/** A well-formed message of canonical spelling: documented order, no whitespace, all keys. */
export const wellFormed = (channel: StreamChannel, spelt: Spelling): fc.Arbitrary<readonly Pair[]> =>
  fc.tuple(
    ...FIELDS[channel].map(([long, short, value]) => {
      const json =
        value === 'type'
          ? fc.constant(channel === 'candle' ? '"candle.1m"' : `"${channel}"`)
          : value === 'units'
            ? units(spelt)
            : value;
      return json.map((raw): Pair => [spelt === 'DEFAULT' ? long : short, raw]);
    }),
  );

export const jsonOf = (pairs: readonly Pair[]): string => `{${pairs.map(([key, json]) => `"${key}":${json}`).join()}}`;

const strange = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '""', '"1"', '"KRW-BTC"', '"krw-btc"', '"x"', '[]', '{}', '[{}]', '[null]'),
  fc.constantFrom(
    '0',
    '-0',
    '-1',
    '1.5',
    '-0.0',
    '1e400',
    '-1e400',
    '9007199254740993',
    '5e-324',
    '01',
    '1.',
    '.5',
    'NaN',
  ),
  fc.constantFrom(
    '"비트코인"',
    '"\\u004b"',
    '"a\\"b"',
    '"\\"sid\\":5,"',
    '{"sid":7,"tp":3}',
    '[{"ap":1,"bp":1,"as":1,"bs":1}]',
  ),
  fc.constantFrom(
    '[{"ap":1,"bp":0,"as":1,"bs":0,"x":[]}]',
    '[{"ask_price":1,"bid_price":1,"ask_size":1,"bid_size":null}]',
  ),
  fc.constantFrom(
    '"ticker"',
    '"trade"',
    '"orderbook"',
    '"2026-02-30T00:00:00"',
    '"2026-09-01"',
    '"2026-09-01T00:00:00Z"',
  ),
  price,
  id,
);
const names = [...new Set(Object.values(FIELDS).flatMap((fields) => fields.flatMap(([long, short]) => [long, short])))];
const key = fc.oneof(
  fc.constantFrom(...names),
  fc.constantFrom('dE', 'v2', 'x', '', 'error', 'status', 'constructor', '코드'),
);

const places = fc.nat(60);
type Change = (pairs: readonly Pair[]) => readonly Pair[];
const at = (i: number, pairs: readonly Pair[]): number => (pairs.length === 0 ? 0 : i % pairs.length);

const change: fc.Arbitrary<Change> = fc.oneof(
  places.map(
    (i): Change =>
      (pairs) =>
        pairs.toSpliced(at(i, pairs), 1),
  ),
  fc.tuple(places, strange).map(
    ([i, json]): Change =>
      (pairs) =>
        pairs.map((pair, n) => (n === at(i, pairs) ? [pair[0], json] : pair)),
  ),
  fc.tuple(places, key, strange).map(
    ([i, name, json]): Change =>
      (pairs) =>
        pairs.toSpliced(at(i, pairs) + 1, 0, [name, json]),
  ),
  fc.tuple(places, places).map(([from, to]): Change => (pairs) => {
    const pair = pairs[at(from, pairs)];
    return pair === undefined ? pairs : pairs.toSpliced(at(from, pairs), 1).toSpliced(at(to, pairs), 0, pair);
  }),
  fc.tuple(places, places, strange, fc.boolean()).map(([from, to, json, same]): Change => (pairs) => {
    const pair = pairs[at(from, pairs)];
    return pair === undefined ? pairs : pairs.toSpliced(at(to, pairs) + 1, 0, same ? pair : [pair[0], json]);
  }),
);

type Damage = (frame: Buffer) => Buffer;
const space = fc.constantFrom(' ', '\n', '\t', '\r\n', '  ');
const damage: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Damage>((frame) => frame) },
  fc.nat(2_000).map(
    (length): Damage =>
      (frame) =>
        frame.subarray(0, length % (frame.length + 1)),
  ),
  fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 3 }).map((flips): Damage => (frame) => {
    const copy = Buffer.from(frame);
    for (const [i, byte] of flips) if (copy.length > 0) copy[i % copy.length] = byte;
    return copy;
  }),
  space.map(
    (gap): Damage =>
      (frame) =>
        Buffer.from(frame.toString().replace(/([:,])/, `$1${gap}`)),
  ),
  space.map(
    (gap): Damage =>
      (frame) =>
        Buffer.from(gap + frame.toString() + gap),
  ),
  fc.constantFrom('}', ']', ',', '{}', 'x').map(
    (tail): Damage =>
      (frame) =>
        Buffer.from(frame.toString() + tail),
  ),
  fc.constant<Damage>((frame) => Buffer.from(`[${frame.toString()}]`)),
);

/** A message of one channel with up to `most` changes to its fields and then perhaps to its bytes. */
export const spoilt = (most: number): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...CHANNELS), spelling)
    .chain(([channel, spelt]) => fc.tuple(wellFormed(channel, spelt), fc.array(change, { maxLength: most }), damage))
    .map(([pairs, changes, harm]) =>
      harm(Buffer.from(jsonOf(changes.reduce<readonly Pair[]>((changed, apply) => apply(changed), pairs)))),
    );
