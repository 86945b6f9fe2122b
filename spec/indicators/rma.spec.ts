import { describe, it } from '@jest/globals';
import { WSMA } from 'trading-signals';
import { rma } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { closes, wilder } from './definitions.js';
import { wandering } from './market.js';

describe('rma', () => {
  itIsAnIndicator({ of: () => rma(14), definition: (bars) => wilder(closes(bars), 14).at(-1), still: 100 });

  it("agrees with trading-signals' WSMA", () => {
    const peer = new WSMA(14);
    const bars = wandering(300);
    const values = valuesOf(rma(14), bars);
    bars.forEach(({ close }, i) => expectClose(values[i] ?? null, peer.add(close)));
  });
});
