import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FaultBoard } from './faults/board.js';

/** Answers one HTTP request; `path` is without the query. */
type Answering = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/** An HTTP server on 127.0.0.1 that knows its connections. */
interface Listener {
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
  /** Starts to listen and tells the port. */
  readonly listen: (port: number) => Promise<number>;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

const answered = async (work: Promise<void>, response: ServerResponse): Promise<void> => {
  try {
    await work;
  } catch (error) {
    // A defect of the simulator must be seen by the client, not end the process.
    if (!response.headersSent) response.writeHead(500);
    response.end(String(error));
  }
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no TCP address'));
      else resolve(address.port);
    });
  });

/** A listener that turns new connections away while `refuse-connections` is on. */
export const createListener = (faults: FaultBoard, answer: Answering): Listener => {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    void answered(answer(request, response, path), response);
  });
  server.on('connection', (socket: Socket) => {
    if (faults.strike('refuse-connections')) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { server, sockets, listen: (port) => listen(server, port), close };
};
