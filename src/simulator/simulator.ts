import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { handleControl, type Controls } from './control.js';
import { createFaultBoard } from './faults/board.js';
import type { FaultName, FaultSettings } from './faults/catalogue.js';
import { withDelistings } from './faults/delisting.js';
import { Limits } from './limits/limits.js';
import { createListener } from './listener.js';
import { createExchange, type Exchange } from './market/market.js';
import { createTruth, type MarketTruth } from './market/truth.js';
import { completeOptions, type CompleteOptions, type SimulatorOptions } from './options.js';
import { readCapture } from './replay/capture.js';
import { replayExchange } from './replay/replay-exchange.js';
import { ReplayFeed } from './replay/replay-feed.js';
import { handleQuotation } from './rest/handler.js';
import { StatsBook, type SimulatorStats } from './stats.js';
import { createSwitches } from './switches.js';
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

const createWorld = (options: CompleteOptions, exchange: Exchange): World => {
  const { seed, now } = options;
  const faults = createFaultBoard(seed, now);
  const stats = new StatsBook();
  const limits = new Limits(options.limits, faults, stats);
  return { exchange: withDelistings(exchange, faults), now, faults, stats, timers: new Timers(), limits };
};

/** Runs something at most once, however often it is asked for. */
const once = (act: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
};

/**
 * Starts a whole Upbit on 127.0.0.1. Rejects with `SimulatorOptionsError`, with `CaptureError` for a recording that
 * cannot be played, or with the system's error when the port is taken.
 */
export const startSimulator = async (given: SimulatorOptions = {}): Promise<Simulator> => {
  const options = completeOptions(given);
  const { replay } = options;
  const capture = replay && (await readCapture(replay.file));
  const exchange = capture ? replayExchange(capture) : createExchange(options);
  const world = createWorld(options, exchange);
  const { faults, stats, timers } = world;
  const feed = capture ? new ReplayFeed(capture, replay.speed ?? 1) : new LiveFeed(world);
  const gateway = new Gateway(world, feed, options.limits);

  const listener = createListener(faults, (request, response, path) =>
    path.startsWith('/control/')
      ? handleControl(controls, request, response, path)
      : handleQuotation(world, request, response),
  );
  const switches = createSwitches(faults, gateway, listener.sockets);
  const controls: Controls = {
    stats: () => stats.read(gateway.open),
    faults: faults.list,
    setFault: switches.on,
    clearFault: switches.off,
    clearFaults: () => faults.clear(),
  };
  listener.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    gateway.upgrade(request, socket, head),
  );
  const port = await listener.listen(options.port);

  return {
    rest: `http://127.0.0.1:${port}/v1`,
    ws: `ws://127.0.0.1:${port}/websocket/v1`,
    control: `http://127.0.0.1:${port}/control`,
    market: createTruth(exchange),
    setFault: switches.on,
    clearFaults: (name) => faults.clear(name),
    stats: controls.stats,
    close: once(() => {
      timers.stop();
      gateway.close();
      return listener.close();
    }),
  };
};
