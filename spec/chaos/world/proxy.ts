import { createServer, type Socket } from 'node:net';
import type { WireFault } from '../plan/fault.js';
import type { Random } from '../plan/random.js';
import { Channel } from './channel.js';
import { ActiveFaults } from './distortion.js';
import { freePort, listen } from './port.js';

/** A TCP proxy on 127.0.0.1 that does harm on demand. */
export class Proxy {
  private readonly faults = new ActiveFaults();
  private readonly channels = new Set<Channel>();
  private readonly server = createServer((client) => this.accept(client));
  private port = 0;

  private constructor(
    private readonly target: { readonly port: number; readonly framed: boolean },
    private readonly random: Random,
  ) {}

  /** `framed`: what passes is a WebSocket, so that whole frames can be lost or swapped. */
  static async start(target: { readonly port: number; readonly framed: boolean }, random: Random): Promise<Proxy> {
    const proxy = new Proxy(target, random);
    proxy.port = await freePort();
    await listen(proxy.server, proxy.port);
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  add(fault: WireFault): void {
    this.faults.add(fault);
    if (fault.kind === 'refuse') this.server.close();
    for (const channel of [...this.channels]) {
      if (fault.kind === 'cut') channel.cut();
      else if (fault.kind === 'freeze') channel.hold(true);
      else channel.changed();
    }
  }

  async remove(fault: WireFault): Promise<void> {
    this.faults.remove(fault);
    if (fault.kind === 'refuse' && this.faults.find('refuse') === undefined) await listen(this.server, this.port);
    for (const channel of [...this.channels]) {
      if (fault.kind === 'mute' && this.faults.find('mute') === undefined) channel.connect();
      if (fault.kind === 'freeze' && this.faults.find('freeze') === undefined) channel.hold(false);
      else channel.changed();
    }
  }

  close(): void {
    if (this.server.listening) this.server.close();
    for (const channel of [...this.channels]) channel.cut();
  }

  private accept(client: Socket): void {
    const channel = new Channel(client, this.target, this.faults, this.random);
    this.channels.add(channel);
    client.once('close', () => this.channels.delete(channel));
    if (this.faults.find('mute') === undefined) channel.connect();
  }
}
