import { describe, expect, test } from 'vitest';

import { osRegion, packageLists, pythonRegion, toolRegion } from '../src/build/places.ts';
import { takesAway } from '../src/build/taken-away.ts';

const python = pythonRegion('/usr/local');
const modules = toolRegion('/app/node_modules', 'npm');

describe('the end of a RUN, behind a command that is not understood', () => {
  test.each([
    ['apt-get purge -y gcc', osRegion],
    ['apk del .build-deps', osRegion],
    ['apt-get autoremove -y', osRegion],
    ['rm -rf /usr/share/doc', osRegion],
    ['rm -rf /var/lib/apt/lists/*', packageLists.apt],
    ['rm -rf "/var/lib/apt"', packageLists.apt],
    ['rm -rf /tmp/* /var/lib/apt/lists', packageLists.apt],
    ['pip uninstall -y flask', python],
    ['rm -rf /usr/local/lib/python3.12/site-packages/flask/tests', python],
    ['rm -rf ~/.cache', python],
    ['rm -rf "$HOME"/x', python],
    ['pip cache purge', python],
    ['find / -name tests -exec rm -r {} +', python],
    ['find / -name tests -delete', python],
    ['npm prune --omit=dev', modules],
    ['npm ci --omit=dev', modules],
    ['yarn install --production', modules],
    ['rm -rf node_modules/typescript', modules],
    ['rm -rf ./node_modules', modules],
    ['npm cache clean --force', modules],
  ])('takes away: %s', (command, region) => {
    expect(takesAway([`./build.sh && ${command}`, '/app'], region)).toBe(true);
  });

  test.each([
    ['apt-get purge -y gcc', python],
    ['apt-get clean', osRegion],
    ['rm -rf /var/lib/apt/lists/*', osRegion],
    ['rm -rf /var/lib/apt/lists/*', python],
    ['pip uninstall -y flask', osRegion],
    ['rm -rf /tmp/* tests', python],
    ['rm -rf /tmp/* tests', modules],
    ['rm -rf /usr/local/src', osRegion],
    ['npm run build', modules],
    ['chmod +x remove.sh', modules],
  ])('leaves it: %s', (command, region) => {
    expect(takesAway([`./build.sh && ${command}`, '/app'], region)).toBe(false);
  });
});
