import { errnoName, fixedMemory, lastErrno, must, sys } from './libc.js';

const AF_PACKET = 17;
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0o4000 | 0o2000000;
const ETH_P_ALL_BE = 0x0300;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const PACKET_AUXDATA = 8;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_OUTGOING = 4;
const MSG_DONTWAIT = 0x40;
const EAGAIN = 11;
const TP_STATUS_VLAN_VALID = 0x10;
const TP_STATUS_VLAN_TPID_VALID = 0x40;
const CUSTOMER_TAG = 0x8100;

const RECEIVE_BUFFER_BYTES = 32 << 20;
const MOST_FRAME_BYTES = 65_536;
const CONTROL_BYTES = 256;

/** One frame as it was on the wire, its tags restored. */
export interface ReceivedFrame {
  /** Epoch ns, the kernel's stamp. */
  readonly atNs: bigint;
  readonly bytes: Uint8Array;
}

/**
 * A packet socket at one interface that takes every frame of any kind that comes in, and none that goes out.
 *
 * Linux takes the outer 802.1Q or 802.1ad tag out of a frame before a packet socket gets it and tells it beside the frame
 * (packet(7), PACKET_AUXDATA); it is put back here.
 */
export class PacketSocket {
  readonly fd: number;
  private readonly memory = fixedMemory(MOST_FRAME_BYTES + CONTROL_BYTES + 128);
  private readonly message: number;
  private readonly control = MOST_FRAME_BYTES;
  /** struct sockaddr_ll */
  private readonly address: number;

  /** @throws Error naming the step and the system's error */
  constructor(readonly interfaceName: string) {
    const index = sys.ifNametoindex(interfaceName);
    if (index === 0) throw new Error(`interface ${interfaceName}: ${errnoName(lastErrno())}`);
    // Of no protocol until it is bound: else it would take the frames of every interface for a while.
    this.fd = must(sys.socket(AF_PACKET, SOCK_RAW_NONBLOCK_CLOEXEC, 0), 'a packet socket');
    this.set(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES, 'SO_RCVBUFFORCE');
    this.set(SOL_SOCKET, SO_TIMESTAMPNS, 1, 'SO_TIMESTAMPNS');
    this.set(SOL_PACKET, PACKET_AUXDATA, 1, 'PACKET_AUXDATA');
    this.set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, 'PACKET_IGNORE_OUTGOING');
    const local = new Uint8Array(20);
    const view = new DataView(local.buffer);
    view.setUint16(0, AF_PACKET, true);
    view.setUint16(2, ETH_P_ALL_BE, true);
    view.setInt32(4, index, true);
    must(sys.bind(this.fd, local, local.length), `bind to ${interfaceName}`);
    this.message = this.control + CONTROL_BYTES;
    this.address = this.message + 96;
    this.layOut();
  }

  /** @returns undefined, or the name of the error why the kernel did not take it */
  send(frame: Uint8Array): string | undefined {
    const sent = sys.sendto(this.fd, frame, frame.length, MSG_DONTWAIT, null, 0);
    if (sent === frame.length) return undefined;
    return sent < 0 ? errnoName(lastErrno()) : `only ${sent} bytes of ${frame.length}`;
  }

  /** The next frame; undefined where there is none. @throws Error */
  receive(): ReceivedFrame | undefined {
    const { view } = this.memory;
    for (;;) {
      view.setBigUint64(this.message + 40, BigInt(CONTROL_BYTES), true);
      view.setUint32(this.message + 8, 20, true);
      const length = sys.recvmsg(this.fd, this.memory.address + BigInt(this.message), MSG_DONTWAIT);
      if (length < 0) {
        const errno = lastErrno();
        if (errno === EAGAIN) return undefined;
        throw new Error(`receiving at ${this.interfaceName}: ${errnoName(errno)}`);
      }
      if (view.getUint8(this.address + 10) === PACKET_OUTGOING) continue;
      return this.frame(Number(length));
    }
  }

  /** Frames that were lost here since the last call because nobody took them in time. */
  lost(): number {
    const value = new Uint32Array(2);
    must(sys.getsockopt(this.fd, SOL_PACKET, PACKET_STATISTICS, value, new Int32Array([8])), 'PACKET_STATISTICS');
    return value[1]!;
  }

  close(): void {
    sys.close(this.fd);
  }

  private set(level: number, option: number, value: number, what: string): void {
    const argument = new Int32Array([value]);
    must(sys.setsockopt(this.fd, level, option, argument, 4), `${what} at ${this.interfaceName}`);
  }

  /** struct msghdr: name, name length, iovec, count, control, control length, flags; the iovec behind it. */
  private layOut(): void {
    const { address, view } = this.memory;
    const iovec = this.message + 64;
    view.setBigUint64(this.message, address + BigInt(this.address), true);
    view.setUint32(this.message + 8, 20, true);
    view.setBigUint64(this.message + 16, address + BigInt(iovec), true);
    view.setBigUint64(this.message + 24, 1n, true);
    view.setBigUint64(this.message + 32, address + BigInt(this.control), true);
    view.setBigUint64(iovec, address, true);
    view.setBigUint64(iovec + 8, BigInt(MOST_FRAME_BYTES), true);
  }

  private frame(length: number): ReceivedFrame {
    const { view } = this.memory;
    let bytes = Uint8Array.from(new Uint8Array(view.buffer, 0, length));
    let atNs = 0n;
    const end = this.control + Number(view.getBigUint64(this.message + 40, true));
    // struct cmsghdr: length(8), level(4), type(4), then the data; each starts at a multiple of 8.
    for (let at = this.control; at + 16 <= end;) {
      const size = Number(view.getBigUint64(at, true));
      const level = view.getInt32(at + 8, true);
      const type = view.getInt32(at + 12, true);
      if (level === SOL_SOCKET && type === SO_TIMESTAMPNS) {
        atNs = view.getBigInt64(at + 16, true) * 1_000_000_000n + view.getBigInt64(at + 24, true);
      } else if (level === SOL_PACKET && type === PACKET_AUXDATA) {
        bytes = this.restored(bytes, at + 16);
      }
      at += Math.max(16, (size + 7) & ~7);
    }
    return { atNs, bytes };
  }

  /** struct tpacket_auxdata: status(4), length(4), captured(4), mac(2), net(2), vlan tci(2), vlan tpid(2). */
  private restored(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
    const { view } = this.memory;
    const status = view.getUint32(at, true);
    if ((status & TP_STATUS_VLAN_VALID) === 0) return bytes;
    const tagged = new Uint8Array(bytes.length + 4);
    tagged.set(bytes.subarray(0, 12));
    const out = new DataView(tagged.buffer);
    out.setUint16(12, (status & TP_STATUS_VLAN_TPID_VALID) === 0 ? CUSTOMER_TAG : view.getUint16(at + 18, true));
    out.setUint16(14, view.getUint16(at + 16, true));
    tagged.set(bytes.subarray(12), 16);
    return tagged;
  }
}
