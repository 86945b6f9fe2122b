import type { Candle, Trade } from '../model/events.js';
import { closeTime, type Interval } from '../model/interval.js';
import { ZERO, amountOf, plus, times, toNumber } from './amount.js';
import { Lifecycle, type Witness } from './lifecycle.js';
import { mixedOrigin } from './origin.js';
import { isBefore } from './trade-order.js';

/** The trades of one window, added up in any order. */
export class TradeWindow {
  readonly life: Lifecycle;
  private readonly closesAt: number;
  private first: Trade;
  private last: Trade;
  private high = -Infinity;
  private low = Infinity;
  private volume = ZERO;
  private turnover = ZERO;
  private receivedAt = -Infinity;
  private origin: Trade['origin'];
  private tier: Trade['tier'];

  constructor(
    private readonly interval: Interval,
    readonly openTime: number,
    private readonly grace: number,
    private readonly isWhole: boolean,
    trade: Trade,
  ) {
    this.closesAt = closeTime(interval, openTime);
    this.life = new Lifecycle(this.closesAt, grace, isWhole);
    this.first = this.last = trade;
    this.origin = trade.origin;
    this.tier = trade.tier;
  }

  add(trade: Trade): void {
    const { price, receivedAt } = trade;
    if (isBefore(trade, this.first)) this.first = trade;
    if (isBefore(this.last, trade)) this.last = trade;
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    const size = amountOf(trade.volume);
    this.volume = plus(this.volume, size);
    this.turnover = plus(this.turnover, times(amountOf(price), size));
    if (receivedAt > this.receivedAt) this.receivedAt = receivedAt;
    this.origin = mixedOrigin(this.origin, trade.origin);
    this.tier = trade.tier;
  }

  /** What trades up to the exchange's time `seen` show of the window. */
  witness(seen: number): Witness {
    return { ended: seen >= this.closesAt, settled: seen >= this.closesAt + this.grace };
  }

  /** The candle as it stands. */
  candle(): Candle {
    const { exchange, market, timestamp, price } = this.last;
    const candle: Candle = {
      type: 'candle',
      exchange,
      market,
      timestamp,
      receivedAt: this.receivedAt,
      origin: this.origin,
      tier: this.tier,
      interval: this.interval,
      openTime: this.openTime,
      open: this.first.price,
      high: this.high,
      low: this.low,
      close: price,
      volume: toNumber(this.volume),
      turnover: toNumber(this.turnover),
      state: this.life.state,
    };
    return this.isWhole ? candle : { ...candle, partial: true };
  }
}
