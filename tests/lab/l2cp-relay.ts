import { PacketSocket } from '../../traffic/lib/packet-socket.js';

/**
 * A cross-connect between eth1 and eth2 of its node that does one thing wrong, named by its argument. What enters eth3 is
 * not looked at. It prints `ready` and runs until its stdin ends.
 */
type Wrong = (
  frame: Buffer,
  count: number,
) => { readonly to: 'other' | 'back' | 'third'; readonly frame: Buffer; readonly afterMs?: number }[];

const other = (frame: Buffer): ReturnType<Wrong>[number] => ({ to: 'other', frame });
const tagged = (frame: Buffer): boolean => [0x8100, 0x88a8].includes(frame.readUInt16BE(12));

const WRONGS: Readonly<Record<string, Wrong>> = {
  nothing: (frame) => [other(frame)],
  'rewrites-destination': (frame) => {
    frame[5]! ^= 0x40;
    return [other(frame)];
  },
  'strips-tag': (frame) => [other(tagged(frame) ? Buffer.concat([frame.subarray(0, 12), frame.subarray(16)]) : frame)],
  'swaps-tpid': (frame) => {
    if (tagged(frame)) frame.writeUInt16BE(frame.readUInt16BE(12) === 0x8100 ? 0x88a8 : 0x8100, 12);
    return [other(frame)];
  },
  truncates: (frame) => [other(frame.subarray(0, frame.length - 4))],
  duplicates: (frame) => [other(frame), other(frame)],
  reflects: (frame) => [other(frame), { to: 'back', frame }],
  floods: (frame) => [other(frame), { to: 'third', frame }],
  'drops-1-in-20': (frame, count) => (count % 20 === 19 ? [] : [other(frame)]),
  'is-late': (frame) => [{ to: 'other', frame, afterMs: 1000 }],
};

const wrong = WRONGS[process.argv[2] ?? ''];
if (wrong === undefined) throw new Error(`no such device: ${String(process.argv[2])}`);
const ports = ['eth1', 'eth2', 'eth3'].map((name) => new PacketSocket(name));
let count = 0;

function relay(): void {
  for (const side of [0, 1]) {
    for (let got = ports[side]!.receive(); got !== undefined; got = ports[side]!.receive()) {
      for (const { to, frame, afterMs } of wrong!(Buffer.from(got.bytes), count)) {
        const port = ports[to === 'third' ? 2 : to === 'back' ? side : 1 - side]!;
        if (afterMs === undefined) port.send(frame);
        else setTimeout(() => port.send(frame), afterMs);
      }
      count += 1;
    }
  }
}

const timer = setInterval(relay, 1);
process.stdin.on('end', () => clearInterval(timer)).resume();
process.stdout.write('ready\n');
