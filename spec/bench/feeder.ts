import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { FORMATS, KINDS, makeFrames, type Format, type Kind } from './frames.js';

/*
 * Runs as a child process: an exchange that answers the first message of a socket with a flood of frames. The bytes are
 * made before they are asked for, WebSocket headers included, so that the receiving side is what is measured.
 */

const CHUNK = 64 * 1_024;

/** One unmasked binary frame, as a server sends it. */
const framed = (text: string): Buffer => {
  const payload = Buffer.from(text, 'latin1');
  const header = payload.length < 126 ? Buffer.from([0x82, payload.length]) : Buffer.from([0x82, 126, 0, 0]);
  if (payload.length >= 126) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
};

const chunks = (frames: readonly string[]): Buffer[] => {
  const result: Buffer[] = [];
  let pending: Buffer[] = [];
  let size = 0;
  for (const frame of frames) {
    const bytes = framed(frame);
    pending.push(bytes);
    size += bytes.length;
    if (size >= CHUNK) {
      result.push(Buffer.concat(pending));
      pending = [];
      size = 0;
    }
  }
  result.push(Buffer.concat(pending));
  return result;
};

const made = new Map<string, Buffer[]>();

const prepared = (kind: Kind, format: Format, count: number, topics: number): Buffer[] => {
  const key = `${kind}/${format}/${count}/${topics}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const markets = Array.from({ length: topics }, (_, i) => `KRW-C${String(i).padStart(3, '0')}`);
  const fresh = chunks(makeFrames(kind, format, count, markets));
  made.clear();
  made.set(key, fresh);
  return fresh;
};

const flood = async (socket: Socket, bytes: readonly Buffer[]): Promise<void> => {
  for (const chunk of bytes) {
    if (socket.destroyed) return;
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
};

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (client, request) => {
  const query = new URL(request.url ?? '', 'ws://localhost').searchParams;
  const kind = KINDS.find((each) => each === query.get('kind')) ?? 'ticker';
  const format = FORMATS.find((each) => each === query.get('format')) ?? 'DEFAULT';
  const bytes = prepared(kind, format, Number(query.get('count')), Number(query.get('topics')));
  client.once('message', () => void flood(request.socket, bytes));
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(address.port);
});
process.on('disconnect', () => process.exit(0));
