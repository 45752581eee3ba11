import { expect } from 'chai';
import { load } from 'js-yaml';
import { FAULTS } from '../../src/fault/index.js';
import { PROBES } from '../../src/probe/index.js';

const TIMING = ['at', 'for', 'window'];

describe('faults', () => {
  for (const [kind, fault] of Object.entries(FAULTS)) {
    it(`${kind} is listed by its own name, and its example keeps its schema`, () => {
      expect(fault.kind).to.equal(kind);
      const options = fault.schema.parse(load(fault.example));
      expect(fault.references(options)).to.not.be.empty;
    });
    it(`${kind} leaves the keys of every fault's timing alone`, () => {
      for (const key of TIMING) {
        expect(fault.schema.safeParse({ ...(load(fault.example) as object), [key]: '1 s' }).success, key).to.equal(
          false,
        );
      }
    });
  }
});

describe('probes', () => {
  for (const [kind, probe] of Object.entries(PROBES)) {
    it(`${kind} is listed by its own name, and its example keeps its schema`, () => {
      expect(probe.kind).to.equal(kind);
      probe.schema.parse(load(probe.example));
    });
  }
});
