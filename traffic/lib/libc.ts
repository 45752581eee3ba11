import koffi from 'koffi';

/** The C library calls that the traffic programs use. Structures are little-endian and 64-bit (x86-64, arm64). */
const libc = koffi.load('libc.so.6');

type Bytes = Uint8Array | Uint32Array | Int32Array | Int16Array | null;

export const sys = {
  clockNanosleep: libc.func(
    'int clock_nanosleep(int clock, int flags, const void *request, void *remain)',
  ) as unknown as (clock: number, flags: number, request: Bytes, remain: Bytes) => number,
  clockGettime: libc.func('int clock_gettime(int clock, void *timespec)') as unknown as (
    clock: number,
    timespec: Bytes,
  ) => number,
  prctl: libc.func('int prctl(int op, ulong a, ulong b, ulong c, ulong d)') as unknown as (
    op: number,
    a: number,
    b: number,
    c: number,
    d: number,
  ) => number,
  setpriority: libc.func('int setpriority(int which, uint who, int nice)') as unknown as (
    which: number,
    who: number,
    nice: number,
  ) => number,
  schedSetscheduler: libc.func('int sched_setscheduler(int pid, int policy, const void *param)') as unknown as (
    pid: number,
    policy: number,
    param: Bytes,
  ) => number,
  poll: libc.func('int poll(void *fds, ulong count, int timeoutMs)') as unknown as (
    fds: Bytes,
    count: number,
    timeoutMs: number,
  ) => number,
  /** The timeout is a struct timespec; null waits for ever. */
  ppoll: libc.func('int ppoll(void *fds, ulong count, const void *timeout, const void *signals)') as unknown as (
    fds: Bytes,
    count: number,
    timeout: Bytes,
    signals: null,
  ) => number,
  connect: libc.func('int connect(int fd, const void *address, uint length)') as unknown as (
    fd: number,
    address: Bytes,
    length: number,
  ) => number,
  listen: libc.func('int listen(int fd, int backlog)') as unknown as (fd: number, backlog: number) => number,
  accept4: libc.func('int accept4(int fd, void *address, void *length, int flags)') as unknown as (
    fd: number,
    address: Bytes,
    length: Bytes,
    flags: number,
  ) => number,
  recvfrom: libc.func(
    'long recvfrom(int fd, void *data, size_t length, int flags, void *address, void *addressLength)',
  ) as unknown as (
    fd: number,
    data: Bytes,
    length: number,
    flags: number,
    address: Bytes,
    addressLength: Bytes,
  ) => number,
  socket: libc.func('int socket(int domain, int type, int protocol)') as unknown as (
    domain: number,
    type: number,
    protocol: number,
  ) => number,
  socketpair: libc.func('int socketpair(int domain, int type, int protocol, void *pair)') as unknown as (
    domain: number,
    type: number,
    protocol: number,
    pair: Bytes,
  ) => number,
  bind: libc.func('int bind(int fd, const void *address, uint length)') as unknown as (
    fd: number,
    address: Bytes,
    length: number,
  ) => number,
  setsockopt: libc.func('int setsockopt(int fd, int level, int name, const void *value, uint length)') as unknown as (
    fd: number,
    level: number,
    name: number,
    value: Bytes,
    length: number,
  ) => number,
  getsockopt: libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)') as unknown as (
    fd: number,
    level: number,
    name: number,
    value: Bytes,
    length: Bytes,
  ) => number,
  sendto: libc.func(
    'long sendto(int fd, const void *data, size_t length, int flags, const void *address, uint addressLength)',
  ) as unknown as (
    fd: number,
    data: Bytes,
    length: number,
    flags: number,
    address: Bytes,
    addressLength: number,
  ) => number,
  recv: libc.func('long recv(int fd, void *data, size_t length, int flags)') as unknown as (
    fd: number,
    data: Bytes,
    length: number,
    flags: number,
  ) => number,
  recvmsg: libc.func('long recvmsg(int fd, void *message, int flags)') as unknown as (
    fd: number,
    message: bigint,
    flags: number,
  ) => number,
  malloc: libc.func('void *malloc(size_t length)') as unknown as (length: number) => bigint,
  close: libc.func('int close(int fd)') as unknown as (fd: number) => number,
  ifNametoindex: libc.func('uint if_nametoindex(str name)') as unknown as (name: string) => number,
};

/**
 * Memory of the C library's that stays where it is, for structures that point to each other. It is never given back:
 * take it once.
 * @throws Error where there is none
 */
export function fixedMemory(length: number): { readonly address: bigint; readonly view: DataView } {
  const address = sys.malloc(length);
  if (!address) throw new Error(`no memory for ${length} bytes`);
  const view = new DataView(koffi.view(address, length));
  new Uint8Array(view.buffer).fill(0);
  return { address, view };
}

/** The number of the last failed call's error. Read it at once: any other call may change it. */
export function lastErrno(): number {
  return koffi.errno();
}

/** `ENETUNREACH` and so on. */
export function errnoName(errno: number): string {
  for (const [name, value] of Object.entries(koffi.os.errno)) if (value === errno) return name;
  return `errno ${errno}`;
}

/** @throws Error naming what was tried and the error's name, where a call returned a negative number. */
export function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: ${errnoName(lastErrno())}`);
  return result;
}
