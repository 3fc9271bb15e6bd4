// A receiver of webhooks: reads each request to its end, answers 204.
import { createServer } from 'node:http';
import { serve } from '../../support/child.mjs';

const server = createServer((request, response) => {
  request.on('end', () => {
    response.statusCode = 204;
    response.end();
  });
  request.resume();
});

serve(() => server.close());
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/hook` }));
