// Browsers other than Chromium, each driven by the protocol that it speaks itself, as far as a smoke
// run needs: Firefox by Marionette, WebKitGTK by its WebDriver.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Driver {
  open(address: string): Promise<void>;
  // What the body of a function returns in the page.
  run<Result>(body: string): Promise<Result>;
  // A PNG of what is in sight.
  picture(): Promise<Buffer>;
  close(): Promise<void>;
}

const firefox = '/usr/bin/firefox-esr';
const webkitDriver = '/usr/bin/WebKitWebDriver';
const startTime = 30_000;

export const browsers: { name: string; installed: boolean; start: () => Promise<Driver> }[] = [
  { name: 'Firefox ESR', installed: existsSync(firefox), start: startFirefox },
  { name: 'WebKitGTK', installed: existsSync(webkitDriver), start: startWebKit },
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Tries until the browser listens.
async function eventually<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + startTime;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(200);
    }
  }
}

async function ended(child: ChildProcess) {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await Promise.race([exit, wait(5000)]);
  child.kill('SIGKILL');
}

// ---- Firefox: messages "LENGTH:[0,ID,COMMAND,PARAMETERS]", answered by "LENGTH:[1,ID,ERROR,RESULT]" ----

class Marionette {
  private received = Buffer.alloc(0);
  private count = 0;
  private readonly waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      while (this.take());
    });
  }

  // Takes one message off what has come; false where none is whole.
  private take(): boolean {
    const colon = this.received.indexOf(':');
    const start = colon + 1;
    const end = start + Number(this.received.subarray(0, colon).toString());
    if (colon < 0 || this.received.length < end) return false;
    const message = JSON.parse(this.received.subarray(start, end).toString());
    this.received = this.received.subarray(end);
    if (Array.isArray(message)) this.settle(message as [number, number, { message: string } | null, never]);
    return true;
  }

  private settle([, id, error, result]: [number, number, { message: string } | null, never]) {
    const { resolve, reject } = this.waiting.get(id)!;
    this.waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }

  send<Result>(command: string, parameters: object = {}): Promise<Result> {
    const id = ++this.count;
    const message = Buffer.from(JSON.stringify([0, id, command, parameters]));
    this.socket.write(`${message.length}:`);
    this.socket.write(message);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }
}

async function startFirefox(): Promise<Driver> {
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), 'likelore-firefox-'));
  writeFileSync(join(profile, 'user.js'), `user_pref("marionette.port", ${port});\n`);
  const options = ['--headless', '--marionette', '--no-remote', '--profile', profile];
  const child = spawn(firefox, options, { stdio: 'ignore', env: { ...process.env, HOME: profile } });
  const socket = await eventually(
    () =>
      new Promise<Socket>((resolve, reject) => {
        const made = connect(port, '127.0.0.1', () => resolve(made)).once('error', reject);
      }),
  );
  const marionette = new Marionette(socket);
  await marionette.send('WebDriver:NewSession');
  return {
    open: (address) => marionette.send('WebDriver:Navigate', { url: address }),
    run: async (body) => {
      const { value } = await marionette.send<{ value: never }>('WebDriver:ExecuteScript', { script: body, args: [] });
      return value;
    },
    picture: async () => {
      const { value } = await marionette.send<{ value: string }>('WebDriver:TakeScreenshot', { full: false });
      return Buffer.from(value, 'base64');
    },
    close: async () => {
      socket.destroy();
      await ended(child);
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// ---- WebKitGTK -----------------------------------------------------------------------------------

async function startWebKit(): Promise<Driver> {
  const port = await freePort();
  // It needs a display.
  const child = spawn('xvfb-run', ['-a', webkitDriver, `--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const ask = async <Result>(method: string, path: string, body?: object): Promise<Result> => {
    const init = { method, body: body && JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const { value } = (await answer.json()) as { value: Result & { error?: string; message?: string } };
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await eventually(() => ask('GET', '/status'));
  const { sessionId } = await ask<{ sessionId: string }>('POST', '/session', { capabilities: {} });
  const session = `/session/${sessionId}`;
  return {
    open: (address) => ask('POST', `${session}/url`, { url: address }),
    run: (body) => ask('POST', `${session}/execute/sync`, { script: body, args: [] }),
    picture: async () => Buffer.from(await ask<string>('GET', `${session}/screenshot`), 'base64'),
    close: async () => {
      await ask('DELETE', session).catch(() => undefined);
      process.kill(-child.pid!); // with the display
    },
  };
}
