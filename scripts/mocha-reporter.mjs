import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** The `spec` reporter, and the counts in a file, in the one line that every runner understands. */
export default class CountingSpec extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    runner.on('pass', () => counts.passed++);
    runner.on('fail', () => counts.failed++);
    runner.on('pending', () => counts.skipped++);
    runner.once('end', () => {
      const { passed, failed, skipped } = counts;
      writeFileSync(options.reporterOptions.counts, `${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}
