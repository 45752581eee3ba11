import { expect } from 'chai';
import { unifiedDiff } from '../../../src/device/unified-diff.js';

const lines = (...list: (string | number)[]): string => list.map((line) => `${line}\n`).join('');

describe('unifiedDiff', () => {
  it('is empty where nothing differs', () => {
    expect(unifiedDiff(lines('a', 'b'), lines('a', 'b'))).to.equal('');
    expect(unifiedDiff('', '')).to.equal('');
  });

  it('shows a change with three lines around it', () => {
    const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const after = lines(1, 2, 3, 4, 'five', 6, 7, 8, 9);
    expect(unifiedDiff(before, after)).to.equal(
      lines('@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'),
    );
  });

  it('keeps distant changes in hunks of their own', () => {
    const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const after = lines(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    expect(unifiedDiff(before, after)).to.equal(
      lines('@@ -1,3 +1,4 @@', '+0', ' 1', ' 2', ' 3', '@@ -9,4 +10,3 @@', ' 9', ' 10', ' 11', '-12'),
    );
  });

  it('counts an empty side from the line before', () => {
    expect(unifiedDiff('', lines('a'))).to.equal(lines('@@ -0,0 +1 @@', '+a'));
    expect(unifiedDiff(lines('a'), '')).to.equal(lines('@@ -1 +0,0 @@', '-a'));
  });
});
