import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';
import { entriesByGroupAndSource } from './group-source.js';

/** `show ip msdp sa json`. A source that this router itself announces has no RP: `-`. */
export function parseMsdpSa(answer: Answer): DeviceFacts['msdp-sa'] {
  return entriesByGroupAndSource(answer).map(({ group, source, fields }) => ({
    source,
    group,
    rp: answer.optionalText(fields, 'rp') ?? '-',
    local: answer.optionalFlag(fields, 'local') ?? false,
    sptSetup: answer.optionalFlag(fields, 'sptSetup') ?? false,
  }));
}
