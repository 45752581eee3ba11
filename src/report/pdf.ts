import { pathToFileURL } from 'node:url';

/**
 * The command that prints `report.html` to a PDF with Chromium, to be run by whoever may start processes.
 * @param profileDir an empty folder of its own; the caller removes it.
 */
export function pdfCommand(paths: {
  readonly html: string;
  readonly pdf: string;
  readonly profileDir: string;
  readonly chromium?: string;
}): string[] {
  return [
    paths.chromium ?? 'chromium',
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${paths.profileDir}`,
    '--no-pdf-header-footer',
    `--print-to-pdf=${paths.pdf}`,
    pathToFileURL(paths.html).href,
  ];
}
