// The page in Debian's Chromium, as a person uses it: the built page (web/dist), served locally.
import { defineConfig } from '@playwright/test';

// `check` names a port that is free; by hand a server that runs already is used.
const port = Number(process.env.LIKELORE_TEST_PORT ?? 4173);

export default defineConfig({
  testDir: '.',
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  retries: 1, // a busy machine may be late; what passes then is listed as flaky
  expect: { timeout: 15_000 }, // as for actions: machines may be busy
  reporter: [['list']],
  outputDir: '../../build/web-tests',
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    browserName: 'chromium',
    actionTimeout: 15_000,
    viewport: { width: 1280, height: 800 },
    // They would answer requests that tests want to answer.
    serviceWorkers: 'block',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `npm run preview -w likelore-web -- --port ${port} --strictPort --host 127.0.0.1`,
    cwd: '../..',
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: !process.env.LIKELORE_TEST_PORT,
  },
});
