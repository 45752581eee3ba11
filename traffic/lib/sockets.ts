import { errnoName, lastErrno, must, sys } from './libc.js';

const AF_INET = 2;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const IPPROTO_IP = 0;
const IP_RECVERR = 11;
const IP_MULTICAST_IF = 32;
const IP_MULTICAST_TTL = 33;
const IP_MULTICAST_LOOP = 34;
const IP_MULTICAST_ALL = 49;
const MCAST_JOIN_GROUP = 42;
const MCAST_LEAVE_GROUP = 45;
const MCAST_JOIN_SOURCE_GROUP = 46;
const MCAST_LEAVE_SOURCE_GROUP = 47;
const SEND_BUFFER_BYTES = 1 << 20;

function addressBytes(dotted: string): readonly number[] {
  const parts = dotted.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new Error(`not an IPv4 address: ${JSON.stringify(dotted)}`);
  }
  return parts;
}

/** struct sockaddr_in */
export function sockaddrIn(dotted: string, port: number): Uint8Array {
  return Uint8Array.from([AF_INET, 0, port >> 8, port & 255, ...addressBytes(dotted), 0, 0, 0, 0, 0, 0, 0, 0]);
}

function interfaceIndex(name: string): number {
  const index = sys.ifNametoindex(name);
  if (index === 0) throw new Error(`interface ${name}: ${errnoName(lastErrno())}`);
  return index;
}

function setNumber(fd: number, level: number, option: number, value: number, what: string): void {
  must(sys.setsockopt(fd, level, option, new Int32Array([value]), 4), what);
}

function udpSocket(): number {
  const fd = must(sys.socket(AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0), 'socket');
  setNumber(fd, SOL_SOCKET, SO_REUSEADDR, 1, 'SO_REUSEADDR');
  return fd;
}

/**
 * A socket that sends multicast out of one interface from one address and port, whatever the routes say, and never
 * back to this host. A packet that a queue on the way out throws away is an error (IP_RECVERR), not a success.
 * @throws Error naming the step and the system's error.
 */
export function openMulticastSender(flow: {
  readonly interface: string;
  readonly address: string;
  readonly sourcePort: number;
  readonly ttl: number;
}): number {
  const fd = udpSocket();
  const source = sockaddrIn(flow.address, flow.sourcePort);
  must(sys.bind(fd, source, source.length), `bind to ${flow.address}:${flow.sourcePort}`);
  const mreqn = new Uint8Array(12); // struct ip_mreqn: group, address, interface index
  mreqn.set(addressBytes(flow.address), 4);
  new DataView(mreqn.buffer).setInt32(8, interfaceIndex(flow.interface), true);
  must(sys.setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, mreqn, mreqn.length), `IP_MULTICAST_IF ${flow.interface}`);
  setNumber(fd, IPPROTO_IP, IP_MULTICAST_TTL, flow.ttl, 'IP_MULTICAST_TTL');
  setNumber(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0, 'IP_MULTICAST_LOOP');
  setNumber(fd, IPPROTO_IP, IP_RECVERR, 1, 'IP_RECVERR');
  setNumber(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES, 'SO_SNDBUF');
  return fd;
}

/**
 * A socket that gets a group's packets to one port, and only by its own membership (IP_MULTICAST_ALL off).
 * @throws Error naming the step and the system's error.
 */
export function openMulticastReceiver(group: string, port: number, bufferBytes: number): number {
  const fd = udpSocket();
  setNumber(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0, 'IP_MULTICAST_ALL');
  const size = new Int32Array([bufferBytes]);
  if (sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) < 0) {
    must(sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size, 4), 'SO_RCVBUF');
  }
  const address = sockaddrIn(group, port);
  must(sys.bind(fd, address, address.length), `bind to ${group}:${port}`);
  return fd;
}

/** What the kernel really gave: twice what was asked for, or its limit. */
export function receiveBufferBytes(fd: number): number {
  const value = new Int32Array(1);
  must(sys.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, new Int32Array([4])), 'SO_RCVBUF');
  return value[0]!;
}

/** struct group_req (RFC 3678), or group_source_req where there is a source. */
function groupRequest(interfaceName: string, group: string, source: string | null): Uint8Array {
  const request = new Uint8Array(source === null ? 136 : 264);
  new DataView(request.buffer).setUint32(0, interfaceIndex(interfaceName), true);
  request.set(sockaddrIn(group, 0), 8);
  if (source !== null) request.set(sockaddrIn(source, 0), 136);
  return request;
}

/** Prepared, so that nothing but the system call lies between the two stamps around it. */
export function membership(
  fd: number,
  flow: { readonly interface: string; readonly group: string; readonly source: string | null },
): { join(): void; leave(): void } {
  const request = groupRequest(flow.interface, flow.group, flow.source);
  const [join, leave] =
    flow.source === null ? [MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP] : [MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP];
  const what = `${flow.source ?? 'any source'} to ${flow.group} on ${flow.interface}`;
  return {
    join: () => void must(sys.setsockopt(fd, IPPROTO_IP, join, request, request.length), `join ${what}`),
    leave: () => void must(sys.setsockopt(fd, IPPROTO_IP, leave, request, request.length), `leave ${what}`),
  };
}
