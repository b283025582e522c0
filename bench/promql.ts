import { runDifferential } from './promql/differential.ts';
import { explain } from './promql/explain.ts';
import { hasPeer } from './promql/peer.ts';

/** Random queries, asked of our evaluator over our store and of an installed Prometheus over the same samples. */
const COUNT = Number(process.argv[2] ?? 5000);
const SEEDS = [1, 2, 3, 4];

if (!hasPeer()) {
  console.error('prometheus and promtool are not installed: nothing to compare with');
  process.exit(1);
}
let unexplained = 0;
for (const seed of SEEDS) {
  const outcome = await runDifferential(seed, Math.ceil(COUNT / SEEDS.length));
  const { peer, series, samples, compared, equal, close, refused, empty, differences } = outcome;
  console.log(
    `seed ${seed}, Prometheus ${peer}: ${series} series, ${samples} samples; ${compared} queries: ${equal} equal to the bit (${empty} of all are empty), ${close} within 1e-9, ${refused} refused by both in the same words, ${differences.length} different`,
  );
  const grouped = Map.groupBy(differences, explain);
  for (const [reason, group] of grouped) {
    console.log(`  ${group.length} × ${reason ?? 'NOT EXPLAINED'}`);
    if (reason === null) unexplained += group.length;
    for (const { query, at, what } of group.slice(0, reason === null ? 20 : 2))
      console.log(`    ${query}\n      ${at}\n      ${what}`);
  }
}
console.log(
  unexplained === 0 ? '\nno difference is unexplained' : `\n${unexplained} differences are not explained`,
);
process.exitCode = unexplained === 0 ? 0 : 1;
