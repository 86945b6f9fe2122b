// The engine.
export { MarketDataBackbone } from './backbone.js';
export type { BackboneOptions, Status } from './options.js';
export type { BookOptions, FetchOptions, HistoryOptions, RequestInput } from './routing/complete-request.js';

// The words.
export type {
  Candle,
  CandleState,
  EventOf,
  MarketEvent,
  Orderbook,
  PriceLevel,
  Provenance,
  Side,
  Ticker,
  Trade,
} from './model/events.js';
export { INTERVALS, closeTime, openTimeOf, parseInterval, type Interval, type IntervalName } from './model/interval.js';
export { isMarketCode, parseMarket, type Market, type MarketCode } from './model/market.js';
export { TIERS, type Origin, type TierName } from './model/provenance.js';
export { CONTEXTS, PRIORITIES, type DataRequest, type Priority, type UsageContext, type Via } from './model/request.js';
export type {
  Blocked,
  CircuitChange,
  CircuitState,
  CircuitStatus,
  ConnectionChange,
  ConnectionState,
  Connectivity,
  ConnectivityChange,
  EngineEvent,
  Eviction,
  EvictionReason,
  ExitChange,
  ExitPhase,
  Gap,
  GapReason,
  HealthReport,
  Late,
  LifelineEvent,
  Mark,
  Objective,
  Rejection,
  Repaired,
  SloChange,
  Stale,
  StaleReason,
  TierChange,
  TierChangeReason,
  TopicSignal,
  Verdict,
} from './model/signals.js';
export { CHANNELS, topicKey, type Channel, type Topic } from './model/topic.js';
export { AllTiersFailedError, InvalidRequestError, MarketDataError, type Attempt, type ErrorCode } from './errors.js';

// Sources.
export type { Connection, FrameCounts, Source } from './sources/source.js';
export {
  UPBIT_REST_URL,
  UPBIT_WS_URL,
  upbitSource,
  type UpbitOptions,
  type UpbitSource,
} from './sources/upbit/source.js';
export type { Instrument, UpbitRest } from './sources/upbit/rest.js';
export { upbitTickSize } from './sources/upbit/tick-size.js';

// Routing.
export { RECONNECT, backoff, backoffDelay, type BackoffPolicy } from './routing/backoff.js';
export { rank, score, type Candidate, type NetworkPolicy, type Ranked, type World } from './routing/policy.js';
export { concatMapBounded, type BoundedOptions, type Overflow } from './routing/concat-map-bounded.js';
export { createRouter, type Routed, type RouterOptions } from './routing/router.js';
export type { TierRecord } from './routing/health.js';
export type { Ledger, TopicStatus } from './routing/topic-records.js';
export type { Tier, TierAnswer, TierHit } from './routing/tier.js';

// When the router fails, and how well it all works.
export type { ExitLimits } from './routing/exit-machine.js';
export { slo, type Outcome, type SloOptions, type SloReport } from './routing/slo.js';
export { alerts, type AlertOptions } from './alerts/alerts.js';
export { alertOf, type Alert, type Severity } from './alerts/alert.js';
export { logAlerts, raiseLevel } from './alerts/log.js';
export { webhook, type Delivery, type WebhookOptions } from './alerts/webhook.js';

// Sharing.
export { shareLatest, type ShareLatestOptions } from './cache/share-latest.js';

// Candles.
export {
  closedOnly,
  compare,
  continueFrom,
  finality,
  gaps,
  historyThenLive,
  isClosed,
  resample,
  resampleAll,
  timeframes,
  toCandles,
  validateCandle,
  type CandleFinding,
  type CandleGap,
  type CandleRule,
  type CompareOptions,
  type ComparedField,
  type ContinueFromOptions,
  type Covered,
  type Divergence,
  type FinalityOptions,
  type GapPolicy,
  type GapsOptions,
  type HistoryThenLiveOptions,
  type ResampleOptions,
  type Timeframes,
  type TimeframesOptions,
  type ToCandlesOptions,
  type ValidateOptions,
} from './candles/index.js';

// Candles that are kept.
export {
  backfill,
  memoryStore,
  planBackfill,
  repair,
  sqliteStore,
  storedCandles,
  verify,
  type BackfillOptions,
  type BackfillProgress,
  type CandleBatch,
  type CandleStore,
  type Finding,
  type FindingKind,
  type MarketPlan,
  type RepairStep,
  type Series,
  type TimeRange,
  type Verification,
  type VerifyOptions,
  type Written,
} from './store/index.js';

// Indicators.
export * from './indicators/index.js';
