/**
 * An image's name written out one way, as Docker understands it: `docker.io/library/alpine` is `alpine:latest`,
 * `frrouting/frr:10.2` stays. A digest stays too.
 */
export function canonicalName(name: string): string {
  const local = name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  const last = local.slice(local.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? local : `${local}:latest`;
}

/** Whether a name is one that Docker takes. */
export function isImageName(name: string): boolean {
  return /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.test(
    name,
  );
}
