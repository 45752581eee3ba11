import { expect } from 'chai';
import { jsonDocuments } from '../../../src/device/frr/json-documents.js';

describe('JSON documents one after another', () => {
  it('come apart as they stand', () => {
    expect(jsonDocuments('{ "a": "}\\"{" }\n\n[1, {"b": []}]{}\n')).to.deep.equal([
      '{ "a": "}\\"{" }',
      '[1, {"b": []}]',
      '{}',
    ]);
    expect(jsonDocuments(' \n')).to.deep.equal([]);
  });
  for (const text of ['bgpd is not running\n{}', '{} % error', '{ "a": 1', '{"a', '42']) {
    it(`are not found in ${JSON.stringify(text)}`, () => expect(jsonDocuments(text)).to.equal(undefined));
  }
});
