import { z } from 'zod';

/*
 * containerlab 0.79's topology file, over the text of its scalars: Go decodes `1.10` or `yes` into a text field as it
 * stands. Empty is the same as absent everywhere.
 */
const text = z.string();
const texts = z.array(z.string());
const textMap = z.record(z.string(), z.string().nullable());
const anything = z.unknown().optional();
const flag = z
  .string()
  .regex(/^(y|yes|true|on|n|no|false|off)$/i, 'must be true or false')
  .transform((word) => /^(y|yes|true|on)$/i.test(word));
const whole = z
  .string()
  .regex(/^(0|[1-9]\d*)$/, 'must be a whole number')
  .transform(Number);
const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number')
  .transform(Number);

/** Fields of a node, a kind, a group or the defaults. */
export const nodeFields = {
  kind: text.nullish(),
  group: text.nullish(),
  type: text.nullish(),
  'startup-config': text.nullish(),
  'startup-delay': whole.nullish(),
  'enforce-startup-config': flag.nullish(),
  'suppress-startup-config': flag.nullish(),
  'auto-remove': flag.nullish(),
  'restart-policy': text.nullish(),
  config: anything,
  image: text.nullish(),
  'image-pull-policy': text.nullish(),
  license: text.nullish(),
  position: text.nullish(),
  hostname: text.nullish(),
  entrypoint: text.nullish(),
  cmd: text.nullish(),
  exec: texts.nullish(),
  binds: texts.nullish(),
  volumes: texts.nullish(),
  devices: texts.nullish(),
  'cap-add': texts.nullish(),
  privileged: flag.nullish(),
  'cgroupns-mode': text.nullish(),
  'cgroup-parent': text.nullish(),
  'pid-mode': text.nullish(),
  tmpfs: textMap.nullish(),
  'security-opts': texts.nullish(),
  'shm-size': text.nullish(),
  ports: texts.nullish(),
  'mgmt-ipv4': text.nullish(),
  'mgmt-ipv6': text.nullish(),
  env: textMap.nullish(),
  'env-files': texts.nullish(),
  user: text.nullish(),
  labels: textMap.nullish(),
  'network-mode': text.nullish(),
  runtime: text.nullish(),
  cpu: decimal.nullish(),
  'cpu-set': text.nullish(),
  memory: text.nullish(),
  sysctls: textMap.nullish(),
  extras: anything,
  stages: anything,
  dns: anything,
  certificate: anything,
  healthcheck: anything,
  credentials: anything,
  username: text.nullish(),
  password: text.nullish(),
  aliases: texts.nullish(),
  components: anything,
  'link-apply-mode': z.enum(['live', 'restart', 'recreate']).nullish(),
} as const;

const nodeDefinition = z.strictObject(nodeFields);
export type NodeDefinition = z.output<typeof nodeDefinition>;

const mgmt = z.strictObject({
  network: text.nullish(),
  bridge: text.nullish(),
  'ipv4-subnet': text.nullish(),
  'ipv4-gw': text.nullish(),
  'ipv4-range': text.nullish(),
  'ipv6-subnet': text.nullish(),
  'ipv6-gw': text.nullish(),
  'ipv6-range': text.nullish(),
  ipv4_subnet: text.nullish(),
  ipv6_subnet: text.nullish(),
  mtu: whole.nullish(),
  'external-access': flag.nullish(),
  'skip-when-unused': flag.nullish(),
  'driver-opts': textMap.nullish(),
});

export const topologyFile = z.strictObject({
  name: text,
  prefix: text.nullish(),
  mgmt: mgmt.nullish(),
  settings: z
    .strictObject({
      'certificate-authority': z
        .strictObject({
          cert: text.nullish(),
          key: text.nullish(),
          'key-size': whole.nullish(),
          'validity-duration': text.nullish(),
        })
        .nullish(),
    })
    .nullish(),
  debug: flag.nullish(),
  topology: z.strictObject({
    defaults: nodeDefinition.nullish(),
    kinds: z.record(z.string(), nodeDefinition.nullable()).nullish(),
    groups: z.record(z.string(), nodeDefinition.nullable()).nullish(),
    nodes: z.record(z.string(), nodeDefinition.nullable()),
    // Each link is checked by the schema of its type.
    links: z.array(z.unknown()).nullish(),
  }),
});
export type TopologyFile = z.output<typeof topologyFile>;

const linkCommon = {
  type: text.nullish(),
  mtu: whole.nullish(),
  labels: textMap.nullish(),
  ipv4: z.array(z.string().nullable()).nullish(),
  ipv6: z.array(z.string().nullable()).nullish(),
  vars: anything,
} as const;
const endpoint = z.strictObject({
  node: text,
  interface: text,
  mac: text.nullish(),
  ipv4: text.nullish(),
  ipv6: text.nullish(),
  vars: anything,
});
const twoEnds = z.array(endpoint).length(2, 'must have exactly two entries');
const hostEnd = { endpoint, 'host-interface': text } as const;
const vxlan = {
  endpoint,
  remote: text,
  vni: whole,
  'udp-port': whole.nullish(),
  'dst-port': whole.nullish(),
  'src-port': whole.nullish(),
  'parent-interface': text.nullish(),
} as const;

export const briefLink = z.strictObject({
  ...linkCommon,
  endpoints: z.array(z.string()).length(2, 'must have exactly two entries'),
});

/** Links in the long form, by their `type`. */
export const longLinks = {
  veth: z.strictObject({ ...linkCommon, endpoints: twoEnds }),
  'veth-stitch': z.strictObject({ ...linkCommon, endpoints: twoEnds }),
  host: z.strictObject({ ...linkCommon, ...hostEnd }),
  'mgmt-net': z.strictObject({ ...linkCommon, ...hostEnd }),
  macvlan: z.strictObject({ ...linkCommon, ...hostEnd, mode: text.nullish() }),
  dummy: z.strictObject({ ...linkCommon, endpoint }),
  vxlan: z.strictObject({ ...linkCommon, ...vxlan }),
  'vxlan-stitch': z.strictObject({ ...linkCommon, ...vxlan }),
} as const;
export type LongLinkType = keyof typeof longLinks;
export type LinkEnd = z.output<typeof endpoint>;
