import { LabError } from '../../core/errors.js';

/** One container of a lab as `containerlab inspect -f json` tells it. Fields that its version does not print are ''. */
export interface InspectedContainer {
  readonly lab: string;
  readonly topologyFile: string;
  readonly fullName: string;
  readonly containerId: string;
  readonly image: string;
  readonly kind: string;
  /** `running`, `paused`, `exited` … */
  readonly state: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly owner: string;
}

/**
 * Reads what `inspect -f json` prints: a list of containers by lab (since 0.68, April 2025), or `{containers: […]}` as
 * older versions did. Nothing at all means no labs.
 * @throws LabError where it is neither.
 */
export function parseInspect(text: string): readonly InspectedContainer[] {
  if (text.trim() === '') return [];
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw notUnderstood(text, cause);
  }
  if (data === null || typeof data !== 'object') throw notUnderstood(text);
  const lists = Array.isArray(data) ? [data] : Object.values(data);
  return lists.flatMap((list: unknown) => {
    if (!Array.isArray(list)) throw notUnderstood(text);
    return list.map((item: unknown) => {
      if (item === null || typeof item !== 'object' || Array.isArray(item)) throw notUnderstood(text);
      const one = item as Readonly<Record<string, unknown>>;
      const field = (name: string): string => (typeof one[name] === 'string' ? one[name] : '');
      if (field('lab_name') === '' || field('name') === '') throw notUnderstood(text);
      return {
        lab: field('lab_name'),
        topologyFile: field('absLabPath') || field('labPath'),
        fullName: field('name'),
        containerId: field('container_id'),
        image: field('image'),
        kind: field('kind'),
        state: field('state'),
        ipv4: address(field('ipv4_address')),
        ipv6: address(field('ipv6_address')),
        owner: field('owner'),
      };
    });
  });
}

function address(text: string): string {
  return text === 'N/A' ? '' : text;
}

function notUnderstood(text: string, cause?: unknown): LabError {
  return new LabError(`the answer of containerlab inspect is not understood: ${text.slice(0, 200)}`, { cause });
}
