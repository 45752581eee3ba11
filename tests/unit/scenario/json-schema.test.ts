import { expect } from 'chai';
import { z } from 'zod';
import { scenarioJsonSchema } from '../../../src/scenario/json-schema.js';
import { standIns } from './stand-ins.js';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  additionalProperties?: boolean | Schema;
  maxProperties?: number;
  description?: string;
  default?: unknown;
}

describe('the JSON Schema of a scenario', () => {
  const schema = scenarioJsonSchema(standIns()) as Schema;
  const at = (...keys: string[]): Schema => keys.reduce((inner, key) => inner.properties![key]!, schema);

  it('is plain JSON', () =>
    expect(JSON.parse(JSON.stringify(schema))).to.deep.include({ title: 'A faultline scenario' }));
  it('refuses unknown keys and wants the two that are needed', () => {
    expect(schema.additionalProperties).to.equal(false);
    expect(schema.required).to.deep.equal(['name', 'topology']);
  });
  it('offers the faults, one at a time, each with its own options and the timing', () => {
    expect(Object.keys(at('fault').properties!)).to.deep.equal(['link-down', 'node-kill', 'rp-death', 'blackhole']);
    expect(at('fault')).to.include({ maxProperties: 1, additionalProperties: false });
    const kill = at('fault', 'node-kill');
    expect(Object.keys(kill.properties!)).to.have.members(['node', 'carrier', 'at', 'window', 'for']);
    expect(kill.additionalProperties).to.equal(false);
    expect(kill.required).to.deep.equal(['node']);
    expect(kill.properties!['carrier']!.enum).to.deep.equal(['down', 'silent', 'keep']);
    expect(kill.description).to.equal('Stands in for node-kill');
  });
  it('offers the probes, with every form of their options', () => {
    const probe = at('steady').items!;
    expect(Object.keys(probe.properties!)).to.deep.equal(['ospf-neighbors', 'multicast-state', 'loss-free']);
    expect(JSON.stringify(probe.properties!['loss-free'])).to.include('"flows"').and.to.include('"pattern"');
  });
  it('describes traffic and limits', () => {
    const [item, order] = (at('traffic').additionalProperties as Schema).anyOf as [Schema, Schema];
    expect(order.required).to.have.members(['order-entry', 'from', 'to', 'rate']);
    expect(item.required).to.have.members(['from', 'rate', 'to']);
    expect(item.properties!['tree']!.enum).to.deep.equal(['shared', 'shortest-path']);
    const limits = at('expect').additionalProperties as Schema;
    expect(limits.anyOf!.map(({ type }) => type)).to.deep.equal(['object', 'array']);
  });
  it('refuses a fault whose options would hide the timing', () => {
    const families = standIns();
    const clashing = { ...families.faults['node-kill']!, schema: z.strictObject({ at: z.string() }) };
    expect(() => scenarioJsonSchema({ ...families, faults: { clashing } })).to.throw('`at`');
  });
  it('gives defaults as they would be written', () => {
    expect(JSON.stringify(schema)).to.not.match(/"default":\d{6,}/);
  });
});
