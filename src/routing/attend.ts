import { Observable } from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { AttendOptions } from './attend-options.js';
import { Attendance } from './attendance.js';

/**
 * Attends to a live stream: passes on what takes it forward, lets a helper speak while it does not, and looks after it
 * when it is silent longer than is its habit. Silence alone proves nothing: if a look elsewhere finds nothing newer it is
 * quiet, else stale. What it may have missed is put in front of what it says next.
 *
 * Errors when the live stream, the helper or a look fails for good. Never completes.
 */
export const attend = (options: AttendOptions): Observable<MarketEvent> =>
  new Observable((subscriber) => new Attendance(options, subscriber).begin());
