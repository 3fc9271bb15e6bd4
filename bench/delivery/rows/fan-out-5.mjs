// The same with five destinations that take each envelope, against one.
import { inTurn } from '../../support/in-turn.mjs';
import { ourFlow } from './sustained.mjs';

export async function measureFanOut(report) {
  const measured = await inTurn(
    'fan-out-5',
    async () => (await ourFlow(5)).perSecond,
    async () => (await ourFlow(1)).perSecond,
  );
  report.add({ name: 'fan-out-5', unit: 'deliveries/s', least: 2, more: true, ...measured });
}
