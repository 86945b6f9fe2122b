import { createServer, type Server } from 'node:net';

/**
 * Ports below those that systems give to outgoing connections: while nobody listens on one of those, a loopback
 * connection may by chance be made to itself, and would keep the port taken.
 */
const RANGE = { from: 15_000, to: 32_000 } as const;
const TRIES = 50;

/** Listens on 127.0.0.1. Rejects with the system's error when the port is taken. */
export const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

/** A free port of 127.0.0.1 that stays free for whoever closes it and opens it again. */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from));
    const server = createServer();
    try {
      await listen(server, port);
    } catch {
      continue;
    }
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('no port is free');
};
