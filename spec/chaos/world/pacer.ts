import type { ActiveFaults } from './distortion.js';
import type { Random } from '../plan/random.js';

interface Parcel {
  readonly bytes: Buffer;
  due: number;
}

/** Passes bytes on in their order, as late and in such pieces as the faults want it. */
export class Pacer {
  private readonly waiting: Parcel[] = [];
  private timer: NodeJS.Timeout | undefined;
  private next: NodeJS.Immediate | undefined;
  private ended = false;
  private lastDue = 0;
  private held = false;

  constructor(
    private readonly to: { readonly write: (bytes: Buffer) => void; readonly end: () => void },
    private readonly faults: ActiveFaults,
    private readonly random: Random,
  ) {}

  push(bytes: Buffer): void {
    for (const parcel of this.parcels(bytes)) this.waiting.push(parcel);
    this.pump();
  }

  /** Nothing more will come; what waits is still passed on. */
  end(): void {
    this.ended = true;
    this.pump();
  }

  /** Passes nothing on until released. */
  hold(held: boolean): void {
    this.held = held;
    this.pump();
  }

  /** The faults have changed: nothing waits longer because of one that is over. */
  changed(): void {
    const now = performance.now();
    for (const parcel of this.waiting) parcel.due = now;
    this.lastDue = now;
    this.pump();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.next);
    this.waiting.length = 0;
    this.held = true;
  }

  private parcels(bytes: Buffer): Parcel[] {
    const now = performance.now();
    const throttle = this.faults.find('throttle')?.bytesPerSecond;
    if (throttle !== undefined) {
      const size = Math.max(1, Math.floor(throttle / 20));
      return cut(bytes, () => size).map((part) => {
        this.lastDue = Math.max(this.lastDue, now) + (part.length / throttle) * 1_000;
        return { bytes: part, due: this.lastDue };
      });
    }
    const split = this.faults.find('split')?.most;
    this.lastDue = Math.max(this.lastDue, this.dueAt(now));
    const parts = split === undefined ? [bytes] : cut(bytes, () => 1 + Math.floor(this.random() * split));
    return parts.map((part) => ({ bytes: part, due: this.lastDue }));
  }

  private dueAt(now: number): number {
    const lump = this.faults.find('lump')?.ms;
    if (lump !== undefined) return Math.ceil(now / lump) * lump;
    return now + (this.faults.find('lag')?.ms ?? 0);
  }

  private pump(): void {
    clearTimeout(this.timer);
    clearImmediate(this.next);
    if (this.held) return;
    const now = performance.now();
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      if (first.due > now) {
        this.timer = setTimeout(() => this.pump(), first.due - now);
        return;
      }
      this.waiting.shift();
      this.to.write(first.bytes);
      if (this.faults.find('split') !== undefined && this.waiting.length > 0) {
        // So that the kernel does not put the segments together again.
        this.next = setImmediate(() => this.pump());
        return;
      }
    }
    if (this.ended) this.to.end();
  }
}

const cut = (bytes: Buffer, size: () => number): Buffer[] => {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + size();
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return parts;
};
