import { NativeTransport } from '../../src/native/native-transport';
import { Publisher } from '../../src/outbox/publisher';
import { parseTopic } from '../../src/topic';
import { accessOf } from '../support/access-of';
import { NativeDouble } from '../support/native-double';
import { openHttp } from '../support/open-http';

test('each record is on its own at Pulsar, so that one that is settled does not come again with others', async () => {
  const double = new NativeDouble();
  const access = accessOf('pulsar://broker:6650');
  const publisher = await Publisher.open(
    new NativeTransport(double.binding, { access, http: openHttp }),
    parseTopic('outbox'),
  );
  await publisher.mark('m-1', 'orders');
  expect(double.producers).toMatchObject([{ batchingEnabled: false }]);
  expect(double.stored).toHaveLength(1);
  await publisher.close();
});
