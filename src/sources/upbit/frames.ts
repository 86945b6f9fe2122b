import { isAscii } from 'node:buffer';
import { MarketDataError } from '../../errors.js';
import type { MarketEvent } from '../../model/events.js';
import type { Rejection } from '../../model/signals.js';
import { intervalOfWireType } from './channels.js';
import { timeOf, tooEarly, type ExchangeClock } from './exchange-clock.js';
import { isCandle, isOrderbook, isTicker, isTrade } from './guards.js';
import { readCandle, readOrderbook, readTicker, readTrade, type Message, type Stamp } from './mapper.js';
import { quickRead } from './quick-read.js';
import { TRADE_ID, excerpt, explainMismatch, quoteIds, socketMessages, toDefaultSpelling } from './messages.js';
import type { Routes } from './routes.js';

export interface FrameLedger {
  received: number;
  delivered: number;
  unclaimed: number;
  control: number;
  rejected: number;
}

interface FrameReader {
  readonly stamp: Stamp;
  readonly routes: Routes;
  readonly ledger: FrameLedger;
  /** What the exchange's messages have shown of its clock. */
  readonly clock: ExchangeClock;
  /** ms UTC. */
  readonly now: () => number;
  readonly reject: (rejection: Rejection) => void;
  /** The exchange answered a request of ours with an error. */
  readonly refuse: (error: MarketDataError) => void;
}

/** What became of a message; why it was rejected is worked out only for who is told. */
type Fate = 'delivered' | 'unclaimed' | 'control' | Refusal;
type Refusal = () => string;

/** Characters of a rejected frame that are kept, and the bytes that they can take in UTF-8. */
const KEPT = 2_000;
const KEPT_BYTES = 3 * KEPT;
/** Units of a book that are looked at to say what is wrong with it. */
const MOST_UNITS = 100;

/**
 * The way of a frame, from the socket's bytes to its topic, as one plain function: decode, map, guard, dispatch.
 * What does not fit becomes a rejection; nothing is thrown. A frame is counted once it is known what became of it, so the
 * ledger balances whenever it is looked at.
 */
export const readFrame = (reader: FrameReader, frame: Buffer): void => {
  const event = isAnswer(frame) ? undefined : quickRead(frame, reader.stamp, reader.now());
  if (event === undefined) {
    readText(reader, frame);
    return;
  }
  const fate = deliver(reader, event.type, event);
  if (fate === 'delivered') {
    reader.ledger.received += 1;
    reader.ledger.delivered += 1;
  } else {
    settle(reader, frame, fate);
  }
};

/**
 * Whether a frame looks as if it answered a subscription: `…"SNAPSHOT"}`, and not `…"REALTIME"}`. There is one for each
 * topic at the beginning, so that the long way may be theirs.
 */
const isAnswer = (frame: Buffer): boolean => frame[frame.length - 3] === LAST_OF_SNAPSHOT;
const LAST_OF_SNAPSHOT = 'T'.charCodeAt(0);

/** Counts a frame, and tells why where it was rejected. */
const settle = (reader: FrameReader, frame: Buffer, fate: Fate): void => {
  const { ledger } = reader;
  ledger.received += 1;
  if (typeof fate === 'string') {
    ledger[fate] += 1;
  } else {
    ledger.rejected += 1;
    reject(reader, frame, fate());
  }
};

/** The long way, for what `quickRead` does not know. */
const readText = (reader: FrameReader, frame: Buffer): void => {
  // Market frames are ASCII, and latin1 is the faster way to the same string; error texts are Korean.
  const text = frame.toString(isAscii(frame) ? 'latin1' : 'utf8');
  const parsed = parse(text);
  if (isMessage(parsed)) {
    settle(reader, frame, readMessage(reader, withExactId(parsed, text)));
  } else if (Array.isArray(parsed)) {
    readList(reader, frame, text);
  } else {
    settle(reader, frame, () => (parsed === undefined ? 'not JSON' : 'expected a JSON object or a list of them'));
  }
};

/**
 * LIST formats: every element is a message. The frame counts once, as the best thing that became of its elements; of
 * the rejected ones the first is told, since a frame can hold very many.
 */
const readList = (reader: FrameReader, frame: Buffer, text: string): void => {
  const messages = JSON.parse(quoteIds(text)) as readonly unknown[];
  const fates = messages.map((message) =>
    isMessage(message) ? readMessage(reader, message) : () => 'expected a JSON object in the list',
  );
  const refusals = fates.filter((fate) => typeof fate !== 'string');
  const [first] = refusals;
  const others = refusals.length - 1;
  const refusal = first && (() => (others > 0 ? `${first()} (and ${others} more of the list)` : first()));
  if (refusal === undefined || !fates.includes('delivered')) {
    settle(
      reader,
      frame,
      refusal ?? (['delivered', 'unclaimed'] as const).find((fate) => fates.includes(fate)) ?? 'control',
    );
    return;
  }
  settle(reader, frame, 'delivered');
  reject(reader, frame, refusal());
};

const readMessage = (reader: FrameReader, message: Message): Fate => {
  const type = message['ty'] === undefined ? message['type'] : message['ty'];
  if (typeof type !== 'string') return readControl(reader, message);
  const { stamp, now } = reader;
  switch (type) {
    case 'ticker': {
      const event = readTicker(message, stamp, now());
      return isTicker(event) ? deliver(reader, type, marked(event, message)) : mismatch('ticker', message);
    }
    case 'trade': {
      const event = readTrade(message, stamp, now(), tradeId(message));
      return isTrade(event) ? deliver(reader, type, marked(event, message)) : mismatch('trade', message);
    }
    case 'orderbook': {
      const event = readOrderbook(message, stamp, now());
      return isOrderbook(event) ? deliver(reader, type, marked(event, message)) : mismatch('orderbook', message);
    }
    default: {
      const interval = intervalOfWireType(type);
      if (interval === undefined) return () => `unknown message type '${excerpt(type, 50)}'`;
      const event = readCandle(message, stamp, now(), interval);
      return isCandle(event) ? deliver(reader, type, marked(event, message)) : mismatch('candle', message);
    }
  }
};

/** The event, marked if it answers a subscription. */
const marked = (event: MarketEvent, message: Message): MarketEvent => {
  const stream = message['ty'] === undefined ? message['stream_type'] : message['st'];
  return stream === 'SNAPSHOT' ? { ...event, snapshot: true } : event;
};

const deliver = ({ routes, clock }: FrameReader, type: string, event: MarketEvent): Fate => {
  const { receivedAt } = event;
  const time = timeOf(event);
  if (!clock.believes(time, receivedAt)) return () => tooEarly(time, receivedAt);
  return routes.dispatch(event, type, event.type === 'orderbook' ? event.level : 0) ? 'delivered' : 'unclaimed';
};

/** Errors of which the same request would only earn another. */
const FATAL = new Set(['WRONG_FORMAT', 'NO_TICKET', 'NO_TYPE', 'NO_CODES', 'INVALID_PARAM', 'INVALID_AUTH']);

/** Everything that is not market data: `{"status":"UP"}`, subscription listings, errors. */
const readControl = (reader: FrameReader, message: Message): Fate => {
  const error = message['error'];
  if (isMessage(error)) {
    const name = wordOf(error['name']);
    reader.refuse(
      new MarketDataError(`the exchange answered the subscription with ${name}: ${wordOf(error['message'])}`, {
        code: FATAL.has(name) ? 'SUBSCRIPTION_REFUSED' : 'SOCKET_LOST',
        retryable: !FATAL.has(name),
        details: { name },
      }),
    );
    return 'control';
  }
  const known = 'status' in message || 'method' in message || 'mthd' in message;
  return known ? 'control' : () => 'neither market data nor a control message: no type, status, method or error';
};

/** A word of the exchange's, whatever it sent in its place. */
const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? excerpt(String(value), 300) : 'something unreadable';

/** The message with its id as digits: numbers beyond 2^53 have been rounded by the parser, so the text is read again. */
const withExactId = (message: Message, text: string): Message => {
  if (typeof message['sid'] !== 'number' && typeof message['sequential_id'] !== 'number') return message;
  const exact = parse(quoteIds(text));
  return isMessage(exact) ? exact : message;
};

/** A trade's id as digits; one that is still a number was no whole one. */
const tradeId = (message: Message): string | undefined => {
  const id = message['ty'] === undefined ? message['sequential_id'] : message['sid'];
  return typeof id === 'string' && TRADE_ID.test(id) ? id : undefined;
};

const mismatch =
  (channel: keyof typeof socketMessages, message: Message): Refusal =>
  () =>
    `${channel}: ${explainMismatch(socketMessages[channel], toDefaultSpelling(beginningOf(message))) ?? 'not as documented'}`;

/** The message with no more units than any book has: of a hundred thousand bad ones the first few will do. */
const beginningOf = (message: Message): Message => {
  const key = message['ty'] === undefined ? 'orderbook_units' : 'obu';
  const units = message[key];
  return Array.isArray(units) ? { ...message, [key]: units.slice(0, MOST_UNITS) as unknown[] } : message;
};

const reject = ({ reject: tell, stamp, now }: FrameReader, frame: Buffer, reason: string): void =>
  tell({ type: 'rejected', exchange: stamp.exchange, at: now(), via: 'websocket', reason, raw: beginning(frame) });

const beginning = (frame: Buffer): string => excerpt(frame.toString('utf8', 0, KEPT_BYTES), KEPT);

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
