import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { handleControl } from './control.js';
import { createFaultBoard, type FaultBoard } from './faults/board.js';
import type { FaultName, FaultSettings } from './faults/catalogue.js';
import { checkFault } from './faults/settings.js';
import { Limits } from './limits/limits.js';
import { withDelistings } from './faults/delisting.js';
import { createExchange } from './market/market.js';
import { createTruth, type MarketTruth } from './market/truth.js';
import { completeOptions, type SimulatorOptions } from './options.js';
import { readCapture } from './replay/capture.js';
import { replayExchange } from './replay/replay-exchange.js';
import { ReplayFeed } from './replay/replay-feed.js';
import { handleQuotation } from './rest/handler.js';
import { StatsBook, type SimulatorStats } from './stats.js';
import { Timers } from './timers.js';
import { Gateway } from './websocket/gateway.js';
import { LiveFeed } from './websocket/live-feed.js';
import type { World } from './world.js';

/** A running simulator. */
export interface Simulator {
  /** Base of the quotation API, `http://127.0.0.1:<port>/v1`. */
  readonly rest: string;
  /** Address of the public WebSocket, `ws://127.0.0.1:<port>/websocket/v1`. */
  readonly ws: string;
  /** Base of the control endpoint, `http://127.0.0.1:<port>/control`. */
  readonly control: string;
  /** What really happened, for comparison. */
  readonly market: MarketTruth;
  /** Switches a fault on; throws `UnknownFaultError` for a setting it does not take. */
  readonly setFault: (name: FaultName, settings?: FaultSettings) => void;
  /** Switches one fault off, or all. */
  readonly clearFaults: (name?: FaultName) => void;
  readonly stats: () => SimulatorStats;
  /** Ends every connection and timer. May be called again. */
  readonly close: () => Promise<void>;
}

const ONE_SHOT: Partial<Record<FaultName, (gateway: Gateway, sockets: ReadonlySet<Socket>) => void>> = {
  'drop-connections': (_, sockets) => {
    for (const socket of sockets) socket.destroy();
  },
  'close-frame': (gateway) => gateway.each((session) => session.close(1001)),
  'close-1000': (gateway) => gateway.each((session) => session.close(1000)),
  'error-frame': (gateway) => gateway.each((session) => session.fail('TOO_MANY_REQUEST', '요청이 너무 많습니다.')),
};

const listen = (server: Server, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no TCP address'));
      else resolve(address);
    });
  });

/** Keeps the set of open TCP connections, and turns new ones away while that fault is on. */
const trackConnections = (server: Server, faults: FaultBoard): ReadonlySet<Socket> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (faults.strike('refuse-connections')) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
};

const serve = async (work: Promise<void>, response: ServerResponse): Promise<void> => {
  try {
    await work;
  } catch (error) {
    // A defect of the simulator must be seen by the client, not end the process.
    if (!response.headersSent) response.writeHead(500);
    response.end(String(error));
  }
};

/**
 * Starts a whole Upbit on 127.0.0.1. Rejects with `SimulatorOptionsError`, with `CaptureError` for a recording that
 * cannot be played, or with the system's error when the port is taken.
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { seed, markets, otherMarkets, activity, now, limits: limitSettings } = completeOptions(options);
  const capture = options.replay && (await readCapture(options.replay.file));
  const exchange = capture ? replayExchange(capture) : createExchange({ seed, markets, otherMarkets, activity });
  const faults = createFaultBoard(seed, now);
  const stats = new StatsBook();
  const timers = new Timers();
  const world: World = {
    exchange: withDelistings(exchange, faults),
    now,
    faults,
    stats,
    timers,
    limits: new Limits(limitSettings, faults, stats),
  };
  const feed = capture ? new ReplayFeed(capture, options.replay.speed ?? 1) : new LiveFeed(world);
  const gateway = new Gateway(world, feed, limitSettings);
  const server = createServer();
  const sockets = trackConnections(server, faults);

  const setFault = (name: string, settings: unknown): void => {
    const checked = checkFault(name, settings);
    if (checked.name === 'half-open') gateway.each((session) => session.freeze());
    if (checked.once) ONE_SHOT[checked.name]?.(gateway, sockets);
    else faults.set(checked.name, checked.settings);
  };
  const controls = {
    stats: () => stats.read(gateway.open),
    faults: faults.list,
    setFault,
    clearFault: (name: string) => faults.clear(checkFault(name, {}).name),
    clearFaults: () => faults.clear(),
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const work = path.startsWith('/control/')
      ? handleControl(controls, request, response, path)
      : handleQuotation(world, request, response);
    void serve(work, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    gateway.upgrade(request, socket, head),
  );

  const { port } = await listen(server, options.port ?? 0);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= new Promise((resolve) => {
      timers.stop();
      gateway.close();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    }));

  return {
    rest: `http://127.0.0.1:${port}/v1`,
    ws: `ws://127.0.0.1:${port}/websocket/v1`,
    control: `http://127.0.0.1:${port}/control`,
    market: createTruth(exchange),
    setFault,
    clearFaults: (name) => faults.clear(name),
    stats: controls.stats,
    close,
  };
};
