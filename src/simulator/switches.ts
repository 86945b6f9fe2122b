import type { Socket } from 'node:net';
import type { FaultBoard } from './faults/board.js';
import type { FaultName } from './faults/catalogue.js';
import { checkFault } from './faults/settings.js';
import type { Gateway } from './websocket/gateway.js';

type Act = (gateway: Gateway, sockets: ReadonlySet<Socket>) => void;

/** What happens at the moment a fault is switched on; the one-shot faults are nothing else. */
const ACTS: Partial<Record<FaultName, Act>> = {
  'drop-connections': (_, sockets) => {
    for (const socket of sockets) socket.destroy();
  },
  'half-open': (gateway) => gateway.each((session) => session.freeze()),
  'close-frame': (gateway) => gateway.each((session) => session.close(1001)),
  'close-1000': (gateway) => gateway.each((session) => session.close(1000)),
  'error-frame': (gateway) => gateway.each((session) => session.fail('TOO_MANY_REQUEST', '요청이 너무 많습니다.')),
};

/** Switches faults on and off by name. */
interface Switches {
  /** Throws `UnknownFaultError` for a name or a setting that does not exist. */
  readonly on: (name: string, settings: unknown) => void;
  readonly off: (name: string) => void;
}

export const createSwitches = (faults: FaultBoard, gateway: Gateway, sockets: ReadonlySet<Socket>): Switches => ({
  on: (name, settings) => {
    const checked = checkFault(name, settings);
    ACTS[checked.name]?.(gateway, sockets);
    if (!checked.once) faults.set(checked.name, checked.settings);
  },
  off: (name) => faults.clear(checkFault(name, {}).name),
});
