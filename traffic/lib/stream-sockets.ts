import { lastErrno, must, sys } from './libc.js';
import { sockaddrIn } from './sockets.js';

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_LINGER = 13;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const BACKLOG = 64;
const SOCKADDR_BYTES = 16;

export const EAGAIN = 11;
export const EINPROGRESS = 115;
export const POLL = { in: 1, out: 4, error: 8, hangUp: 16 } as const;

export type Transport = 'udp' | 'tcp';

/** A socket of an address and port, that does not block. @throws Error naming the step and the system's error */
export function openAt(over: Transport, address: string, port: number): number {
  const type = over === 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
  const fd = must(sys.socket(AF_INET, type | NONBLOCK_CLOEXEC, 0), 'socket');
  must(sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, new Int32Array([1]), 4), 'SO_REUSEADDR');
  const at = sockaddrIn(address, port);
  if (sys.bind(fd, at, at.length) < 0) {
    const error = lastErrno();
    sys.close(fd);
    throw new OpenError(`bind to ${address}:${port}`, error);
  }
  if (over === 'tcp') must(sys.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, new Int32Array([1]), 4), 'TCP_NODELAY');
  return fd;
}

/** A step that the system refused, for a reason that may pass: an address that is not there, a route that is missing. */
export class OpenError extends Error {
  constructor(
    what: string,
    readonly errno: number,
  ) {
    super(`${what}: errno ${errno}`);
  }
}

/** @returns 0, or the error's number; EINPROGRESS: the socket becomes writable when it is decided */
export function connectTo(fd: number, address: string, port: number): number {
  const to = sockaddrIn(address, port);
  return sys.connect(fd, to, to.length) < 0 ? lastErrno() : 0;
}

export function listenAt(address: string, port: number): number {
  const fd = openAt('tcp', address, port);
  must(sys.listen(fd, BACKLOG), `listen at ${address}:${port}`);
  return fd;
}

/** @returns undefined where nobody waits */
export function acceptFrom(fd: number): number | undefined {
  const accepted = sys.accept4(fd, null, null, NONBLOCK_CLOEXEC);
  if (accepted < 0) return undefined;
  sys.setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, new Int32Array([1]), 4);
  return accepted;
}

/** The error that the socket holds; reading it takes it off. */
export function pendingError(fd: number): number {
  const value = new Int32Array(1);
  must(sys.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, new Int32Array([4])), 'SO_ERROR');
  return value[0]!;
}

/** Closes a TCP socket with a reset: nothing that waits to be sent is sent any more. */
export function abort(fd: number): void {
  sys.setsockopt(fd, SOL_SOCKET, SO_LINGER, new Int32Array([1, 0]), 8);
  sys.close(fd);
}

/** @returns how many bytes the kernel took, or the error's number below 0 */
export function sendNow(fd: number, bytes: Uint8Array, to: Uint8Array | null = null): number {
  const sent = sys.sendto(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, to, to?.length ?? 0);
  return sent < 0 ? -lastErrno() : sent;
}

/** @returns how many bytes came, or the error's number below 0 */
export function receiveNow(fd: number, into: Uint8Array): number {
  const length = sys.recv(fd, into, into.length, MSG_DONTWAIT);
  return length < 0 ? -lastErrno() : length;
}

/** One datagram and where it came from. @returns as `receiveNow` */
export function receiveFrom(fd: number, into: Uint8Array, from: Uint8Array): number {
  const length = sys.recvfrom(fd, into, into.length, MSG_DONTWAIT, from, new Int32Array([SOCKADDR_BYTES]));
  return length < 0 ? -lastErrno() : length;
}

/**
 * Sockets to wait for, with stdin always among them.
 * struct pollfd: int fd, short events, short revents; a negative fd is passed over.
 */
export class PollSet {
  private words = new Int32Array([0, POLL.in]);
  private readonly timeout = new Uint32Array(4);

  set(entries: readonly { readonly fd: number; readonly events: number }[]): void {
    if (this.words.length !== 2 * entries.length + 2) this.words = new Int32Array(2 * entries.length + 2);
    this.words[0] = 0;
    this.words[1] = POLL.in;
    entries.forEach(({ fd, events }, index) => {
      this.words[2 * index + 2] = fd;
      this.words[2 * index + 3] = events;
    });
  }

  /** Waits until something is ready or so many ns have passed; Infinity: for ever. */
  wait(ns: number): void {
    if (ns === Infinity) {
      sys.ppoll(this.words, this.words.length / 2, null, null);
      return;
    }
    this.timeout[0] = Math.floor(ns / 1e9);
    this.timeout[2] = Math.max(0, Math.ceil(ns % 1e9));
    sys.ppoll(this.words, this.words.length / 2, this.timeout, null);
  }

  /** What is ready at an entry; -1: at stdin. */
  ready(index: number): number {
    return this.words[2 * index + 3]! >>> 16;
  }
}

/** Bytes that the kernel could not take yet, and what came of a message so far. */
export class ByteQueue {
  private bytes = Buffer.alloc(0);

  get length(): number {
    return this.bytes.length;
  }
  add(bytes: Uint8Array): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }
  peek(): Buffer {
    return this.bytes;
  }
  drop(count: number): void {
    this.bytes = this.bytes.subarray(count);
  }
  clear(): void {
    this.bytes = Buffer.alloc(0);
  }
}
