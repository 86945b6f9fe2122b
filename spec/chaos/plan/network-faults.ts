import { fault, rest, socket, withoutSocket } from './define.js';
import type { Act, Fault, Road } from './fault.js';

const onSocket = (name: string, does: string, acts: readonly Act[], more: Partial<Fault> = {}): Fault =>
  fault({ name, does, acts: () => acts, ...more });

const BROKEN = { breaks: ['socket'] satisfies Road[] };

const SOCKET: readonly Fault[] = [
  onSocket('socket-cut', 'the socket is reset', [socket({ kind: 'cut' })], { lasts: [100, 300] }),
  onSocket('socket-half-open', 'the socket passes nothing any more', [socket({ kind: 'freeze' })], {
    ...BROKEN,
    lasts: [4_000, 8_000],
  }),
  onSocket(
    'socket-refused',
    'the socket is reset, new ones are refused',
    [socket({ kind: 'refuse' }), socket({ kind: 'cut' })],
    BROKEN,
  ),
  onSocket(
    'socket-unanswered',
    'the socket is reset, new ones are not answered',
    [socket({ kind: 'mute' }), socket({ kind: 'cut' })],
    BROKEN,
  ),
  onSocket('socket-lag', 'frames come 700 ms late', [socket({ kind: 'lag', ms: 700 })]),
  onSocket('socket-throttled', 'frames come at 60 kB/s', [socket({ kind: 'throttle', bytesPerSecond: 60_000 })]),
  onSocket('socket-split', 'frames come in segments of a few bytes', [socket({ kind: 'split', most: 300 })]),
  onSocket('socket-lumped', 'frames come in lumps every 300 ms', [socket({ kind: 'lump', ms: 300 })]),
  onSocket('socket-corrupted', 'a byte in 20,000 is damaged', [socket({ kind: 'corrupt', every: 20_000 })], {
    excuses: ['rejections', 'lateness'],
  }),
  onSocket('socket-garbage', 'garbage comes between two frames', [socket({ kind: 'garbage' })], {
    excuses: ['rejections'],
    lasts: [100, 300],
  }),
  onSocket('frames-lost', 'a frame in ten is lost', [socket({ kind: 'lose', every: 10 })], {
    excuses: ['lateness', 'omissions'],
  }),
  onSocket('frames-swapped', 'a frame in five comes after its follower', [socket({ kind: 'swap', every: 5 })], {
    excuses: ['disorder'],
  }),
  onSocket('frames-doubled', 'a frame in five comes twice', [socket({ kind: 'double', every: 5 })]),
];

const onRest = (name: string, does: string, acts: readonly Act[], excuses: Fault['excuses'] = []): Fault =>
  fault({
    name,
    does: `${does}, while the socket is away`,
    breaks: ['socket', 'rest'],
    acts: () => withoutSocket(...acts),
    excuses,
  });

const REST: readonly Fault[] = [
  onRest('rest-refused', 'REST is refused', [rest({ kind: 'refuse' }), rest({ kind: 'cut' })]),
  onRest('rest-unanswered', 'REST is not answered', [rest({ kind: 'mute' }), rest({ kind: 'freeze' })]),
  onRest('rest-cut', 'answers of REST are reset', [rest({ kind: 'cut-answers' })]),
  onRest('rest-loris', 'answers of REST come at 100 bytes/s', [rest({ kind: 'throttle', bytesPerSecond: 100 })]),
  onRest('rest-lag', 'answers of REST come 900 ms late', [rest({ kind: 'lag', ms: 900 })]),
  onRest('rest-corrupted', 'a byte in 200 of REST is damaged', [rest({ kind: 'corrupt', every: 200 })], ['rejections']),
];

const NOTHING = { breaks: ['socket', 'rest'] satisfies Road[] };

const BOTH: readonly Fault[] = [
  onSocket(
    'network-down',
    'every connection is reset, new ones are refused',
    [socket({ kind: 'refuse' }), rest({ kind: 'refuse' }), socket({ kind: 'cut' }), rest({ kind: 'cut' })],
    NOTHING,
  ),
  onSocket(
    'network-frozen',
    'no connection passes anything, new ones are not answered',
    [socket({ kind: 'freeze' }), socket({ kind: 'mute' }), rest({ kind: 'freeze' }), rest({ kind: 'mute' })],
    { ...NOTHING, lasts: [2_000, 8_000] },
  ),
];

const PROCESS: readonly Fault[] = [
  onSocket('exchange-stopped', 'the exchange’s process stands still', [{ on: 'process', does: 'stop' }], {
    ...NOTHING,
    lasts: [2_000, 8_000],
    needsProcess: true,
  }),
  onSocket(
    'exchange-restarted',
    'the exchange’s process is killed and started again',
    [{ on: 'process', does: 'restart' }],
    {
      ...NOTHING,
      needsProcess: true,
    },
  ),
];

/** What lies between engine and exchange can do, and what can befall the exchange as a whole. */
export const NETWORK_FAULTS: readonly Fault[] = [...SOCKET, ...REST, ...BOTH, ...PROCESS];
