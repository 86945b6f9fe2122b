import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../src/errors.js';
import * as all from '../../src/indicators/index.js';
import { checkFactors, checkPeriods } from '../../src/indicators/parameters.js';

describe('periods', () => {
  it.each([0, -1, 1.5, NaN, Infinity])('are refused when they are %d', (period) => {
    expect(() => checkPeriods('rsi', { period })).toThrow(InvalidRequestError);
  });

  it('are named with what was expected', () => {
    expect(() => checkPeriods('slope', { period: 1 }, 2)).toThrow(
      'slope: period must be a whole number of at least 2, got 1',
    );
  });

  it.each([
    ['sma', () => all.sma(0)],
    ['ema', () => all.ema(0)],
    ['wma', () => all.wma(0)],
    ['dema', () => all.dema(0)],
    ['tema', () => all.tema(0)],
    ['rma', () => all.rma(0)],
    ['rsi', () => all.rsi(0)],
    ['macd', () => all.macd(12, 26, 0)],
    ['bollingerBands', () => all.bollingerBands(0)],
    ['atr', () => all.atr(0)],
    ['adx', () => all.adx(0)],
    ['stochastic', () => all.stochastic(14, 0)],
    ['stochasticRsi', () => all.stochasticRsi(14, 14, 0)],
    ['cci', () => all.cci(1)],
    ['mfi', () => all.mfi(0)],
    ['rollingVwap', () => all.rollingVwap(0)],
    ['vwma', () => all.vwma(0)],
    ['roc', () => all.roc(0)],
    ['williamsR', () => all.williamsR(0)],
    ['keltnerChannels', () => all.keltnerChannels(20, 2, 0)],
    ['donchianChannels', () => all.donchianChannels(0)],
    ['superTrend', () => all.superTrend(0)],
    ['ichimoku', () => all.ichimoku(9, 0)],
    ['highest', () => all.highest(0)],
    ['lowest', () => all.lowest(0)],
    ['slope', () => all.slope(1)],
    ['zScore', () => all.zScore(1)],
    ['standardDeviation', () => all.standardDeviation(0)],
  ])('are checked by %s when it is made', (name, make) => {
    expect(make).toThrow(InvalidRequestError);
    expect(make).toThrow(new RegExp(`^${name}: .* whole number`));
  });
});

describe('factors', () => {
  it.each([0, -1, NaN, Infinity])('are refused when they are %d', (multiplier) => {
    expect(() => checkFactors('superTrend', { multiplier })).toThrow('superTrend: multiplier must be a number above 0');
  });

  it.each([
    ['bollingerBands', () => all.bollingerBands(20, 0)],
    ['keltnerChannels', () => all.keltnerChannels(20, 0)],
    ['superTrend', () => all.superTrend(10, 0)],
    ['parabolicSar', () => all.parabolicSar(0.02, 0)],
  ])('are checked by %s when it is made', (name, make) => {
    expect(make).toThrow(InvalidRequestError);
    expect(make).toThrow(new RegExp(`^${name}: .* above 0`));
  });
});
