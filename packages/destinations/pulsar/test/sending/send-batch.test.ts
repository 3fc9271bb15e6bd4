import { onlyOutcome, SendBatch } from '../../src/sending/send-batch';
import { SendFailure } from '../../src/sending/send-outcome';

it('has one outcome for each message, in order, when the last has ended', async () => {
  const batch = new SendBatch(1, ['a', 'b', 'c']);
  const ended = jest.fn();
  void batch.outcomes.then(ended);

  batch.settle(2, 'id of c');
  batch.settle(0, 'id of a');
  await Promise.resolve();
  expect(ended).not.toHaveBeenCalled();
  batch.settle(1, new SendFailure('why'));

  expect(await batch.outcomes).toEqual(['id of a', new SendFailure('why'), 'id of c']);
});

it('keeps the first outcome of each, and counts it once', async () => {
  const batch = new SendBatch(1, ['a', 'b', 'c']);

  batch.settle(1, 'stored');
  batch.settle(1, new SendFailure('late'));
  batch.fail('its time is over');
  batch.settle(0, 'late');

  expect(await batch.outcomes).toEqual([
    new SendFailure('its time is over'),
    'stored',
    new SendFailure('its time is over'),
  ]);
});

it('of nothing has ended at once', async () => {
  expect(await new SendBatch(1, []).outcomes).toEqual([]);
});

it('gives the outcome of a message that went alone, or throws why there is none', () => {
  expect(onlyOutcome(['id'])).toBe('id');
  expect(() => onlyOutcome([new SendFailure(new Error('why'))])).toThrow('why');
});
