import type { Report } from '../output/report.js';

export interface SectionContext {
  /** Measured rounds; one more goes before to warm up. */
  readonly rounds: number;
  readonly progress: (what: string) => void;
}

export type Section = (context: SectionContext) => Promise<Report>;
