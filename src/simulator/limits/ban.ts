/** Blocks an address that keeps calling after it was told to stop; each further block lasts twice as long. */
export class BanList {
  private readonly refusals = new Map<string, number[]>();
  private readonly blocks = new Map<string, { until: number; length: number }>();
  private readonly tolerated: number;
  private readonly within: number;
  private readonly first: number;

  constructor(tolerated: number, within: number, first: number) {
    this.tolerated = tolerated;
    this.within = within;
    this.first = first;
  }

  /** ms for which the address is still blocked; 0 when it is not. */
  blockedFor(address: string, now: number): number {
    return Math.max(0, (this.blocks.get(address)?.until ?? 0) - now);
  }

  /** Notes that the address was answered 429. */
  refused(address: string, now: number): void {
    const recent = (this.refusals.get(address) ?? []).filter((time) => time > now - this.within);
    recent.push(now);
    this.refusals.set(address, recent);
    if (recent.length < this.tolerated) return;
    this.refusals.delete(address);
    const length = (this.blocks.get(address)?.length ?? this.first / 2) * 2;
    this.blocks.set(address, { until: now + length, length });
  }
}
