import { VirtualClock } from '@dest/testkit';
import { LaneLosses } from '../../src/delivery/lane-losses';
import { RecordingLogger } from '../support/recording-logger';

function setUp() {
  const [clock, logger] = [new VirtualClock(), new RecordingLogger()];
  return { clock, logger, losses: new LaneLosses(clock, logger) };
}

test('every loss is counted, by destination', () => {
  const { losses } = setUp();
  for (let n = 0; n < 3; n++) losses.droppedWhenFull('a', String(n));
  losses.dropped('a', 10);
  losses.refused('b');
  expect(['a', 'b', 'c'].map((destination) => losses.countOf(destination))).toMatchObject([
    { dropped: 13, refused: 0 },
    { dropped: 0, refused: 1 },
    { dropped: 0, refused: 0 },
  ]);
});

test('the first is logged at once, the others together once a second', () => {
  const { clock, logger, losses } = setUp();
  for (let ms = 0; ms < 2_500; ms++) {
    losses.droppedWhenFull('a', String(ms));
    clock.advance(1);
  }
  expect(logger.matching(/dropped/)).toEqual([
    'A delivery of a was dropped: its lane is full',
    '999 more deliveries of a were dropped: its lane is full',
    '1000 more deliveries of a were dropped: its lane is full',
  ]);
  losses.droppedWhenFull('b', 'x');
  losses.close();
  expect(logger.matching(/dropped/).slice(3)).toEqual([
    'A delivery of b was dropped: its lane is full',
    '500 more deliveries of a were dropped: its lane is full',
  ]);
});

test('one that comes later is a first one again', () => {
  const { clock, logger, losses } = setUp();
  losses.droppedWhenFull('a', '1');
  clock.advance(1_000);
  losses.droppedWhenFull('a', '2');
  expect(logger.lines.map(({ fields }) => fields)).toEqual([
    { destination: 'a', delivery: '1' },
    { destination: 'a', delivery: '2' },
  ]);
});
