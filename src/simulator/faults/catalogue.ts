/** What a setting of a fault means. */
export interface FaultSettings {
  /** Only these markets; all when absent. */
  readonly markets?: readonly string[] | undefined;
  /** Only this kind of frame: `ticker`, `trade`, `orderbook`, or `candle` (every interval). */
  readonly channel?: 'ticker' | 'trade' | 'orderbook' | 'candle' | undefined;
  /** Only REST calls of this limit group: `market`, `candles`, `crix-trades`, `ticker`, `orderbook`. */
  readonly group?: string | undefined;
  /** Strike with this probability, 0..1, drawn from the simulator's seed; always when absent. */
  readonly rate?: number | undefined;
  /** Clear after this many strikes. */
  readonly times?: number | undefined;
  /** Clear after this time, ms of the simulator's clock. */
  readonly forMs?: number | undefined;
  /** A delay or an offset, ms. */
  readonly ms?: number | undefined;
  /** A size, bytes. */
  readonly bytes?: number | undefined;
}

type Setting = keyof FaultSettings;

interface FaultEntry {
  readonly name: string;
  /** What a client sees. */
  readonly does: string;
  /** Settings it understands beside `rate`, `times` and `forMs`. */
  readonly takes: readonly Setting[];
  /** Acts at the moment it is set and is over; the others stay until cleared. */
  readonly once?: boolean;
}

/** Every fault the simulator knows. */
export const FAULTS = [
  // connections
  {
    name: 'drop-connections',
    does: 'every TCP connection is destroyed now, without a close frame',
    takes: [],
    once: true,
  },
  {
    name: 'refuse-connections',
    does: 'new TCP connections are destroyed as soon as they are accepted, but those to the control endpoint',
    takes: [],
  },
  { name: 'half-open', does: 'sockets that are open stay open but send nothing any more, not even a pong', takes: [] },
  { name: 'close-frame', does: 'every socket is closed now with code 1001', takes: [], once: true },
  {
    name: 'close-1000',
    does: 'every socket is closed now with code 1000 and no error frame before it',
    takes: [],
    once: true,
  },
  {
    name: 'error-frame',
    does: 'every socket gets a TOO_MANY_REQUEST error frame now and is then closed',
    takes: [],
    once: true,
  },
  { name: 'no-compression', does: 'permessage-deflate is refused although the client offers it', takes: [] },
  // handshakes
  { name: 'handshake-418', does: 'a WebSocket handshake is answered 418: blocked for `ms` (10000)', takes: ['ms'] },
  { name: 'handshake-429', does: 'a WebSocket handshake is answered 429', takes: [] },
  { name: 'handshake-502', does: 'a WebSocket handshake is answered 502 with an HTML page', takes: [] },
  { name: 'handshake-503', does: 'a WebSocket handshake is answered 503', takes: [] },
  { name: 'handshake-hang', does: 'a WebSocket handshake is never answered', takes: [] },
  // life of a socket
  { name: 'idle-120', does: 'idle sockets are closed after 120 s instead of 60 s', takes: [] },
  { name: 'idle-close-frame', does: 'an idle socket gets a close frame (1001) instead of a bare TCP drop', takes: [] },
  { name: 'ping-keeps-not-alive', does: 'protocol pings no longer postpone the idle close', takes: [] },
  { name: 'status-at-once', does: 'text PING is answered at once, not only after six seconds', takes: [] },
  { name: 'limit-keeps-open', does: 'too many client messages give an error frame but no close', takes: [] },
  // the market
  {
    name: 'delisted',
    does: 'markets vanish: not in the list, 404 on REST, silence on sockets (give `markets`)',
    takes: ['markets'],
  },
  // which frames are sent
  { name: 'quiet', does: 'no realtime frame at all; snapshots and status go on', takes: [] },
  { name: 'silent-topic', does: 'chosen markets or channels send no realtime frame', takes: ['markets', 'channel'] },
  { name: 'lost-snapshot', does: 'the snapshot of a topic is not sent', takes: ['markets', 'channel'] },
  {
    name: 'delayed-snapshot',
    does: 'a snapshot is sent `ms` late (2000), realtime frames overtake it',
    takes: ['markets', 'channel', 'ms'],
  },
  { name: 'stale-after-resubscribe', does: 'up to two frames of the old set follow a new request', takes: [] },
  { name: 'slow-frames', does: 'every frame is sent `ms` late (1000), order kept', takes: ['ms'] },
  { name: 'trade-gap', does: 'trades are missing on the socket; REST has them', takes: ['markets'] },
  { name: 'duplicate-trades', does: 'trade frames are sent twice', takes: ['markets'] },
  { name: 'out-of-order-trades', does: 'a trade frame is sent after the next one of its market', takes: ['markets'] },
  { name: 'old-book', does: 'an order book frame is followed by the one before it', takes: ['markets'] },
  {
    name: 'late-final-candle',
    does: "a candle's last state is sent after the next candle's first frame",
    takes: ['markets'],
  },
  // what is in a frame
  { name: 'garbage-frame', does: 'a frame holds bytes that are no JSON', takes: ['markets', 'channel'] },
  { name: 'truncated-frame', does: 'a frame ends in the middle', takes: ['markets', 'channel'] },
  {
    name: 'oversized-frame',
    does: 'a frame is padded to `bytes` (2,000,000) of white space',
    takes: ['markets', 'channel', 'bytes'],
  },
  {
    name: 'wrong-types',
    does: 'numbers in a frame are strings and the code is a number',
    takes: ['markets', 'channel'],
  },
  { name: 'text-frames', does: 'frames are text frames instead of binary ones', takes: ['markets', 'channel'] },
  { name: 'list-frames', does: 'frames are wrapped in an array whatever the format', takes: ['markets', 'channel'] },
  { name: 'wrong-market', does: 'a frame or a REST row names another market', takes: ['markets', 'channel', 'group'] },
  { name: 'plain-numbers', does: 'no exponents and no trailing zeros, on REST and on sockets', takes: [] },
  // REST
  { name: 'rest-slow', does: 'answers come `ms` late (1500)', takes: ['group', 'ms'] },
  { name: 'rest-500', does: 'answers 500 with an error body', takes: ['group'] },
  { name: 'rest-503', does: 'answers 503 with an empty body', takes: ['group'] },
  { name: 'rest-html', does: 'answers 200 with an HTML page', takes: ['group'] },
  { name: 'rest-truncated', does: 'answers 200 with JSON cut in the middle', takes: ['group'] },
  { name: 'rest-empty', does: 'answers 200 with an empty body', takes: ['group'] },
  { name: 'rest-hang', does: 'does not answer', takes: ['group'] },
  { name: 'rest-429', does: 'answers 429 whatever the budget', takes: ['group'] },
  { name: 'rest-418', does: 'answers 418: blocked for `ms` (10000)', takes: ['group', 'ms'] },
  { name: 'rest-missing-market', does: 'a market is missing in an answer for several', takes: ['group', 'markets'] },
  { name: 'no-remaining-req', does: 'the remaining-req header is missing', takes: ['group'] },
  { name: 'wrapped-429', does: 'the body of a 429 is wrapped in `error`', takes: [] },
  {
    name: 'rolling-window',
    does: 'the limit is ten in any second instead of ten in each second of the clock',
    takes: [],
  },
  { name: 'clock-skew', does: 'the Date header is `ms` off (60000)', takes: ['ms'] },
] as const satisfies readonly FaultEntry[];

export type FaultName = (typeof FAULTS)[number]['name'];

const BY_NAME = new Map<string, FaultEntry & { name: FaultName }>(FAULTS.map((entry) => [entry.name, entry]));

/** The entry of a fault; undefined for an unknown name. */
export const faultEntry = (name: string): (FaultEntry & { name: FaultName }) | undefined => BY_NAME.get(name);
