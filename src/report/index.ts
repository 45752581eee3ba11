import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../run/result.js';
import { readStyleSheet } from './assets.js';
import { renderConsole, type ConsoleOptions } from './console.js';
import { renderHtml } from './html/page.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { resultJsonText } from './read-result.js';
import type { Reporter, TextSink } from './types.js';

export type ReportFormat = 'json' | 'markdown' | 'junit' | 'html';

export interface ReportKind {
  /** Its name in the run folder. */
  readonly file: string;
  readonly title: string;
  /** The same result gives the same text. */
  render(result: RunResult): string;
}

/** The reports that are files. */
export const REPORTS: Readonly<Record<ReportFormat, ReportKind>> = {
  json: { file: 'result.json', title: 'everything, for programs', render: resultJsonText },
  junit: { file: 'junit.xml', title: 'a test case per limit, for CI', render: renderJunit },
  markdown: { file: 'report.md', title: 'tables, for a merge request or a wiki', render: renderMarkdown },
  html: {
    file: 'report.html',
    title: 'the acceptance report, one self-contained page',
    render: (result) => renderHtml(result, readStyleSheet()),
  },
};

/** A reporter per file, which writes it into the run folder. */
export function fileReporters(): Reporter[] {
  return Object.entries(REPORTS).map(([name, kind]) => ({
    name,
    onEnd: (result, runDir) => writeFile(join(runDir, kind.file), kind.render(result)),
  }));
}

/** Prints the summary of a run when it is over. */
export function consoleReporter(sink: TextSink, options: ConsoleOptions): Reporter {
  return {
    name: 'console',
    onEnd(result, runDir) {
      const reportPath = options.reportPath ?? join(runDir, REPORTS.html.file);
      sink.write(renderConsole(result, { ...options, reportPath }));
    },
  };
}

export { renderConsole, titleLine, type ConsoleOptions } from './console.js';
export { GuestProgress, SeedsProgress } from './guest-progress.js';
export { resultJsonSchemaText } from './json-schema.js';
export { createReporters, type ReporterProblem, type Reporters } from './multiplex.js';
export { pdfCommand } from './pdf.js';
export { ProgressReporter } from './progress.js';
export { parseResult, readResult, resultJsonText } from './read-result.js';
export { summaryTable, type Summary } from './summary.js';
export { softwareOf } from './rows.js';
export { wantsColour } from './text/colour.js';
export type { Reporter, RunEvent, TextSink } from './types.js';
export { exitCodeOf, exitCodeOfOutcome, shownVerdict, worstExitCode } from './verdict.js';
