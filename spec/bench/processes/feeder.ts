import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { WebSocketServer } from 'ws';
import { flood } from '../load/flood.js';
import { loadSchema, marketCodes } from '../load/load.js';
import { serve } from './serve.js';

/*
 * An exchange that answers the first message of a socket with a flood of frames. The bytes are made before they are
 * asked for, so that the receiving side is what is measured.
 */

/** Some clients want to know the markets before they subscribe. */
const listing = JSON.stringify(
  marketCodes(800).map((market) => ({ market, korean_name: market, english_name: market, market_warning: 'NONE' })),
);

const http = createServer((request, response) => {
  const known = request.url?.startsWith('/v1/market/all') === true;
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end(known ? listing : '[]');
});

new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (client, request) => {
  const load = loadSchema.parse(Object.fromEntries(new URL(request.url ?? '', 'ws://localhost').searchParams));
  const bytes = flood(load);
  client.on('error', () => client.terminate());
  client.once('message', () => Readable.from(bytes).pipe(request.socket, { end: false }));
});

http.listen(0, '127.0.0.1');
await once(http, 'listening');

serve(() => {
  const address = http.address();
  return address !== null && typeof address === 'object'
    ? Promise.resolve(address.port)
    : Promise.reject(new Error('the feeder has no port'));
});
