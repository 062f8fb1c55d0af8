import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../bench/command-line.ts';
import { FULL, QUICK } from '../../bench/suites/suite.ts';
import { SUITE_NAMES, SUITES } from '../../bench/suites/suites.ts';
import { TARGET_NAMES } from '../../bench/targets.ts';

describe("the bench's command line", () => {
  it('measures everything three times where nothing is said', () => {
    expect(parseCommandLine([])).toMatchObject({ suites: SUITE_NAMES, repeats: 3, targets: TARGET_NAMES, scale: FULL });
  });

  it('takes suites, servers and sizes', () => {
    const words = ['idle', 'send', '--only', 'parley,raw', '--repeats', '1', '--quick', '--seconds', '5', '--check'];
    expect(parseCommandLine(words)).toMatchObject({
      suites: ['idle', 'send'],
      targets: ['parley', 'raw'],
      repeats: 1,
      scale: { ...QUICK, seconds: 5 },
      isCheck: true,
    });
  });

  it.each([
    [['fanout'], 'no suite fanout'],
    [['--only', 'parlay'], 'no server parlay'],
    [['--repeats', '0'], '--repeats takes'],
    [['--repeats', '21'], '--repeats takes'],
    [['--seconds', '121'], '--seconds takes'],
    [['--sekunden', '1'], '--sekunden'],
  ])('says what is wrong with %j', (words, said) => {
    expect(() => parseCommandLine(words)).toThrow(said);
  });
});

describe('every suite', () => {
  it.each(SUITE_NAMES)('%s shows each case that it measures', (name) => {
    const { tables, trials } = SUITES[name];
    const shown = new Set(tables.flatMap(({ cases }) => Object.keys(cases)));
    expect(new Set(trials(FULL).map((trial) => trial.case))).toEqual(shown);
    for (const { columns, chart } of tables) expect(columns).toContain(chart);
  });
});
