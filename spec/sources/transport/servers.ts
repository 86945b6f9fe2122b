import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/* Real servers on loopback, closed with everything that hangs on them at the end of the test that opened them. */

const closers: (() => Promise<void>)[] = [];

/** For `afterEach`. */
export const closeServers = async (): Promise<void> => {
  await Promise.all(closers.splice(0).map((close) => close()));
};

const listen = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
};

/** Where nothing listens. */
export const deafPort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

export interface HttpPeer {
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly IncomingMessage[];
  /** The client's port of each, one for each connection. */
  readonly ports: readonly (number | undefined)[];
}

export const httpPeer = async (answer: RequestListener): Promise<HttpPeer> => {
  const requests: IncomingMessage[] = [];
  const ports: (number | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    ports.push(request.socket.remotePort);
    answer(request, response);
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, requests, ports };
};

export interface SocketPeer {
  readonly url: string;
  /** The upgrade requests so far. */
  readonly handshakes: readonly IncomingMessage[];
  /** Text messages received so far, of all sockets. */
  readonly received: readonly string[];
  /** The next socket to open. */
  next(): Promise<WebSocket>;
}

export interface SocketPeerOptions {
  readonly opened?: (socket: WebSocket, count: number) => void;
  readonly message?: (socket: WebSocket, text: string) => void;
  /** Answers the handshake with this status instead. */
  readonly status?: number;
  /** With these header lines and this body. */
  readonly refusal?: { readonly headers?: readonly string[]; readonly body?: string; readonly hang?: boolean };
  /** Never answers the handshake. */
  readonly silent?: boolean;
  /** Accepts the handshake, and answers nothing ever after. */
  readonly deaf?: boolean;
}

const acceptance = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

export const socketPeer = async ({ opened, message, ...manner }: SocketPeerOptions = {}): Promise<SocketPeer> => {
  const handshakes: IncomingMessage[] = [];
  const received: string[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('upgrade', (request, socket, head) => {
    handshakes.push(request);
    const { status, refusal = {}, silent = false, deaf = false } = manner;
    if (status !== undefined) {
      const { headers = [], body = '', hang = false } = refusal;
      const length = Buffer.byteLength(body) + (hang ? 1 : 0);
      const lines = [`HTTP/1.1 ${status} No`, `Content-Length: ${length}`, 'Connection: close', ...headers, '', body];
      if (hang) socket.write(lines.join('\r\n'));
      else socket.end(lines.join('\r\n'));
    } else if (silent || deaf) {
      socket.resume().on('end', () => socket.end());
      const key = acceptance(request.headers['sec-websocket-key'] ?? '');
      const head101 = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade';
      if (deaf) socket.write(`${head101}\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
    } else sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, request));
  });
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      received.push(data.toString());
      message?.(socket, data.toString());
    });
    opened?.(socket, sockets.clients.size);
  });
  return {
    url: `ws://127.0.0.1:${await listen(server)}`,
    handshakes,
    received,
    next: async () => {
      const [socket] = (await once(sockets, 'connection')) as [WebSocket];
      return socket;
    },
  };
};

/** Resolves once `condition` holds; fails after five seconds. */
export const until = async (condition: () => boolean): Promise<void> => {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

/** Resolves when the connection a request came on is gone. */
export const hungUp = async (request: IncomingMessage | undefined): Promise<void> => {
  if (request === undefined) throw new Error('there is no such request');
  if (!request.socket.destroyed) await once(request.socket, 'close');
};
