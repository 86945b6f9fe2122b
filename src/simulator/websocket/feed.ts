import type { Frame } from './frame.js';
import type { Topic } from './requests.js';

/** Somebody who receives frames of the topics it asked for. */
export interface Subscriber {
  readonly topics: readonly Topic[];
  /** Sends a frame of a subscribed topic. */
  readonly deliver: (frame: Frame) => void;
  /** Does something at a later time, ms, while other frames go on; new topics cancel it. */
  readonly later: (due: number, act: () => void) => void;
}

/** Where the frames of subscribed topics come from: the live market or a recording. */
export interface Feed {
  /** The subscriber's topics have been replaced: send the snapshots and serve it from now on. */
  readonly subscribed: (subscriber: Subscriber, now: number) => void;
  readonly closed: (subscriber: Subscriber) => void;
  /** Sends what became due since the last beat. */
  readonly beat: (now: number) => void;
}
