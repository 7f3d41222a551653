// The four workloads of testdata/bench/node, in Node.js: workloads.js MODE. Each
// line on standard input is a workload and how often; the answer is nanoseconds
// of processor time.
'use strict';

const { AsyncLocalStorage, createHook } = require('node:async_hooks');
const http = require('node:http');
const readline = require('node:readline');

const mode = process.argv[2];
const noop = () => {};
if (mode === 'init') createHook({ init() {} }).enable();
if (mode === 'all') createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
const storages = [];
for (let i = 0; i < ({ storage: 1, storages: 10 }[mode] ?? 0); i++) storages.push(new AsyncLocalStorage());

// within calls fn with a store in each storage.
function within(fn, i = 0) {
  return i === storages.length ? fn() : storages[i].run({ i }, within, fn, i + 1);
}

const workloads = {
  // An async function that awaits an async function.
  async chain(n) {
    const hop = async (i) => i;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await hop(i);
    return sum;
  },

  // A promise that is resolved later, for each value handed over.
  async handover(n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let resolve;
      const p = new Promise((r) => { resolve = r; });
      queueMicrotask(() => resolve(i));
      sum += await p;
    }
    return sum;
  },

  timers(n) {
    return new Promise((done) => {
      let left = n;
      for (let i = 0; i < n; i++) setTimeout(() => { if (--left === 0) done(); }, 0);
    });
  },

  async http(n) {
    const server = http.createServer((req, res) => res.end('hello'));
    await new Promise((r) => server.listen(0, '127.0.0.1', r));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < n; i++) {
      await new Promise((r) => http.get({ port: server.address().port, host: '127.0.0.1', agent }, (res) => {
        res.on('data', noop).on('end', r);
      }));
    }
    agent.destroy();
    await new Promise((r) => server.close(r));
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, n] = line.split(' ');
    const start = process.cpuUsage();
    await within(() => workloads[name](Number(n)));
    const used = process.cpuUsage(start);
    console.log((used.user + used.system) * 1000);
  }
})();
