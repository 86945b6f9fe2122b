import type { FaultName } from 'market-data-backbone/simulator';
import { exchange, fault, ofChannel, ofGroup, reconnecting, withoutSocket } from './define.js';
import type { Fault } from './fault.js';
import { DELISTED } from './markets.js';

const MOMENT = [100, 300] as const;

/** What happens at once and is over. */
const SUDDEN: readonly Fault[] = (
  [
    ['drop-connections', 'every connection is dropped without a word'],
    ['close-frame', 'the socket is closed with 1001'],
    ['close-1000', 'the socket is closed with 1000'],
    ['error-frame', 'the socket gets an error frame and is closed'],
  ] as const
).map(([name, does]) => fault({ name, does, lasts: MOMENT, acts: () => [exchange(name)] }));

const HANDSHAKES: readonly Fault[] = (
  [
    ['handshake-502', 'handshakes are answered with a page'],
    ['handshake-503', 'handshakes are refused'],
    ['handshake-429', 'handshakes are too many'],
    ['handshake-hang', 'handshakes are not answered'],
  ] as const
).map(([name, does]) => fault({ name, does, breaks: ['socket'], acts: () => reconnecting(exchange(name)) }));

/** What a new subscription meets. */
const SUBSCRIPTIONS: readonly Fault[] = (
  [
    ['no-compression', 'compression is refused', []],
    ['lost-snapshot', 'snapshots are not sent', ['omissions']],
    ['delayed-snapshot', 'snapshots come late, after newer frames', ['omissions']],
    ['stale-after-resubscribe', 'frames of the old subscription follow', []],
  ] as const
).map(([name, does, excuses]) => fault({ name, does, excuses, acts: () => reconnecting(exchange(name)) }));

const SPOILED: readonly Fault[] = (['garbage-frame', 'truncated-frame', 'wrong-types'] as const).flatMap((name) => [
  fault({
    name,
    does: 'every frame of a channel is spoiled',
    strikes: 'channel',
    breaks: ['socket'],
    excuses: ['rejections', 'lateness'],
    acts: (planned) => [exchange(name, ofChannel(planned))],
  }),
  fault({
    name: `some-${name}s`,
    does: 'one frame in five is spoiled, of any channel',
    excuses: ['rejections', 'lateness'],
    acts: () => [exchange(name, { rate: 0.2 })],
  }),
]);

/** Frames that are unusual, and right. */
const UNUSUAL: readonly Fault[] = (
  [
    ['text-frames', 'frames are text'],
    ['list-frames', 'frames are wrapped in lists'],
    ['plain-numbers', 'numbers are spelled plainly'],
    ['duplicate-trades', 'trades are sent twice'],
    ['old-book', 'an older book follows each'],
    ['late-final-candle', 'the last state of a candle comes late'],
  ] as const
).map(([name, does]) => fault({ name, does, acts: () => [exchange(name)] }));

const REST_BROKEN: readonly Fault[] = (
  [
    'rest-500',
    'rest-503',
    'rest-html',
    'rest-truncated',
    'rest-empty',
    'rest-hang',
    'rest-429',
  ] as const satisfies readonly FaultName[]
).map((name) =>
  fault({
    name,
    does: 'REST of one channel fails while the socket is away',
    strikes: 'channel',
    breaks: ['socket', 'rest'],
    breaksOthers: ['socket'],
    excuses: ['rejections'],
    acts: (planned) => withoutSocket(exchange(name, ofGroup(planned))),
  }),
);

/** REST as it may be, while it alone is left. */
const REST_STRANGE: readonly Fault[] = (
  [
    ['no-remaining-req', 'REST does not tell what is left of the budget'],
    ['rolling-window', 'the budget counts any second'],
    ['clock-skew', 'the exchange’s clock is a minute off'],
  ] as const
).map(([name, does]) => fault({ name, does, breaks: ['socket'], acts: () => withoutSocket(exchange(name)) }));

/** What the exchange itself can do. */
export const EXCHANGE_FAULTS: readonly Fault[] = [
  ...SUDDEN,
  ...HANDSHAKES,
  ...SUBSCRIPTIONS,
  ...SPOILED,
  ...UNUSUAL,
  ...REST_BROKEN,
  ...REST_STRANGE,
  fault({
    name: 'refuse-connections',
    does: 'new connections are dropped at once, all that are open too',
    breaks: ['socket', 'rest'],
    acts: () => [exchange('refuse-connections'), exchange('drop-connections')],
  }),
  fault({
    name: 'half-open',
    does: 'the exchange falls silent on its sockets, pongs too',
    breaks: ['socket'],
    lasts: [4_000, 8_000],
    acts: () => [exchange('half-open')],
  }),
  fault({
    name: 'handshake-418',
    does: 'a handshake is answered: blocked for 2 s',
    breaks: ['socket', 'rest'],
    lasts: [500, 1_500],
    after: 2_000,
    acts: () => reconnecting(exchange('handshake-418', { ms: 2_000 })),
  }),
  fault({
    name: 'rest-418',
    does: 'REST answers: blocked for 2 s, while the socket is away',
    breaks: ['socket', 'rest'],
    lasts: [500, 1_500],
    after: 2_000,
    acts: () => withoutSocket(exchange('rest-418', { ms: 2_000 })),
  }),
  fault({
    name: 'quiet',
    does: 'nothing is told on the socket',
    breaks: ['socket'],
    excuses: ['lateness'],
    acts: () => [exchange('quiet')],
  }),
  fault({
    name: 'silent-topic',
    excuses: ['lateness'],
    does: 'one channel is silent on the socket',
    breaks: ['socket'],
    strikes: 'channel',
    lasts: [3_000, 6_000],
    acts: (planned) => [exchange('silent-topic', ofChannel(planned))],
  }),
  fault({
    name: 'slow-frames',
    does: 'frames come 600 ms late',
    acts: () => [exchange('slow-frames', { ms: 600 })],
  }),
  fault({
    name: 'trade-gap',
    excuses: ['lateness', 'omissions'],
    does: 'one trade in three is missing on the socket',
    acts: () => [exchange('trade-gap', { rate: 0.3 })],
  }),
  fault({
    name: 'out-of-order-trades',
    does: 'trades come after their followers',
    excuses: ['disorder'],
    acts: () => [exchange('out-of-order-trades')],
  }),
  fault({
    name: 'oversized-frame',
    does: 'now and then a frame of 2 MB',
    excuses: ['rejections'],
    acts: () => [exchange('oversized-frame', { rate: 0.02 })],
  }),
  fault({
    name: 'wrong-market-frame',
    does: 'a frame of one channel in five names another market',
    strikes: 'channel',
    excuses: ['rejections', 'lateness', 'omissions'],
    acts: (planned) => [exchange('wrong-market', { ...ofChannel(planned), rate: 0.2 })],
  }),
  fault({
    name: 'wrong-market-row',
    does: 'REST rows name another market while the socket is away',
    strikes: 'channel',
    breaks: ['socket', 'rest'],
    breaksOthers: ['socket'],
    excuses: ['rejections'],
    acts: (planned) => withoutSocket(exchange('wrong-market', ofGroup(planned))),
  }),
  fault({
    name: 'rest-missing-market',
    does: 'REST leaves out a market while the socket is away',
    strikes: 'channel',
    breaks: ['socket', 'rest'],
    breaksOthers: ['socket'],
    acts: (planned) => withoutSocket(exchange('rest-missing-market', ofGroup(planned))),
  }),
  fault({
    name: 'rest-slow',
    does: 'REST takes 1.5 s while the socket is away',
    strikes: 'channel',
    breaks: ['socket', 'rest'],
    breaksOthers: ['socket'],
    acts: (planned) => withoutSocket(exchange('rest-slow', { ...ofGroup(planned), ms: 1_500 })),
  }),
  fault({
    name: 'wrapped-429',
    does: 'REST answers a 429 of another form while the socket is away',
    strikes: 'channel',
    breaks: ['socket', 'rest'],
    breaksOthers: ['socket'],
    acts: (planned) => withoutSocket(exchange('wrapped-429'), exchange('rest-429', ofGroup(planned))),
  }),
  fault({
    name: 'delisted',
    does: 'a market that is watched beside the others vanishes',
    lasts: [3_000, 5_000],
    acts: () => [exchange('delisted', { markets: [DELISTED] })],
  }),
];
