/**
 * Where labs and runs that are there now are written down, so that any later call finds them: `/run/faultline`, which
 * a reboot empties together with the namespaces. `FAULTLINE_STATE` names another folder.
 */
export function stateDir(): string {
  const named = process.env['FAULTLINE_STATE'];
  return named === undefined || named === '' ? '/run/faultline' : named;
}
