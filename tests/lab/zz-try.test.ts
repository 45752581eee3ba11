import { inLab, probe, notPassed } from '/work/wt/l2cp/tests/lab/l2cp-lab.js';
describe('try', function () { this.timeout(120000);
for (const t of ['redirect']) it(t, async () => { await inLab(t, 'try'+t, async (lab) => {
  const t0=Date.now(); const r = await probe(lab, {}, (x)=>console.log('  ..',x)); console.log(t, Date.now()-t0, r.rows.length, r.counts, r.verdict, r.dataPath); for (const l of notPassed(r).slice(0,14)) console.log('   ',l); }); }); });
