/** A ring of FRR routers, r0 to r<count-1>: eth1 of each leads to eth2 of the next. */
export interface Ring {
  readonly nodes: readonly { readonly name: string; readonly frrConf: string }[];
  /** As a topology file writes them. */
  readonly links: readonly (readonly [string, string])[];
}

/** @param perInterface further lines of every link interface. */
export function ringOf(count: number, perInterface: readonly string[]): Ring {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return {
    nodes: numbers.map((number) => ({ name: `r${number}`, frrConf: config(number, count, perInterface) })),
    links: numbers.map((number) => [`r${number}:eth1`, `r${(number + 1) % count}:eth2`]),
  };
}

/** Addresses of the loopback interfaces. */
export function loopbackOf(router: number): string {
  return `10.255.${Math.floor(router / 250)}.${(router % 250) + 1}`;
}

function config(router: number, count: number, perInterface: readonly string[]): string {
  const net = (link: number): string => `10.${100 + Math.floor(link / 250)}.${link % 250}`;
  const common = [' ip ospf area 0', ' ip ospf network point-to-point', ...perInterface.map((line) => ` ${line}`)];
  return [
    `hostname r${router}`,
    'interface lo',
    ` ip address ${loopbackOf(router)}/32`,
    ' ip ospf area 0',
    'interface eth1',
    ` ip address ${net(router)}.1/30`,
    ...common,
    'interface eth2',
    ` ip address ${net((router + count - 1) % count)}.2/30`,
    ...common,
    'router ospf',
    '',
  ].join('\n');
}
