import type { SchedulerLike } from 'rxjs';
import type { Errand } from './errand.js';

/** Acts after `delay` ms, unless the errand is stopped or begun anew before. */
export const after = (errand: Errand, delay: number, act: () => void, scheduler: SchedulerLike): void => {
  errand.start(() => scheduler.schedule(act, Math.max(0, delay)));
};

/** The same in two halves: after a pause of this very process a live stream is read before it is judged. */
export const patiently = (errand: Errand, delay: number, act: () => void, scheduler: SchedulerLike): void => {
  after(errand, delay / 2, () => after(errand, delay / 2, act, scheduler), scheduler);
};
