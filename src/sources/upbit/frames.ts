import { isAscii } from 'node:buffer';
import { MarketDataError } from '../../errors.js';
import type { MarketEvent } from '../../model/events.js';
import type { Rejection } from '../../model/signals.js';
import { intervalOfWireType } from './channels.js';
import { isCandle, isOrderbook, isTicker, isTrade } from './guards.js';
import { readCandle, readOrderbook, readTicker, readTrade, type Message, type Stamp } from './mapper.js';
import { quickRead } from './quick-read.js';
import { explainMismatch, quoteIds, socketMessages, toDefaultSpelling } from './messages.js';
import type { Routes } from './routes.js';

export interface FrameLedger {
  received: number;
  delivered: number;
  unclaimed: number;
  control: number;
  rejected: number;
}

export interface FrameReader {
  readonly stamp: Stamp;
  readonly routes: Routes;
  readonly ledger: FrameLedger;
  /** ms UTC. */
  readonly now: () => number;
  readonly reject: (rejection: Rejection) => void;
  /** The exchange answered a request of ours with an error. */
  readonly refuse: (error: MarketDataError) => void;
}

/**
 * The way of a frame, from the socket's bytes to its topic, as one plain function: decode, map, guard, dispatch.
 * What does not fit becomes a rejection; nothing is thrown.
 */
export const readFrame = (reader: FrameReader, frame: Buffer): void => {
  reader.ledger.received += 1;
  const event = quickRead(frame, reader.stamp, reader.now());
  if (event === undefined) readText(reader, frame);
  else deliver(reader, event.type, event, event.type === 'orderbook' ? event.level : 0);
};

/** The long way, for what `quickRead` does not know. */
const readText = (reader: FrameReader, frame: Buffer): void => {
  // Market frames are ASCII, and latin1 is the faster way to the same string; error texts are Korean.
  const text = frame.toString(isAscii(frame) ? 'latin1' : 'utf8');
  const parsed = parse(text);
  if (isMessage(parsed)) {
    readMessage(reader, parsed, text);
  } else if (Array.isArray(parsed)) {
    readList(reader, text);
  } else {
    reject(reader, text, parsed === undefined ? 'not JSON' : 'expected a JSON object or a list of them');
  }
};

/** LIST formats: every element is a message. The frame counts once, as the best thing that became of its elements. */
const readList = (reader: FrameReader, text: string): void => {
  const messages: readonly unknown[] = JSON.parse(quoteIds(text)) as readonly unknown[];
  const { ledger } = reader;
  const before = { ...ledger };
  for (const message of messages) {
    if (isMessage(message)) readMessage(reader, message, text);
    else reject(reader, text, 'expected a JSON object in the list');
  }
  const best = (['delivered', 'rejected', 'unclaimed'] as const).find((fate) => ledger[fate] > before[fate]);
  Object.assign(ledger, before);
  ledger[best ?? 'control'] += 1;
};

const readMessage = (reader: FrameReader, message: Message, text: string): void => {
  const type = message['ty'] === undefined ? message['type'] : message['ty'];
  if (typeof type !== 'string') {
    readControl(reader, message, text);
    return;
  }
  const { stamp, now } = reader;
  switch (type) {
    case 'ticker': {
      const event = readTicker(message, stamp, now());
      if (isTicker(event)) deliver(reader, type, event);
      else mismatch(reader, 'ticker', message, text);
      return;
    }
    case 'trade': {
      const event = readTrade(message, stamp, now(), tradeId(message, text));
      if (isTrade(event)) deliver(reader, type, event);
      else mismatch(reader, 'trade', message, text);
      return;
    }
    case 'orderbook': {
      const event = readOrderbook(message, stamp, now());
      if (isOrderbook(event)) deliver(reader, type, event, event.level);
      else mismatch(reader, 'orderbook', message, text);
      return;
    }
    default: {
      const interval = intervalOfWireType(type);
      const event = interval === undefined ? undefined : readCandle(message, stamp, now(), interval);
      if (event === undefined) reject(reader, text, `unknown message type '${type}'`);
      else if (isCandle(event)) deliver(reader, type, event);
      else mismatch(reader, 'candle', message, text);
    }
  }
};

const deliver = ({ routes, ledger }: FrameReader, type: string, event: MarketEvent, level = 0): void => {
  if (routes.dispatch(event, type, level)) ledger.delivered += 1;
  else ledger.unclaimed += 1;
};

/** Errors of which the same request would only earn another. */
const FATAL = new Set(['WRONG_FORMAT', 'NO_TICKET', 'NO_TYPE', 'NO_CODES', 'INVALID_PARAM', 'INVALID_AUTH']);

/** Everything that is not market data: `{"status":"UP"}`, subscription listings, errors. */
const readControl = (reader: FrameReader, message: Message, text: string): void => {
  const error = message['error'];
  if (isMessage(error)) {
    reader.ledger.control += 1;
    const name = String(error['name']);
    reader.refuse(
      new MarketDataError(`the exchange answered the subscription with ${name}: ${String(error['message'])}`, {
        code: FATAL.has(name) ? 'SUBSCRIPTION_REFUSED' : 'SOCKET_LOST',
        retryable: !FATAL.has(name),
        details: { name },
      }),
    );
  } else if ('status' in message || 'method' in message || 'mthd' in message) {
    reader.ledger.control += 1;
  } else {
    reject(reader, text, 'neither market data nor a control message: no type, status, method or error');
  }
};

/** A trade's id as digits. Numbers beyond 2^53 have been rounded by the parser, so they are read from the text again. */
const tradeId = (message: Message, text: string): string | undefined => {
  const id = message['ty'] === undefined ? message['sequential_id'] : message['sid'];
  if (typeof id === 'string') return /^\d+$/.test(id) ? id : undefined;
  const exact = typeof id === 'number' ? parse(quoteIds(text)) : undefined;
  // An id still a number was no whole one.
  return isMessage(exact) ? tradeId(exact, '') : undefined;
};

const mismatch = (reader: FrameReader, channel: keyof typeof socketMessages, message: Message, text: string): void => {
  const data = toDefaultSpelling(message);
  const id = tradeId(message, text);
  const value = channel === 'trade' && id !== undefined ? { ...data, sequential_id: id } : data;
  reject(reader, text, `${channel}: ${explainMismatch(socketMessages[channel], value) ?? 'not as documented'}`);
};

const reject = ({ ledger, reject: tell, stamp, now }: FrameReader, text: string, reason: string): void => {
  ledger.rejected += 1;
  tell({ type: 'rejected', exchange: stamp.exchange, at: now(), via: 'websocket', reason, raw: text.slice(0, 2_000) });
};

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
