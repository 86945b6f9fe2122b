import type { WebSocket } from 'ws';
import type { Payload } from './frame-faults.js';

const MOST_UNREAD = 64 * 2 ** 20;

/** A socket's way out: keeps the order of frames, also when they are delayed. */
export class Outbox {
  private readonly waiting: { readonly due: number; readonly payload: Payload }[] = [];
  private readonly late: { readonly due: number; readonly send: () => void }[] = [];
  private readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  /** Sends now, or at `due` when that is later or others are still waiting. */
  send(payload: Payload, due: number, now: number): void {
    if (due > now || this.waiting.length > 0) this.waiting.push({ due, payload });
    else this.write(payload);
  }

  /** Does something at `due` while other frames go on. */
  later(due: number, send: () => void): void {
    this.late.push({ due, send });
  }

  /** Forgets what was to be done later. */
  forgetLater(): void {
    this.late.length = 0;
  }

  /** Sends what became due. */
  flush(now: number): void {
    while (this.waiting[0] !== undefined && this.waiting[0].due <= now) {
      const next = this.waiting.shift();
      if (next !== undefined) this.write(next.payload);
    }
    const due = this.late.filter((item) => item.due <= now);
    if (due.length === 0) return;
    const rest = this.late.filter((item) => item.due > now);
    this.late.splice(0, this.late.length, ...rest);
    for (const { send } of due) send();
  }

  private write({ data, binary }: Payload): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    // A client that does not read is cut off rather than kept in memory.
    if (this.socket.bufferedAmount > MOST_UNREAD) this.socket.terminate();
    else this.socket.send(data, { binary });
  }
}
