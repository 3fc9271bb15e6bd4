// A receiver of webhooks that has bad days: resets, hangs, answers late, with errors, or in the middle of its body not at all.
import { createServer } from 'node:http';
import { serve } from '../../support/child.mjs';

const LATE_MS = 300;
const HANG_MS = 5_000;

const answer =
  (status, headers = {}) =>
  (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status, headers).end('an answer'));
  };

/** How a request is treated, and how many of a hundred are. */
const MOODS = [
  [70, answer(204)],
  [6, (request, response) => setTimeout(() => answer(204)(request, response), LATE_MS)],
  [4, (request) => request.socket.resetAndDestroy()],
  [4, (request) => request.once('data', () => request.socket.resetAndDestroy())],
  [4, answer(503)],
  [3, answer(429, { 'retry-after': '1' })],
  [3, answer(422)],
  [3, (_request, response) => response.writeHead(200, { 'content-length': '1000' }).write('not all')],
  [3, (request) => setTimeout(() => request.socket.destroy(), HANG_MS)],
];

function pick(number) {
  let rest = number;
  for (const [share, mood] of MOODS) if ((rest -= share) < 0) return mood;
  return MOODS[0][1];
}

const server = createServer((request, response) => {
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  pick(Math.random() * 100)(request, response);
});

serve(() => server.closeAllConnections());
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/hook` }));
