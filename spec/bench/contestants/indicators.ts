import * as theirs from 'trading-signals';
import type * as Indicators from '../../../src/indicators/index.js';

/* Every indicator of ours, and trading-signals' class for the same where it has one. */

type Bar = Indicators.Bar;
/** Takes a candle, as a new one or in place of the last. */
export type Take = (bar: Bar, isSame: boolean) => void;
type Ours = Indicators.Indicator<Bar, unknown>;

export const OURS: Readonly<Record<string, (all: typeof Indicators) => Ours>> = {
  latest: ({ latest }) => latest(),
  sma: ({ sma }) => sma(20),
  'sma(200)': ({ sma }) => sma(200),
  ema: ({ ema }) => ema(20),
  wma: ({ wma }) => wma(20),
  dema: ({ dema }) => dema(20),
  tema: ({ tema }) => tema(20),
  rma: ({ rma }) => rma(14),
  rsi: ({ rsi }) => rsi(14),
  macd: ({ macd }) => macd(),
  bollingerBands: ({ bollingerBands }) => bollingerBands(20),
  atr: ({ atr }) => atr(14),
  adx: ({ adx }) => adx(14),
  stochastic: ({ stochastic }) => stochastic(14, 3, 3),
  stochasticRsi: ({ stochasticRsi }) => stochasticRsi(14, 14, 3, 3),
  cci: ({ cci }) => cci(20),
  mfi: ({ mfi }) => mfi(14),
  obv: ({ obv }) => obv(),
  vwap: ({ vwap }) => vwap('all'),
  rollingVwap: ({ rollingVwap }) => rollingVwap(20),
  vwma: ({ vwma }) => vwma(20),
  roc: ({ roc }) => roc(14),
  williamsR: ({ williamsR }) => williamsR(14),
  keltnerChannels: ({ keltnerChannels }) => keltnerChannels(),
  donchianChannels: ({ donchianChannels }) => donchianChannels(20),
  superTrend: ({ superTrend }) => superTrend(),
  parabolicSar: ({ parabolicSar }) => parabolicSar(),
  ichimoku: ({ ichimoku }) => ichimoku(),
  highest: ({ highest }) => highest(20),
  'highest(200)': ({ highest }) => highest(200),
  lowest: ({ lowest }) => lowest(20),
  slope: ({ slope }) => slope(14),
  standardDeviation: ({ standardDeviation }) => standardDeviation(20),
  zScore: ({ zScore }) => zScore(20),
  crossOver: ({ crossOver, ema }) => crossOver(ema(12), ema(26)),
  'indicators (rsi, ema, macd, atr)': ({ indicators, rsi, ema, macd, atr }) =>
    indicators({ rsi: rsi(14), ema: ema(12), macd: macd(), atr: atr(14) }),
};

const numbers =
  (indicator: { update: (value: number, replace: boolean) => unknown }): Take =>
  ({ close }, isSame) =>
    indicator.update(close, isSame);

const bars =
  (indicator: { update: (bar: Bar, replace: boolean) => unknown }): Take =>
  (bar, isSame) =>
    indicator.update(bar, isSame);

export const THEIRS: Readonly<Record<string, () => Take>> = {
  sma: () => numbers(new theirs.SMA(20)),
  'sma(200)': () => numbers(new theirs.SMA(200)),
  ema: () => numbers(new theirs.EMA(20)),
  wma: () => numbers(new theirs.WMA(20)),
  dema: () => numbers(new theirs.DEMA(20)),
  tema: () => numbers(new theirs.TEMA(20)),
  rma: () => numbers(new theirs.WSMA(14)),
  rsi: () => numbers(new theirs.RSI(14)),
  macd: () => numbers(new theirs.MACD(new theirs.EMA(12), new theirs.EMA(26), new theirs.EMA(9))),
  bollingerBands: () => numbers(new theirs.BollingerBands(20)),
  atr: () => bars(new theirs.ATR(14)),
  adx: () => bars(new theirs.ADX(14)),
  stochastic: () => bars(new theirs.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 })),
  stochasticRsi: () => numbers(new theirs.StochasticRSI(14)),
  cci: () => bars(new theirs.CCI(20)),
  mfi: () => bars(new theirs.MFI(14)),
  obv: () => bars(new theirs.OBV(2)),
  vwap: () => bars(new theirs.VWAP()),
  vwma: () => bars(new theirs.VWMA(20)),
  roc: () => numbers(new theirs.ROC(14)),
  williamsR: () => bars(new theirs.WilliamsR(14)),
  keltnerChannels: () => bars(new theirs.KeltnerChannels()),
  donchianChannels: () => bars(new theirs.DonchianChannels(20)),
  superTrend: () => bars(new theirs.SuperTrend()),
  parabolicSar: () => bars(new theirs.PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 })),
  ichimoku: () => bars(new theirs.IchimokuCloud()),
  highest: () => numbers(new theirs.Period(20)),
  'highest(200)': () => numbers(new theirs.Period(200)),
  lowest: () => numbers(new theirs.Period(20)),
  slope: () => numbers(new theirs.LinearRegression(14)),
};
