import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const path = PATHS.find((candidate) => existsSync(candidate));

/** Why tests in a browser are left out here; false where they can run. */
export const noChromium: string | false =
  path === undefined && 'no Chromium on this machine (apt-get install chromium)';

/** A browser with an empty profile that asks no other host for anything of its own. Close it. */
export function launchChromium(): Promise<Browser> {
  if (path === undefined) throw new Error('no Chromium on this machine');
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
