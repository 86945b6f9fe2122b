import type { FaultBoard, FaultPlace } from '../faults/board.js';
import { Decimal, plainText } from '../numbers/decimal.js';
import { LongInteger, writeJson, type Json, type JsonObject } from '../numbers/json.js';
import { wrongCode } from '../rest/rest-faults.js';
import { formatted, isSimple, type Frame } from './frame.js';
import type { Format } from './requests.js';

/** A frame's bytes as they leave, and whether they leave as a binary frame. */
export interface Payload {
  readonly data: Buffer;
  readonly binary: boolean;
}

const withWrongTypes = (message: JsonObject): JsonObject => {
  const wrong = (key: string, value: Json): Json => {
    if (key === 'code') return 0;
    if (value instanceof Decimal) return plainText(value.units, value.scale);
    if (value instanceof LongInteger) return value.digits;
    return typeof value === 'number' ? String(value) : value;
  };
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, wrong(key, value)]));
};

const spoiledText = (faults: FaultBoard, frame: Frame, format: Format, place: FaultPlace): string => {
  const plain = faults.active('plain-numbers');
  const misnamed = faults.strike('wrong-market', place) !== undefined;
  const mistyped = faults.strike('wrong-types', place) !== undefined;
  const listed = faults.strike('list-frames', place) !== undefined;
  if (!misnamed && !mistyped && !listed) return frame.text(format, plain);
  let message = frame.message(isSimple(format));
  if (misnamed) message = { ...message, code: wrongCode(frame.code) };
  if (mistyped) message = withWrongTypes(message);
  const body = formatted(message, frame.channel, format);
  return writeJson(listed && !Array.isArray(body) ? [body] : body, plain);
};

/** The bytes of a frame after the faults that spoil contents. */
export const payloadOf = (faults: FaultBoard, frame: Frame, format: Format): Payload => {
  const place = { market: frame.code, channel: frame.type };
  const text = spoiledText(faults, frame, format, place);
  const binary = faults.strike('text-frames', place) === undefined;
  if (faults.strike('garbage-frame', place)) return { data: Buffer.from([0xff, 0x00, 0x7b, 0x13, 0x22]), binary: true };
  if (faults.strike('truncated-frame', place)) return { data: Buffer.from(text.slice(0, text.length / 2)), binary };
  const large = faults.strike('oversized-frame', place);
  if (large !== undefined) return { data: Buffer.from(text.padEnd(large.bytes ?? 2_000_000)), binary };
  return { data: Buffer.from(text), binary };
};
