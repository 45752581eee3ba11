import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '../../../src/l2cp/catalogue/index.js';
import { buildFrame, encapsulate, markIn } from '../../../src/l2cp/frame.js';
import { ENCAPSULATIONS, type FrameIdentity } from '../../../src/l2cp/types.js';
import { LINK_TYPE } from '../../../src/packet/frame.js';
import { decodeFrame } from '../../../src/packet/layers/decode-frame.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { runCommand } from '../../../src/process/command.js';

interface Vector {
  readonly id: string;
  readonly name: string;
  readonly destination: string;
  readonly tshark: string;
  readonly hex: string;
}
const VECTORS = JSON.parse(readFileSync('tests/fixtures/l2cp/vectors.json', 'utf8')) as readonly Vector[];

/** The field values of the vectors. */
const IDENTITY: FrameIdentity = { source: '02:00:5e:10:00:01', peer: '02:00:5e:10:00:02', row: 1, number: 1 };
const RUN_TAG = 0x0a0b0c0d;

describe('catalogue', () => {
  it('has every frame of the vectors, byte by byte', () => {
    expect(VECTORS.length).to.equal(75);
    for (const vector of VECTORS) {
      const row = CATALOGUE.find(({ id }) => id === vector.id);
      expect(row?.name, vector.id).to.equal(vector.name);
      expect(Buffer.from(buildFrame(row!, IDENTITY)).toString('hex'), vector.name).to.equal(vector.hex);
      expect(row!.tshark, vector.name).to.equal(vector.tshark);
    }
  });

  it('has ids and names of its own for each', () => {
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).to.equal(CATALOGUE.length);
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).to.equal(CATALOGUE.length);
  });

  it('gives no two frames of a run the same bytes where there is room for a number', () => {
    for (const row of CATALOGUE.filter(({ room }) => room !== 'none')) {
      const frames = [1, 2].map((number) => buildFrame(row, { ...IDENTITY, number }, RUN_TAG));
      expect(Buffer.from(frames[0]!).equals(Buffer.from(frames[1]!)), row.name).to.equal(false);
    }
  });

  it('gives no two rows the same bytes, and none at all where only the destination is taken away', () => {
    const frames = CATALOGUE.map((row, index) =>
      Buffer.from(buildFrame(row, { ...IDENTITY, row: index + 1, number: index + 1 }, RUN_TAG).subarray(6)).toString(
        'hex',
      ),
    );
    expect(new Set(frames).size).to.equal(CATALOGUE.length);
  });

  it('marks frames in their padding, which is found again behind any tags', () => {
    for (const row of CATALOGUE.filter(({ room }) => room === 'padding')) {
      for (const encapsulation of ENCAPSULATIONS) {
        const frame = encapsulate(buildFrame(row, { ...IDENTITY, number: 4711 }, RUN_TAG), encapsulation);
        expect(markIn(frame, RUN_TAG), row.name).to.equal(4711);
        expect(markIn(frame, RUN_TAG + 1), row.name).to.equal(undefined);
      }
    }
  });

  it('decodes its own frames, marked and tagged, without a malformed layer', () => {
    for (const row of CATALOGUE) {
      for (const encapsulation of ENCAPSULATIONS) {
        const frame = encapsulate(buildFrame(row, { ...IDENTITY, number: 9 }, RUN_TAG), encapsulation);
        const layers = decodeFrame(frame, LINK_TYPE.ethernet);
        expect(frame.length, row.name).to.be.at.least(60);
        expect(
          layers.find(({ protocol }) => protocol === 'malformed'),
          row.name,
        ).to.equal(undefined);
        const known = layers.some(({ protocol }) => !['ethernet', 'vlan', 'payload', 'llc', 'snap'].includes(protocol));
        expect(known, row.name).to.equal(row.tshark !== '0x88b5');
      }
    }
  });

  it('is what tshark takes each frame for, as in the vectors and as a run sends it', async function () {
    this.timeout(120_000);
    const dir = mkdtempSync(join(tmpdir(), 'faultline-l2cp-'));
    try {
      const file = join(dir, 'catalogue.pcap');
      const writer = new PcapWriter(file);
      for (const row of CATALOGUE) {
        writer.write(1, 0, buildFrame(row, IDENTITY));
        writer.write(1, 0, buildFrame(row, { ...IDENTITY, row: 77, number: 70_123 }, RUN_TAG));
        writer.write(1, 0, encapsulate(buildFrame(row, { ...IDENTITY, number: 3 }, RUN_TAG), 'double-tagged'));
      }
      writer.close();
      const fields = ['-T', 'fields', '-e', '_ws.col.Protocol', '-e', '_ws.malformed', '-e', '_ws.expert.message'];
      const { stdout } = await runCommand(['tshark', '-n', '-r', file, ...fields], { timeoutMs: 100_000 });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).to.equal(CATALOGUE.length * 3);
      for (const [index, row] of CATALOGUE.entries()) {
        for (const which of [0, 1, 2]) {
          const [protocol, malformed] = lines[index * 3 + which]!.split('\t');
          expect(protocol, `${row.name}, frame ${which}: ${lines[index * 3 + which]}`).to.equal(row.tshark);
          expect(malformed ?? '', row.name).to.equal('');
        }
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
