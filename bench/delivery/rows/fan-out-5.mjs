// The same with five destinations that take each envelope, against one.
import { ratesInTurn } from '../../support/in-turn.mjs';
import { ourFlow } from './sustained.mjs';

export async function measureFanOut(report) {
  const measured = await ratesInTurn(
    'fan-out-5',
    () => ourFlow(5),
    () => ourFlow(1),
  );
  report.add({ name: 'fan-out-5', unit: 'deliveries/s', least: 2, more: true, ...measured });
}
