/** One step of the start program (`node-init.pl`): its name and arguments. */
export type Step = readonly [string, ...string[]];

/** What a node's init does, in three stages: namespaces and files; interfaces, once they are there; programs. */
export interface InitPlan {
  readonly setup: readonly Step[];
  readonly links: readonly Step[];
  readonly start: readonly Step[];
}

export function formatInitPlan(plan: InitPlan): string {
  const stage = (name: keyof InitPlan): string[] => [`[${name}]`, ...plan[name].map(formatFields)];
  return [...stage('setup'), ...stage('links'), ...stage('start'), ''].join('\n');
}

/** Fields of the start program's protocol: separated by tabs, `%XX` for what would be taken for a separator. */
export function formatFields(fields: readonly string[]): string {
  return fields.map((field) => field.replace(/[%\t\n\r\0]/g, hex)).join('\t');
}

export function parseFields(line: string): string[] {
  return line.split('\t').map((field) => field.replace(/%([0-9A-F]{2})/g, (_, code: string) => unhex(code)));
}

function hex(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
function unhex(code: string): string {
  return String.fromCharCode(parseInt(code, 16));
}
