import { connect, type Socket } from 'node:net';
import type { Random } from '../plan/random.js';
import { Distortion, corrupted, type ActiveFaults } from './distortion.js';
import { FrameSplitter, type Piece } from './frame-splitter.js';
import { Pacer } from './pacer.js';

const FIRST_BYTES = 20;

/** One connection through the proxy. What the engine says passes as it is; what the exchange says meets the faults. */
export class Channel {
  private upstream: Socket | undefined;
  private readonly splitter: FrameSplitter | undefined;
  private readonly distortion: Distortion;
  private readonly pacer: Pacer;
  /** Said while the exchange was not connected. */
  private readonly early: Buffer[] = [];
  private held = false;

  constructor(
    private readonly client: Socket,
    private readonly target: { readonly port: number; readonly framed: boolean },
    private readonly faults: ActiveFaults,
    private readonly random: Random,
  ) {
    client.setNoDelay(true);
    client.on('data', (chunk: Buffer) => {
      if (this.upstream === undefined) this.early.push(chunk);
      else this.upstream.write(chunk);
    });
    // Who has gone by the time the exchange is connected is not introduced to it.
    client.once('end', () => {
      if (this.upstream === undefined) client.destroy();
      else this.upstream.end();
    });
    client.on('error', () => undefined);
    client.once('close', () => this.drop());
    this.splitter = target.framed ? new FrameSplitter() : undefined;
    this.distortion = new Distortion(faults, random);
    this.pacer = new Pacer({ write: (bytes) => this.tell(bytes), end: () => client.end() }, faults, random);
  }

  /** Connects to the exchange, unless that has been done. */
  connect(): void {
    if (this.upstream !== undefined || this.client.destroyed) return;
    const upstream = connect({ port: this.target.port, host: '127.0.0.1', noDelay: true });
    this.upstream = upstream;
    upstream.on('data', (chunk: Buffer) => this.received(chunk));
    upstream.on('error', () => undefined);
    upstream.once('end', () => this.pacer.end());
    upstream.once('close', (failed) => {
      if (failed) this.client.resetAndDestroy();
      else this.pacer.end();
    });
    for (const chunk of this.early.splice(0)) upstream.write(chunk);
    this.flow();
  }

  /** Passes nothing in either direction, or goes on. */
  hold(held: boolean): void {
    this.held = held;
    this.pacer.hold(held);
    this.flow();
  }

  changed(): void {
    this.pacer.changed();
  }

  /** Resets both sides. */
  cut(): void {
    this.client.resetAndDestroy();
    this.drop();
  }

  private flow(): void {
    const { upstream, client, held } = this;
    if (upstream === undefined) return;
    for (const socket of [upstream, client]) {
      if (held) socket.pause();
      else socket.resume();
    }
  }

  private received(chunk: Buffer): void {
    if (this.faults.find('cut-answers') !== undefined) {
      this.client.write(chunk.subarray(0, FIRST_BYTES), () => this.cut());
      return;
    }
    const pieces: readonly Piece[] = this.splitter?.push(chunk) ?? [{ bytes: chunk, isMessage: false }];
    const every = this.faults.find('corrupt')?.every;
    const parts = this.distortion.apply(pieces).map(({ bytes }) => bytes);
    if (parts.length === 0) return;
    const bytes = Buffer.concat(parts);
    this.pacer.push(every === undefined ? bytes : corrupted(bytes, every, this.random));
  }

  private tell(bytes: Buffer): void {
    if (!this.client.destroyed) this.client.write(bytes);
  }

  private drop(): void {
    this.pacer.stop();
    this.upstream?.destroy();
  }
}
