import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
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

/** A connection that is to be turned away may say what it wants for so long, ms. */
const HEARING = 20;
const CONTROL = /^[A-Z]+ \/control\//;

/** Destroys a connection, unless its first word is to the control endpoint: who switched a fault on can switch it off. */
const refuse = (socket: Socket, admit: (socket: Socket) => void): void => {
  const hearing = setTimeout(() => socket.destroy(), HEARING);
  socket.on('error', () => undefined);
  socket.once('close', () => clearTimeout(hearing));
  socket.once('data', (first: Buffer) => {
    clearTimeout(hearing);
    if (!CONTROL.test(first.toString('latin1', 0, 40))) {
      socket.destroy();
      return;
    }
    socket.pause();
    socket.unshift(first);
    admit(socket);
    process.nextTick(() => socket.resume());
  });
};

const listen = (server: TcpServer, port: number): Promise<number> =>
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
  const server = createHttp((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    void answered(answer(request, response, path), response);
  });
  const admit = (socket: Socket): void => {
    server.emit('connection', socket);
  };
  const door = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (faults.strike('refuse-connections')) refuse(socket, admit);
    else admit(socket);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      door.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { server, sockets, listen: (port) => listen(door, port), close };
};
