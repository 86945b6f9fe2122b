import { run } from './spec/chaos/run/run.js';
import { judge } from './spec/chaos/judge/verdict.js';
import { createSchedule } from './spec/chaos/plan/schedule.js';
import { faultNamed } from './spec/chaos/plan/catalogue.js';
const [names, minutes, seed, channels] = process.argv.slice(2);
const faults=names!.split(',').map(faultNamed);
const { recording: r, truth } = await run({ seed:Number(seed), schedule: createSchedule({seed:Number(seed), minutes:Number(minutes), faults}), channels: (channels?.split(',') ?? ['trade']) as any });
const v = await judge(r, truth);
const rel=(t:number)=>((t-r.startedAt)/1000).toFixed(3);
for (const x of v.violations) console.log(rel(x.at), x.rule, x.what);
for (const s of r.struck) console.log('  struck', rel(s.from), rel(s.until), s.fault);
const markets=new Set(v.violations.map(x=>/KRW-\w+/.exec(x.what)?.[0]));
const times=v.violations.map(x=>x.at);
for (const s of r.signals) { const j=JSON.stringify(s); const m=(s as any).topic?.match(/KRW-\w+/)?.[0]; if (times.some(t=>Math.abs(s.at-t)<3000) && (!m || markets.has(m))) console.log(rel(s.at), j.slice(0,260)); }
console.log(v.trades, v.violations.length);
process.exit();
