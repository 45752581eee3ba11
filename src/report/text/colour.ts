import type { TextSink } from '../types.js';

export type Tone = 'pass' | 'fail' | 'inconclusive' | 'error' | 'muted';
export type Paint = (text: string, tone: Tone) => string;

const SGR: Readonly<Record<Tone, string>> = { pass: '32', fail: '31', inconclusive: '33', error: '35', muted: '2' };

/** Colours a text, or leaves it as it is. */
export function painter(colour: boolean): Paint {
  return colour ? (text, tone) => (text === '' ? '' : `\u001b[${SGR[tone]}m${text}\u001b[0m`) : (text) => text;
}

/** Colours only on a terminal, and not where the user does not want them (no-color.org). */
export function wantsColour(sink: TextSink, env: Readonly<Record<string, string | undefined>>): boolean {
  return sink.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
