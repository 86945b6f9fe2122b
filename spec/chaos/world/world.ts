import { MarketDataBackbone, upbitSource } from 'market-data-backbone';
import type { FaultSettings } from 'market-data-backbone/simulator';
import { faultNamed } from '../plan/catalogue.js';
import type { Act, Planned } from '../plan/fault.js';
import { createRandom } from '../plan/random.js';
import { embeddedExchange } from './embedded-exchange.js';
import type { Exchange } from './exchange.js';
import { processExchange } from './process-exchange.js';
import { Proxy } from './proxy.js';

/** An exchange, an engine, and between them what can go wrong. */
export class World {
  private readonly on: Act[] = [];

  private constructor(
    readonly exchange: Exchange,
    private readonly proxies: Readonly<Record<'socket' | 'rest', Proxy>>,
    readonly engine: MarketDataBackbone,
  ) {}

  /** `own`: the exchange gets a process of its own. */
  static async start(seed: number, own: boolean): Promise<World> {
    const exchange = await (own ? processExchange(seed) : embeddedExchange(seed));
    const random = createRandom(seed);
    const socket = await Proxy.start({ port: exchange.port, framed: true }, random);
    const rest = await Proxy.start({ port: exchange.port, framed: false }, random);
    const source = upbitSource({
      restUrl: `http://${rest.address}/v1`,
      wsUrl: `ws://${socket.address}/websocket/v1`,
      exchange: 'simulated',
    });
    return new World(exchange, { socket, rest }, new MarketDataBackbone({ source, random }));
  }

  /** Begins a fault; what is returned ends it. */
  async begin(planned: Planned): Promise<() => Promise<void>> {
    const acts = faultNamed(planned.fault).acts(planned);
    for (const act of acts) {
      this.on.push(act);
      await this.start(act);
    }
    return async () => {
      for (const act of acts) {
        this.on.splice(this.on.indexOf(act), 1);
        await this.end(act);
      }
    };
  }

  async close(): Promise<void> {
    this.engine.close();
    for (const proxy of Object.values(this.proxies)) proxy.close();
    await this.exchange.close();
  }

  private async start(act: Act): Promise<void> {
    switch (act.on) {
      case 'exchange':
        await this.exchange.setFault(act.fault, act.settings ?? {});
        return;
      case 'process':
        await (act.does === 'stop' ? this.exchange.stop() : this.exchange.kill());
        return;
      default:
        this.proxies[act.on].add(act.wire);
    }
  }

  private async end(act: Act): Promise<void> {
    switch (act.on) {
      case 'exchange': {
        // Another fault may still need what this one switched on.
        const other = this.settingsOf(act);
        if (other === undefined) await this.exchange.clearFault(act.fault);
        else await this.exchange.setFault(act.fault, other);
        return;
      }
      case 'process':
        await (act.does === 'stop' ? this.exchange.resume() : this.exchange.restart());
        return;
      default:
        await this.proxies[act.on].remove(act.wire);
    }
  }

  private settingsOf({ fault }: Act & { on: 'exchange' }): FaultSettings | undefined {
    const other = this.on.findLast((act) => act.on === 'exchange' && act.fault === fault);
    return other?.on === 'exchange' ? (other.settings ?? {}) : undefined;
  }
}
