import { instantFromText, instantToIso } from '../core/instant.js';
import type { CaptureDifference, FrameCopy } from '../packet/first-difference.js';
import { decodeFrame } from '../packet/layers/decode-frame.js';
import type { Verification } from './verdict.js';

const MOST_BYTES = 160;

/** A verification for people. */
export function describeVerification(found: Verification): string {
  const lines = [`${found.run}, seed ${found.seed}`];
  for (const text of found.altered) lines.push(`  ALTERED  ${text}`);
  for (const text of found.parts) lines.push(`  OTHER    ${text}`);
  for (const { file, recorded, now, difference } of found.captures) {
    if (recorded === now) lines.push(`  same     ${file}  ${recorded ?? ''}`);
    else {
      lines.push(`  DIFFERS  ${file}: recorded ${recorded ?? 'nothing'}, now ${now ?? 'nothing'}`);
    }
    if (difference !== null) lines.push(...differenceLines(difference).map((line) => `           ${line}`));
  }
  for (const text of found.figures) lines.push(`  DIFFERS  ${text}`);
  if (found.captures.length > 0 && found.figures.length === 0) lines.push('  same     every figure of the result');
  const word = { pass: 'VERIFIED', fail: 'NOT VERIFIED', inconclusive: 'INCONCLUSIVE' }[found.verdict.outcome];
  lines.push(word, ...found.verdict.reasons.map((reason) => `  ${reason}`));
  return `${lines.join('\n')}\n`;
}

function differenceLines({ frame, first, second }: CaptureDifference): string[] {
  return [
    `first difference: frame ${frame}`,
    ...frameLines('kept', first),
    ...frameLines('now', second),
    ...(first === null || second === null ? [] : [whereText(first, second)]),
  ];
}

function frameLines(label: string, frame: FrameCopy | null): string[] {
  if (frame === null) return [`${label.padEnd(5)} the capture ends before`];
  const layers = decodeFrame(frame.bytes, frame.linkType).map((layer) => layer.protocol);
  const hex = frame.bytes.subarray(0, MOST_BYTES).toString('hex');
  const more = frame.bytes.length > MOST_BYTES ? ` … (${frame.bytes.length} bytes)` : '';
  return [
    `${label.padEnd(5)} ${instantToIso(instantFromText(frame.at))}  ${frame.originalLength} bytes  ${layers.join(' / ')}`,
    `      ${hex}${more}`,
  ];
}

function whereText(first: FrameCopy, second: FrameCopy): string {
  const parts: string[] = [];
  if (first.at !== second.at) parts.push(`the stamps are ${String(BigInt(second.at) - BigInt(first.at))} ns apart`);
  if (first.originalLength !== second.originalLength) parts.push('the lengths differ');
  const shared = Math.min(first.bytes.length, second.bytes.length);
  for (let at = 0; at < shared; at++) {
    if (first.bytes[at] !== second.bytes[at]) {
      parts.push(`the bytes differ from ${at} on`);
      break;
    }
  }
  return parts.join(', ');
}
