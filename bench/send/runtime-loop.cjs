'use strict';
/**
 * What Lambda's Node runtime does, without its trimmings: asks the Runtime API for events and posts the answers.
 *
 * Loads `index.js` of the working directory. Each answer carries what the process has used so far: CPU in microseconds,
 * and resident memory in KiB. With KEYROOM_BENCH_PLAIN set, `node:https` goes over plain HTTP, so that what
 * a handler costs can be told from what TLS costs; its own code stays as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const http = require('node:http');
const Module = require('node:module');
const path = require('node:path');

if (process.env.KEYROOM_BENCH_PLAIN) {
  const load = Module._load;
  const request = (url, options) => {
    const plain = new URL(url);
    plain.protocol = 'http:';
    const outgoing = http.request(plain, options);
    outgoing.on('socket', (socket) => {
      // Senders write once the peer is verified; here it is as soon as there is one.
      if (socket.connecting) socket.once('connect', () => socket.emit('secureConnect'));
    });
    return outgoing;
  };
  // The real one is loaded, too: it is a part of what starting costs.
  Module._load = (name, ...rest) =>
    name === 'node:https' ? { ...load(name, ...rest), Agent: http.Agent, request } : load(name, ...rest);
}

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const call = (method, target, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const outgoing = http.request(
      { host, port, agent, method, path: `/2018-06-01/runtime/${target}`, headers },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk) => (text += chunk));
        incoming.on('end', () => resolve({ headers: incoming.headers, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const used = () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  // Not the largest so far: Linux hands that on from whoever started the process.
  return { 'keyroom-cpu-us': userCPUTime + systemCPUTime, 'keyroom-rss-kib': process.memoryUsage.rss() / 1024 };
};

const main = async () => {
  const { handler } = require(path.resolve('index.js'));
  for (;;) {
    const { headers, text } = await call('GET', 'invocation/next');
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    const context = { getRemainingTimeInMillis: () => deadline - Date.now() };
    const answer = await handler(JSON.parse(text), context);
    await call(
      'POST',
      `invocation/${headers['lambda-runtime-aws-request-id']}/response`,
      JSON.stringify(answer),
      used(),
    );
  }
};

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
