// @dest/pulsar by the native client against a loop over `pulsar-client`, where that is installed.
import { runChild } from '../../support/child.mjs';
import { requireNativeClient } from '../native-client.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';

const ours = new URL('../children/our-batches.mjs', import.meta.url);
const bare = new URL('../children/bare-native.mjs', import.meta.url);

export async function measureNativeBatch(report, { url }) {
  requireNativeClient();
  await measureSending(report, {
    name: 'native-batch',
    least: 0.9,
    cpu: { name: 'native-cpu' },
    ours: () => runChild(ours, { host: url, topic: newTopic('ours') }),
    peer: () => runChild(bare, { url, topic: newTopic('bare') }),
  });
}
