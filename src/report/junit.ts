import type { Judged } from '../analysis/types.js';
import { instantFromText, instantToIso, type InstantText } from '../core/instant.js';
import type { MatrixResult, MatrixRow } from '../l2cp/matrix.js';
import type { RunResult } from '../run/result.js';
import { markup, type Markup } from './html/markup.js';
import { expectedText, outcomeText, wayText } from './matrix.js';
import { clockOf, eventWords, limitWords, measuredText, softwareOf } from './rows.js';
import { shownVerdict, type RunVerdict } from './verdict.js';

export interface TestCase {
  readonly name: string;
  readonly className: string;
  readonly outcome: RunVerdict['outcome'];
  readonly message: string;
  readonly details: string;
}

/**
 * JUnit XML: a test case per judged limit, and one for the run itself where its verdict is not explained by them.
 * A fail is a `<failure>`; inconclusive and error are an `<error>`; nothing is ever skipped.
 */
export function renderJunit(result: RunResult): string {
  const cases = testCases(result);
  const properties: readonly (readonly [string, string])[] = [
    ['run', result.run.id],
    ['scenario', result.scenario.file],
    ['scenario.sha256', result.scenario.sha256],
    ['topology', result.lab.topology],
    ['topology.sha256', result.lab.topologySha256],
    ['runtime', result.lab.runtime],
    ['software', softwareOf(result)],
    ['clock', clockOf(result)],
    ['faultline', result.run.faultline],
    ...result.captures.map((capture) => [`sha256 ${capture.file}`, capture.sha256] as const),
  ];
  return junitText({
    ...{ name: result.scenario.name, elapsedMs: result.run.elapsedMs, startedAt: result.run.startedAt },
    ...{ host: result.run.host.machine, properties, cases },
  });
}

/** One suite as JUnit XML. */
export function junitText(suite: {
  readonly name: string;
  readonly elapsedMs: number;
  readonly startedAt: InstantText;
  readonly host: string;
  readonly properties: readonly (readonly [string, string])[];
  readonly cases: readonly TestCase[];
}): string {
  const { cases, properties } = suite;
  const failures = cases.filter((each) => each.outcome === 'fail').length;
  const errors = cases.filter((each) => each.outcome === 'inconclusive' || each.outcome === 'error').length;
  const seconds = (suite.elapsedMs / 1000).toFixed(3);
  const timestamp = instantToIso(instantFromText(suite.startedAt)).slice(0, 19);
  return `<?xml version="1.0" encoding="UTF-8"?>
${
  markup`<testsuites name="faultline" tests="${cases.length}" failures="${failures}" errors="${errors}" time="${seconds}">
  <testsuite name="${suite.name}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="0" time="${seconds}" timestamp="${timestamp}" hostname="${suite.host}">
    <properties>
${properties.map(([name, value]) => markup`      <property name="${name}" value="${value}"/>\n`)}    </properties>
${cases.map(caseMarkup)}  </testsuite>
</testsuites>
`.text
}`;
}

function caseMarkup(each: TestCase): Markup {
  const open = markup`    <testcase classname="${each.className}" name="${each.name}"`;
  if (each.outcome === 'pass') return markup`${open}/>\n`;
  const body = markup`message="${each.message}" type="${each.outcome}">${each.details}`;
  return each.outcome === 'fail'
    ? markup`${open}>\n      <failure ${body}</failure>\n    </testcase>\n`
    : markup`${open}>\n      <error ${body}</error>\n    </testcase>\n`;
}

function testCases(result: RunResult): TestCase[] {
  const names = new Map<string, number>();
  const cases = [
    ...(result.analysis?.judged ?? []).map((judged) => limitCase(result, judged, names)),
    ...(result.l2cp?.rows ?? []).map((row) => matrixCase(result, result.l2cp!, row)),
  ];
  const verdict = shownVerdict(result);
  if (cases.length === 0 || !cases.some((each) => each.outcome === verdict.outcome)) {
    cases.push({
      name: 'the run as a whole',
      className: result.scenario.name,
      outcome: verdict.outcome,
      message: verdict.reasons[0] ?? verdict.outcome,
      details: verdict.reasons.join('; '),
    });
  }
  return cases;
}

/** A row that nothing is expected of passes, and says so: a skipped case would look like one that was not run. */
function matrixCase(result: RunResult, matrix: MatrixResult, row: MatrixRow): TestCase {
  const open = row.verdict === 'not judged' ? ' (not judged)' : '';
  return {
    name: `${row.id} ${row.name}, ${row.encapsulation}, ${wayText(matrix, row)}${open}`,
    className: `${result.scenario.name}.l2cp`,
    outcome: row.verdict === 'not judged' ? 'pass' : row.verdict,
    message: `${outcomeText(row)}, expected ${expectedText(row)}`,
    details: [row.reason, ...(row.evidence?.changes ?? []), row.note ?? ''].filter((text) => text !== '').join('; '),
  };
}

function limitCase(result: RunResult, judged: Judged, names: Map<string, number>): TestCase {
  const plain = `${judged.flow} at ${judged.receiver}, ${eventWords(result, judged.event)}: ${limitWords(judged)}`;
  const uses = (names.get(plain) ?? 0) + 1;
  names.set(plain, uses);
  const because = judged.because === undefined ? '' : ` (limit because: ${judged.because})`;
  return {
    name: uses === 1 ? plain : `${plain} (${uses})`,
    className: `${result.scenario.name}.${judged.flow}`,
    outcome: judged.outcome,
    message: judged.reason,
    details: `measured ${measuredText(judged)}, wanted ${limitWords(judged)}${because}`,
  };
}
