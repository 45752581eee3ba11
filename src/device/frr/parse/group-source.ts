import type { Answer, JsonRecord } from '../../answer.js';

/** FRR's multicast tables: an object by group, in it an object by source (`*` for the shared tree). */
export function entriesByGroupAndSource(
  answer: Answer,
  besides: readonly string[] = [],
): readonly { readonly group: string; readonly source: string; readonly fields: JsonRecord }[] {
  return answer
    .objects(answer.object(), 'the answer', besides)
    .flatMap(([group, sources]) =>
      answer.objects(sources, group).map(([source, fields]) => ({ group, source, fields })),
    );
}
