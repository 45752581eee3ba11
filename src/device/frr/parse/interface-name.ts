/** FRR writes `Unknown` or `<iif?>` where it has no interface: that is no name. */
export function knownInterface(name: string | null): string {
  return name === null || name === 'Unknown' || /^<.*>$/.test(name) ? '' : name;
}
