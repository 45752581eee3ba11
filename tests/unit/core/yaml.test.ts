import { expect } from 'chai';
import { parseYaml, type YamlPath } from '../../../src/core/yaml.js';

const SOURCE = `# a comment
base: &base
  one: 1.10
  'two': [x, "y", ]
more:
  <<: *base
  one: yes
  empty:
text: |
  line
list:
  - a: 1
    b: 2
  -
  - *base
`;

describe('YAML with places', () => {
  const { document, issues } = parseYaml(SOURCE, '/f.yml');
  const at = (path: YamlPath, of?: 'key' | 'value'): string => {
    const { line, column } = document!.at(path, of);
    return `${line}:${column}`;
  };

  it('reads values, merges and texts', () => {
    expect(issues).to.deep.equal([]);
    const base = { one: 1.1, two: ['x', 'y'] };
    expect(document!.value).to.deep.equal({
      base,
      more: { one: 'yes', two: ['x', 'y'], empty: null },
      text: 'line\n',
      list: [{ a: 1, b: 2 }, null, base],
    });
    expect((document!.text as { base: unknown }).base).to.deep.equal({ one: '1.10', two: ['x', 'y'] });
  });
  for (const [path, key, value] of [
    [['base'], '2:1', '3:3'],
    [['base', 'one'], '3:3', '3:8'],
    [['base', 'two'], '4:3', '4:10'],
    [['base', 'two', 1], '4:14', '4:14'],
    [['more', 'one'], '7:3', '7:8'],
    [['more', 'two'], '4:3', '4:10'],
    [['more', 'empty'], '8:3', '8:3'],
    [['text'], '9:1', '10:3'],
    [['list', 0, 'b'], '13:5', '13:8'],
    [['list', 1], '14:3', '14:3'],
    [['list', 2], '15:5', '15:5'],
    [['list', 2, 'one'], '3:3', '3:8'],
    [['more', 'absent'], '5:1', '5:1'],
    [['absent'], '2:1', '2:1'],
  ] as const) {
    it(`finds ${path.join('.')}`, () => expect([at(path, 'key'), at(path, 'value')]).to.deep.equal([key, value]));
  }

  for (const [name, text, place, message] of [
    ['an unknown tag', 'a: 1\nb: !secret x\n', '2:4', 'unknown scalar tag'],
    ['a key that is a list', '? [a, b]\n: c\n', '1:3', 'a key must be a plain word'],
    ['a dangerous key', 'a: {__proto__: {b: 1}}\n', '1:5', 'a key must be a plain word'],
    ['only comments', '# nothing\n', '0:0', 'the file is empty'],
    ['an unclosed quote', 'a: "b\n', '2:1', 'not YAML: '],
  ] as const) {
    it(`refuses ${name}`, () => {
      const [issue] = parseYaml(text, '/f.yml').issues;
      expect(`${issue!.line}:${issue!.column}`).to.equal(place);
      expect(issue!.message).to.include(message);
    });
  }

  it('tells all keys that stand twice', () => {
    const found = parseYaml('a: 1\na: 2\nb: {c: 1, c: 2}\n', '/f.yml').issues;
    expect(found.map(({ line, column }) => `${line}:${column}`)).to.deep.equal(['2:1', '3:11']);
  });
});
