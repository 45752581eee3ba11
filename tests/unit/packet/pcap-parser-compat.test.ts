import { expect } from 'chai';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '../../../src/core/random.js';
import { parse } from '../../../src/packet/pcap-parser-compat.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { PcapngBlocks, randomBytes, readAll, temporaryFolder, type Folder } from './samples.js';

interface Emitter {
  on(event: string, listener: (value: unknown) => void): unknown;
}
interface PcapParser {
  parse(this: void, input: string | Readable): Emitter;
}

const require = createRequire(import.meta.url);
const theirs = require('pcap-parser') as PcapParser;
const theirFile = (name: string): string => require.resolve(`pcap-parser/test/${name}`);
const ourFile = (name: string): string => fileURLToPath(new URL(`captures/${name}`, import.meta.url));

/** All events of a parser until its end, in their order, without what only ours has. */
async function events(parser: Emitter): Promise<[string, unknown][]> {
  const seen: [string, unknown][] = [];
  await new Promise<void>((resolve) => {
    for (const name of ['globalHeader', 'packetHeader', 'packetData', 'packet', 'error', 'end']) {
      parser.on(name, (value) => {
        const text = JSON.stringify(value, (key, one: unknown) => (key === 'timestampNanoseconds' ? undefined : one));
        seen.push([name, value instanceof Error ? 'an error' : text === undefined ? undefined : JSON.parse(text)]);
        if (name === 'end') resolve();
      });
    }
  });
  return seen;
}

async function expectSame(path: string): Promise<number> {
  const expected = await events(theirs.parse(path));
  expect(await events(parse(path))).to.deep.equal(expected);
  expect(await events(parse(createReadStream(path, { highWaterMark: 7 })))).to.deep.equal(expected);
  return expected.length;
}

describe("pcap-parser's call shape", function () {
  this.timeout(60_000);
  let folder: Folder;
  const silent = process.noDeprecation;
  before(() => {
    folder = temporaryFolder();
    // The oracle uses a form of Buffer that Node warns about.
    process.noDeprecation = true;
  });
  after(() => {
    folder.remove();
    if (silent === undefined) Reflect.deleteProperty(process, 'noDeprecation');
    else process.noDeprecation = silent;
  });

  it('gives the same events as pcap-parser on real captures', async () => {
    for (const path of [
      theirFile('smtp.pcap'),
      theirFile('be.pcap'),
      ourFile('any-sll.pcap'),
      ourFile('any-sll2.pcap'),
    ]) {
      expect(await expectSame(path), path).to.be.greaterThan(8);
    }
  });

  it('gives the same events as pcap-parser on random files of both byte orders', async () => {
    const random = new SeededRandom(3, 'compat');
    for (let round = 0; round < 10; round++) {
      const path = folder.path('random.pcap');
      const writer = new PcapWriter(path, {
        littleEndian: round % 2 === 0,
        nanoseconds: false,
        linkType: random.below(300),
        snaplen: 1 + random.below(3000),
      });
      for (let count = random.below(60); count > 0; count--) {
        const bytes = randomBytes(random, random.below(2000));
        writer.write(1 + random.below(2 ** 32 - 1), random.below(1_000_000_000), bytes, bytes.length + random.below(9));
      }
      writer.close();
      expect(await expectSame(path)).to.be.greaterThan(1);
      const frames: unknown[] = (await events(theirs.parse(path))).filter(([name]) => name === 'packet');
      expect(readAll(path).frames.length).to.equal(frames.length);
    }
  });

  it('says so where pcap-parser is silent about a cut file, after the same packets', async () => {
    const whole = readFileSync(theirFile('smtp.pcap'));
    const cut = folder.file('cut.pcap', whole.subarray(0, whole.length - 5));
    const packets = (all: [string, unknown][]): unknown[] => all.filter(([name]) => name === 'packet');
    const [ours, expected] = [await events(parse(cut)), await events(theirs.parse(cut))];
    expect(packets(ours)).to.deep.equal(packets(expected));
    expect(ours.slice(-2).map(([name]) => name)).to.deep.equal(['error', 'end']);
  });

  it('reports what is no capture as pcap-parser does: an error, then the end', async () => {
    const path = theirFile('malformed.pcap');
    expect(await events(parse(path))).to.deep.equal(await events(theirs.parse(path)));
    expect(await events(parse(Readable.from([Buffer.from('nothing like it')])))).to.deep.equal([
      ['error', 'an error'],
      ['end', undefined],
    ]);
    expect(await events(parse(Readable.from([])))).to.deep.equal([
      ['error', 'an error'],
      ['end', undefined],
    ]);
  });

  it('reads nanoseconds and pcapng as well', async () => {
    const header = async (input: string): Promise<unknown[]> => {
      const headers: unknown[] = [];
      const parser = parse(input);
      parser.on('globalHeader', ({ linkLayerType }) => headers.push(linkLayerType));
      parser.on('packet', (packet) => headers.push(packet.header, packet.data.length));
      await new Promise<void>((resolve, reject) => {
        parser.on('end', resolve);
        parser.on('error', reject);
      });
      return headers;
    };
    const path = folder.path('ns.pcap');
    const writer = new PcapWriter(path);
    writer.write(5, 123_456_789, Uint8Array.of(1, 2), 60);
    writer.close();
    const expected = {
      timestampSeconds: 5,
      timestampMicroseconds: 123_456,
      timestampNanoseconds: 123_456_789,
      capturedLength: 2,
      originalLength: 60,
    };
    expect(await header(path)).to.deep.equal([1, expected, 2]);
    const blocks = new PcapngBlocks();
    const pcapng = [
      blocks.section(),
      blocks.interface({ resolution: 9, linkType: 113 }),
      blocks.enhanced(5_123_456_789n, Uint8Array.of(1, 2), 0, 60),
    ];
    expect(await header(folder.file('x.pcapng', Buffer.concat(pcapng)))).to.deep.equal([113, expected, 2]);
  });

  it('leaves what a listener throws to the listener', () => {
    const stream = new Readable({ read: () => undefined });
    const parser = parse(stream);
    parser.on('globalHeader', () => {
      throw new Error('mine');
    });
    expect(() => stream.emit('data', readFileSync(theirFile('smtp.pcap')))).to.throw('mine');
  });
});
