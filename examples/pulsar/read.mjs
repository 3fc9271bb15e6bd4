// Prints what lies on a topic, a line for each message, and ends when nothing more comes.
//   node examples/pulsar/read.mjs shop-orders [http://127.0.0.1:8080]
// A token is taken from PULSAR_TOKEN.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

const QUIET_MS = 2_000;
const [topic, address = process.env.PULSAR_HTTP_URL ?? 'http://127.0.0.1:8080'] = process.argv.slice(2);
if (topic === undefined) {
  console.error('Usage: node examples/pulsar/read.mjs <topic of public/default> [http://broker:8080]');
  process.exit(2);
}

const token = process.env.PULSAR_TOKEN;
const socket = new WebSocket(
  `${address.replace(/^http/, 'ws')}/ws/v2/consumer/persistent/public/default/${encodeURIComponent(topic)}/${randomUUID()}` +
    '?subscriptionInitialPosition=Earliest',
  { headers: token ? { authorization: `Bearer ${token}` } : {} },
);
let quiet;
const restart = () => {
  clearTimeout(quiet);
  quiet = setTimeout(() => socket.close(), QUIET_MS);
};
socket.on('open', restart);
socket.on('message', (data) => {
  const { messageId, key, payload } = JSON.parse(data.toString());
  console.log(`${key ?? '-'}\t${Buffer.from(payload, 'base64').toString()}`);
  socket.send(JSON.stringify({ messageId }));
  restart();
});
socket.on('error', (error) => {
  console.error(`${address}: ${error.message}`);
  process.exitCode = 1;
});
