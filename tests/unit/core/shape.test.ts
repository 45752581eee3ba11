import { expect } from 'chai';
import { z } from 'zod';
import { checkShape, checkWhatIsThere } from '../../../src/core/shape.js';
import { hintFor, nearest } from '../../../src/core/suggest.js';

describe('what is wrong with a shape, in words', () => {
  const leaf = z.strictObject({ size: z.int().min(1), kind: z.enum(['big', 'small']).optional() });
  const schema = z.strictObject({
    leaf,
    any: z.union([z.string(), z.array(z.string()), leaf]).optional(),
    map: z.record(z.string().regex(/^[a-z]+$/, 'must be lower case'), leaf).optional(),
  });
  const said = (value: unknown): string[] =>
    checkShape(schema, value).issues.map(
      ({ path, of, message, hint }) => `${path.join('.')} ${of}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    );

  for (const [value, ...lines] of [
    [{ leaf: { size: 1 } }],
    [
      { leaf: { size: 1, kind: 'bigg' } },
      'leaf.kind value: `leaf.kind` must be one of big, small, not `bigg` (did you mean `big`?)',
    ],
    [{ leaf: { size: 0 } }, 'leaf.size value: `leaf.size` must be at least 1, not `0`'],
    [
      { leaf: { seize: 1 } },
      'leaf key: `size` is missing in `leaf` (it must be a number)',
      'leaf.seize key: unknown key `seize` in `leaf` (did you mean `size`?)',
    ],
    [{}, ' key: `leaf` is missing (it must be a mapping)'],
    [[], ' value: the file must be a mapping, not a list'],
    [{ leaf: { size: 1 }, any: 5 }, 'any value: `any` must be text or a list or a mapping, not `5`'],
    [
      { leaf: { size: 1 }, any: { size: 1, knd: 'big' } },
      'any.knd key: unknown key `knd` in `any` (did you mean `kind`?)',
    ],
    [{ leaf: { size: 1 }, any: ['a', 2] }, 'any.1 value: `any[1]` must be text, not `2`'],
    [{ leaf: { size: 1 }, map: { A: { size: 1 } } }, 'map.A key: `map.A` must be lower case'],
    [{ leaf: { size: 1 }, map: { a: { size: null } } }, 'map.a.size value: `map.a.size` must be a number, not empty'],
  ] as [unknown, ...string[]][]) {
    it(JSON.stringify(value), () => expect(said(value)).to.deep.equal(lines));
  }

  it('keeps what is right beside what is wrong', () => {
    const { data, issues } = checkWhatIsThere(schema, { leaf: { size: 2, x: 1 }, map: { a: {}, b: { size: 3 } } });
    expect(issues).to.have.length(2);
    expect(data).to.deep.equal({ leaf: { size: 2 }, map: { b: { size: 3 } } });
  });
});

describe('suggestions', () => {
  const known = ['outage', 'outage-at-least', 'lost', 'because'];
  for (const [word, near] of [
    ['outtage', 'outage'],
    ['otuage', 'outage'],
    ['Outage', 'outage'],
    ['becuase', 'because'],
    ['lsot', 'lost'],
    ['latency', undefined],
    ['x', undefined],
  ] as const) {
    it(`${word} → ${near ?? 'nothing'}`, () => expect(nearest(word, known)).to.equal(near));
  }
  it('lists what is known where nothing is near', () => {
    expect(hintFor('latency', known)).to.equal('known here: outage, outage-at-least, lost, because');
    expect(hintFor('latency', known, 3)).to.equal(undefined);
  });
});
