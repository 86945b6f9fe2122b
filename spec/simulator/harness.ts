import { afterEach } from '@jest/globals';
import { WebSocket } from 'ws';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.js';

/** 2026-09-02 07:46:20.400 UTC, a Wednesday. */
export const NOON = Date.UTC(2026, 8, 2, 7, 46, 20, 400);
export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** A clock that moves only when told to. */
export interface TestClock {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
}

export const createClock = (start = NOON): TestClock => {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
};

const running: { close: () => Promise<void> | void }[] = [];

afterEach(async () => {
  for (const item of running.splice(0).reverse()) await item.close();
});

/** A simulator that is closed after the test. Small and without limits unless told otherwise. */
export const simulate = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const unlimited = { rest: Infinity, handshakes: Infinity, messagesPerSecond: Infinity, messagesPerMinute: Infinity };
  const simulator = await startSimulator({ markets: 30, otherMarkets: 3, limits: unlimited, ...options });
  running.push(simulator);
  return simulator;
};

export type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

/** A JSON text whose numbers are kept as they are spelled. */
export const rawRows = (text: string): Row[] => {
  const parsed: unknown = JSON.parse(text.replaceAll(/":(-?\d[\d.eE+-]*)/g, '":"$1"'));
  if (!Array.isArray(parsed)) throw new Error(`not a list: ${text.slice(0, 100)}`);
  return parsed.filter(isRow);
};

export const rowsOf = (text: string): Row[] => {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error(`not a list: ${text.slice(0, 100)}`);
  return parsed.filter(isRow);
};

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export const get = async (
  simulator: Simulator,
  path: string,
  headers: Record<string, string> = {},
): Promise<RestAnswer> => {
  const response = await fetch(simulator.rest + path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

export const getRows = async (simulator: Simulator, path: string): Promise<Row[]> =>
  rowsOf((await get(simulator, path)).text);

export interface ReceivedFrame {
  readonly text: string;
  readonly binary: boolean;
  readonly body: Row;
}

const parse = (text: string): Row => {
  try {
    const body: unknown = JSON.parse(text);
    return isRow(body) ? body : {};
  } catch {
    return {};
  }
};

/** A socket that keeps what it receives. */
export class TestClient {
  readonly frames: ReceivedFrame[] = [];
  readonly pongs: number[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;

  constructor(url: string, options: ConstructorParameters<typeof WebSocket>[2] = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.socket.on('message', (data: Buffer, binary) => {
      const text = data.toString('utf8');
      this.frames.push({ text, binary, body: parse(text) });
    });
    this.socket.on('pong', () => this.pongs.push(1));
    this.socket.on('close', (code) => {
      this.closed = code;
    });
    this.socket.on('error', () => undefined);
  }

  send(...parts: readonly Row[]): void {
    this.socket.send(JSON.stringify([{ ticket: 'test' }, ...parts]));
  }

  /** Frames of a type, whatever the keys' length. */
  of(type: string, stream?: string): ReceivedFrame[] {
    return this.frames.filter(
      ({ body }) =>
        (body['type'] ?? body['ty']) === type &&
        (stream === undefined || (body['stream_type'] ?? body['st']) === stream),
    );
  }
}

/** Polls until it is so; the error tells what was waited for. */
export const until = async (what: string, so: () => boolean, ms = 5_000): Promise<void> => {
  for (let waited = 0; !so(); waited += 10) {
    if (waited > ms) throw new Error(`never happened: ${what}`);
    await pause(10);
  }
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An open socket that is cut after the test. */
export const connect = async (
  simulator: Simulator,
  options?: ConstructorParameters<typeof WebSocket>[2],
): Promise<TestClient> => {
  const client = new TestClient(simulator.ws, options);
  running.push({ close: () => client.socket.terminate() });
  await until('the socket opens', () => client.socket.readyState === WebSocket.OPEN);
  return client;
};

/** The HTTP status with which a handshake is refused. */
export const refusedHandshake = (url: string): Promise<{ status: number; remaining: string | undefined }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('unexpected-response', (_, response) => {
      const remaining = response.headers['remaining-req'];
      resolve({ status: response.statusCode ?? 0, remaining: typeof remaining === 'string' ? remaining : undefined });
      socket.terminate();
    });
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('the handshake succeeded'));
    });
    socket.on('error', () => undefined);
  });

/** Waits longer than the simulator needs for one beat. */
export const beat = (): Promise<void> => pause(130);
