import { WebSocket } from 'ws';
import { floodUrl } from '../load/load.js';
import { stopwatch, type Consumer } from './consumer.js';

const bare =
  (handle: (data: Buffer) => void): Consumer =>
  (load) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(floodUrl(load), { perMessageDeflate: false });
      const tick = stopwatch(load.count, (spent) => {
        socket.terminate();
        resolve({ ...spent, delivered: load.count });
      });
      socket.on('open', () => socket.send('go'));
      socket.on('message', (data: Buffer) => {
        handle(data);
        tick();
      });
      socket.on('error', reject);
    });

/** Something is done with every frame, so that no compiler takes the work away. */
export const kept = { bytes: 0, fields: 0 };

/** A socket and nothing else. */
export const bareBytes: Consumer = bare((data) => (kept.bytes += data.length));

/** What everybody writes first. */
export const bareParse: Consumer = bare((data) => {
  const message: unknown = JSON.parse(data.toString());
  if (typeof message === 'object') kept.fields += 1;
});
