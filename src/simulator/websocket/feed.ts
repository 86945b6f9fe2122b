import type { Session } from './session.js';

/** Where the frames of subscribed topics come from: the live market or a recording. */
export interface Feed {
  /** The session's topics have been replaced: send its snapshots and serve it from now on. */
  readonly subscribed: (session: Session, now: number) => void;
  readonly closed: (session: Session) => void;
  /** Sends what became due since the last beat. */
  readonly beat: (now: number) => void;
}
