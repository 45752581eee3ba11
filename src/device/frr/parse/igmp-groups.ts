import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/**
 * `show ip igmp groups json`, one fact per source of `show ip igmp sources json`. A group that is joined for any source
 * (IGMPv2, or EXCLUDE) has the source null.
 */
export function parseIgmpGroups(groups: Answer, sources: Answer): DeviceFacts['igmp-groups'] {
  const sourcesOf = new Map<string, (string | null)[]>();
  for (const [interfaceName, fields] of sources.objects(sources.object(), 'the answer')) {
    for (const [group, entry] of sources.objects(fields, interfaceName, ['name'])) {
      const found = sources.list(entry['sources'] ?? [], `sources of ${group}`).map((one) => {
        const source = sources.needText(sources.record(one, `a source of ${group}`), 'source');
        return source === '*' ? null : source;
      });
      sourcesOf.set(`${interfaceName} ${group}`, found);
    }
  }
  return groups.objects(groups.object(), 'the answer').flatMap(([interfaceName, fields]) => {
    const entries = fields['groups'];
    if (entries === undefined) throw groups.notUnderstood(`${interfaceName} has no \`groups\``);
    return groups.list(entries, `groups of ${interfaceName}`).flatMap((one) => {
      const entry = groups.record(one, `a group of ${interfaceName}`);
      const group = groups.needText(entry, 'group');
      const version = groups.optionalNumber(entry, 'version');
      const known = sourcesOf.get(`${interfaceName} ${group}`) ?? [];
      return (known.length === 0 ? [null] : known).map((source) => ({
        interface: interfaceName,
        group,
        source,
        version,
      }));
    });
  });
}
