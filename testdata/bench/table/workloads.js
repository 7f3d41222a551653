// Workloads of testdata/bench/peers/ops, in Node.js: workloads.js [store|stores]
// [init|hooks]. Each line on standard input is a workload in quotes and how often;
// the answer is nanoseconds of processor time, and 0 for allocations.
'use strict';

const { AsyncLocalStorage, createHook } = require('node:async_hooks');
const http = require('node:http');
const readline = require('node:readline');

const uses = process.argv.slice(2);
const noop = () => {};
if (uses.includes('init')) createHook({ init() {} }).enable();
if (uses.includes('hooks')) createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
const storages = [];
for (let n = uses.includes('stores') ? 10 : uses.includes('store') ? 1 : 0; n > 0; n--) storages.push(new AsyncLocalStorage());

// within calls fn with a store in each storage.
function within(fn, i = 0) {
  return i === storages.length ? fn() : storages[i].run({ i }, within, fn, i + 1);
}

const workloads = {
  // An async function that awaits an async function.
  async spawn(n) {
    const hop = async (i) => i;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await hop(i);
    return sum;
  },

  // A promise that is resolved later, for each value handed over.
  async unbuffered(n) {
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

  async request(n) {
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
    const [, name, n] = /^"(.*)" (\d+)$/.exec(line);
    if (!workloads[name]) {
      console.log('none');
      continue;
    }
    const start = process.cpuUsage();
    await within(() => workloads[name](Number(n)));
    const used = process.cpuUsage(start);
    console.log((used.user + used.system) * 1000, 0);
  }
})();
