import { makeFrame } from './frames.js';
import { marketCodes, type Load } from './load.js';

const CHUNK = 64 * 1_024;
/** Floods kept ready; the rounds of one comparison come back to the same ones. */
const READY = 3;

/** One unmasked binary frame, as a server sends it. */
const framed = (text: string): Buffer => {
  const payload = Buffer.from(text, 'latin1');
  const header = payload.length < 126 ? Buffer.from([0x82, payload.length]) : Buffer.from([0x82, 126, 0, 0]);
  if (payload.length >= 126) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
};

const makeFlood = ({ kind, format, count, topics }: Load): readonly Buffer[] => {
  const markets = marketCodes(topics);
  const chunks: Buffer[] = [];
  let pending: Buffer[] = [];
  let size = 0;
  for (let i = 0; i < count; i += 1) {
    const bytes = framed(makeFrame(kind, format, i, markets));
    pending.push(bytes);
    size += bytes.length;
    if (size < CHUNK && i < count - 1) continue;
    chunks.push(Buffer.concat(pending));
    pending = [];
    size = 0;
  }
  return chunks;
};

const made = new Map<string, readonly Buffer[]>();

/** All bytes of a load in pieces of some 64 KiB, WebSocket headers included: sending them costs the feeder next to nothing. */
export const flood = (load: Load): readonly Buffer[] => {
  const key = JSON.stringify(load);
  const bytes = made.get(key) ?? makeFlood(load);
  made.delete(key);
  made.set(key, bytes);
  for (const oldest of made.keys()) if (made.size > READY) made.delete(oldest);
  return bytes;
};
