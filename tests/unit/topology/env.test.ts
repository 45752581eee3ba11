import { expect } from 'chai';
import { expandEnv, variablesIn } from '../../../src/topology/env.js';

const ENV = { SET: 'val', EMPTY: '' };

/** What the expansion in containerlab 0.79 itself makes of these lines. */
const AS_CONTAINERLAB: readonly (readonly [string, string])[] = [
  ['a $SET b ${SET} c', 'a val b val c'],
  ['$UNSET ${UNSET} ${EMPTY} $EMPTY', '$UNSET $UNSET $EMPTY $EMPTY'],
  ['${UNSET:-d} ${UNSET:=d} ${UNSET-d} ${UNSET=d}', 'd d d d'],
  ['${EMPTY:-d} ${EMPTY:=d} ${EMPTY-d} ${EMPTY=d}', 'd d $EMPTY $EMPTY'],
  ['${SET:-d} ${SET:=d} ${SET-d} ${SET=d}', 'val val val val'],
  ['${SET:+o} ${SET+o} <${UNSET:+o}${UNSET+o}> ${EMPTY:+o} ${EMPTY+o}', 'o o <> o o'],
  ['${UNSET:-} ${UNSET:=} ${SET:+} ${UNSET:+} ${EMPTY:-}', '$UNSET $UNSET val $UNSET $EMPTY'],
  ['$$SET $$$SET $$ $ a$', '$SET $val $ $ a$'],
  ['$1 ${1} ${1a} $_ ${_}', '$1 ${1} ${1a} $_ ${_}'],
  ['${UNSET:-$SET} ${UNSET:-$UNSET2} ${SET:+$SET} ${UNSET:=$EMPTY}', 'val $UNSET2 val $EMPTY'],
  ['${UNSET:-a$SET} ${UNSET:-a b:c/d.e-f=g+h} ${UNSET:-:x} ${UNSET:-$}', 'a$SET a b:c/d.e-f=g+h :x $'],
  ['"${UNSET:=example.net/frr:8.4}" ${SET}x$SET/y $SETx', '"example.net/frr:8.4" valxval/y $SETx'],
  ["'awk {print $NF}' $(cmd) ${SET}}", "'awk {print $NF}' $(cmd) val}"],
  ['${UNSET:-192.168.0.1/24} é ${SÉT} $é', '192.168.0.1/24 é $SÉT $é'],
];

describe('environment expansion', () => {
  for (const [line, result] of AS_CONTAINERLAB) {
    it(line, () => {
      const { text, problems } = expandEnv(line, ENV);
      expect(text).to.equal(result);
      expect(problems).to.deep.equal([]);
    });
  }
  for (const line of ['a ${SET', 'a ${SET\n}', '${A:-${B}}', '${A:-$SET/x}', '${A?x}', '${A:=-x}']) {
    it(`refuses ${JSON.stringify(line)}`, () => expect(expandEnv(line, ENV).problems).to.have.length(1));
  }
  it('leads every place back to the original', () => {
    const source = 'one $SET two ${UNSET:=longer} $$ three';
    const { text, origin } = expandEnv(source, ENV);
    expect(text).to.equal('one val two longer $ three');
    for (const word of ['one', 'two', 'three']) {
      expect(origin.offsetOf(text.indexOf(word)), word).to.equal(source.indexOf(word));
    }
    expect(origin.offsetOf(text.indexOf('val') + 2)).to.equal(source.indexOf('$SET'));
    expect(origin.offsetOf(text.indexOf('longer') + 3)).to.equal(source.indexOf('${'));
  });
});

describe('variablesIn', () => {
  it('names what a text asks for, once each', () => {
    const text = 'a: ${IMAGE:=x} $IMAGE ${TIMERS:-$SET} $$HOME $1 ${WITH_9+y}';
    expect(variablesIn(text)).to.deep.equal(['IMAGE', 'TIMERS', 'SET', 'WITH_9']);
  });
});
