import type { Place } from '../build/places.ts';
import { accountsRegion, baseName, isSymbolic, join, osRegion, parentOf } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { Argument, Call, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { systemEnvironment } from './apt.ts';
import type { Target } from './operands.ts';
import { allTargets, because, edits, fileEffect, isOpaque, looks, notUnderstood, readPlaces, sets, singleTarget, spell, treePlaces, words } from './operands.ts';
import type { Reading } from './options.ts';
import { certificateFiles } from './python-inputs.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

/**
 * What is fetched, unpacked and verified: curl 8, wget 1.21 and BusyBox's, git 2.39, tar 1.34 and BusyBox's, Info-ZIP's
 * unzip 6, GnuPG 2.2. The network gives the same to both Dockerfiles that are compared.
 */

const proxies = systemEnvironment.filter((name) => /_proxy$/i.test(name));
const certificates = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** None of these programs is in every base image: a package brings it. */
const program: readonly Place[] = [file(osRegion)];

function isNowhere(path: Path): boolean {
  return /^\/dev\/(?:null|stdout|stderr)$/.test(path);
}

/** The name under which a fetched file is kept; null if the address ends in none. */
function nameInAddress(address: string): string | null {
  const path = address.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/s, '');
  const name = baseName(path);
  return name === '' || name === '.' || name === '..' ? null : name;
}

/** A file given to a program through `@name` or `name=@file`. */
function attachments(values: readonly Argument[], view: ImageView): readonly Place[] {
  return values.flatMap((value) => {
    const name = /(?:^|=)[@<]([^;]+)/.exec(value.text)?.[1];
    return name === undefined || name === '-' ? [] : readPlaces({ ...value, text: name, glob: false }, view);
  });
}

function localAddresses(addresses: readonly Argument[], view: ImageView): readonly Place[] {
  return addresses.flatMap((argument) => {
    const path = /^file:(?:\/\/(?:localhost)?)?(\/.*)$/is.exec(argument.text)?.[1];
    return path === undefined ? [] : readPlaces({ ...argument, text: path, glob: false }, view);
  });
}

// ----------------------------------------------------------------------------------------------------------------- curl

const curlOptions = grammar({
  flags: [
    '-f|--fail --fail --fail-with-body -s|--silent --silent -S|--show-error --show-error -L|--location --location --location-trusted -k|--insecure --insecure -v|--verbose --verbose',
    '-i|--include --include -I|--head --head -g|--globoff --globoff -4|--ipv4 --ipv4 -6|--ipv6 --ipv6 -#|--progress-bar --progress-bar --no-progress-meter --compressed --create-dirs -G|--get --get',
    '-n|--netrc --netrc --netrc-optional -N|--no-buffer --no-buffer -O|--remote-name --remote-name -R|--remote-time --remote-time --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 -2|--sslv2 -3|--sslv3 -1|--tlsv1',
    '--http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --ssl --ssl-reqd --ssl-no-revoke --retry-connrefused --retry-all-errors --tcp-nodelay --tcp-fastopen --no-keepalive --raw --remote-header-name -J|--remote-header-name -q|--disable --disable --anyauth --basic --digest --ntlm --negotiate --post301 --post302 --path-as-is',
  ].join(' '),
  values: [
    '-o|--output --output --output-dir -H|--header --header -A|--user-agent --user-agent -X|--request --request -e|--referer --referer -u|--user --user -x|--proxy --proxy -U|--proxy-user --proxy-user --noproxy',
    '-m|--max-time --max-time --connect-timeout --retry --retry-delay --retry-max-time --max-redirs --limit-rate -r|--range --range --url --proto --proto-default --proto-redir --ciphers --tls-max --resolve --interface --keepalive-time -w|--write-out --write-out -b|--cookie --cookie -C|--continue-at --continue-at',
    '-d|--data --data --data-ascii --data-binary --data-raw --data-urlencode --json -F|--form --form -T|--upload-file --upload-file --cacert --capath --cert -E|--cert --key --netrc-file -K|--config --config --oauth2-bearer --aws-sigv4 -y|--speed-time --speed-time -Y|--speed-limit --speed-limit',
  ].join(' '),
});

export const curl: Tool = {
  id: 'curl',
  recognises: (program) => program === 'curl',
  effects: (call, view) => curlEffects(call, view),
};

function curlEffects(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, curlOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  for (const name of ['--config', '--remote-header-name', '--continue-at']) if (hasOption(reading, name)) return because(call, name);
  const addresses = [...words(reading.operands), ...valuesOf(reading, '--url')];
  const files = [
    ...['--upload-file', '--cacert', '--capath', '--cert', '--key', '--netrc-file', '--cookie'].flatMap((name) => valuesOf(reading, name).flatMap((value) => readPlaces(value, view))),
    ...['--data', '--data-ascii', '--data-binary', '--data-urlencode', '--json', '--form', '--header', '--write-out'].flatMap((name) => attachments(valuesOf(reading, name), view)),
    ...(hasOption(reading, '--netrc', '--netrc-optional') ? [file(join(view.home, '.netrc'))] : []),
  ];
  const settings = ['CURL_HOME', 'XDG_CONFIG_HOME'].flatMap((name) => namedBy(view, name)).flatMap((path) => [file(join(path, '.curlrc')), file(join(path, 'curlrc'))]);
  const reads = [file(join(view.home, '.curlrc')), file(join(view.home, '.config/curlrc')), ...settings, ...files, ...localAddresses(addresses, view)];
  const written = curlOutputs(reading, addresses, view);
  if (isOpaque(written)) return written;
  return fetching(call, view, written, reads, [...proxies, ...certificates, 'CURL_CA_BUNDLE', 'CURL_HOME', 'XDG_CONFIG_HOME', 'NETRC']);
}

/** Where curl writes: each `-o` is for one address, `-O` for one by its own name; what is left goes to the output. */
function curlOutputs(reading: Reading, addresses: readonly Argument[], view: ImageView): readonly Target[] | Opaque {
  const directory = lastValue(reading, '--output-dir');
  const inDirectory = (argument: Argument): Argument =>
    directory && !argument.text.startsWith('/') ? { ...argument, text: `${directory.text.replace(/(?<!\/)\/+$/, '')}/${argument.text}` } : argument;
  const named = valuesOf(reading, '--output').filter(({ text }) => text !== '-');
  // With {a,b} or [1-9] in an address one call fetches many files.
  if (named.some(({ text }) => /#\d/.test(text))) return opaque('`curl` that writes several files');
  const own: Argument[] = [];
  if (hasOption(reading, '--remote-name')) {
    for (const address of addresses) {
      const name = nameInAddress(address.text);
      if (name === null || (/[{}[\]]/.test(address.text) && !hasOption(reading, '--globoff'))) return opaque('`curl -O` of an address that does not name a file');
      own.push({ ...address, text: name, glob: false });
    }
  }
  return allTargets([...named, ...own].map(inDirectory), view);
}

/** The address of a call of curl or wget that writes what it fetches, and nothing else, to its output; null otherwise. */
export function addressOfOutput(call: Call): Argument | null {
  if (call.program !== 'curl' && call.program !== 'wget') return null;
  const reading = readOptions(call.args, call.program === 'curl' ? curlOptions : wgetOptions);
  const toOutput = call.program === 'curl' ? !hasOption(reading, '--output', '--remote-name') : lastValue(reading, '--output-document')?.text === '-';
  const [address, ...others] = [...words(reading.operands), ...valuesOf(reading, '--url')];
  return toOutput && address?.known && others.length === 0 && notUnderstood(call, reading) === null ? address : null;
}

function namedBy(view: ImageView, variable: string): readonly Path[] {
  const value = view.variable(variable);
  return typeof value === 'string' && value !== '' ? [view.resolve(value)] : [];
}

/** The effect of fetching: the files are new, as the network gives them. */
function fetching(call: Call, view: ImageView, targets: readonly Target[], own: readonly Place[], env: readonly string[]): Outcome {
  const reads = [...own, everythingBelow('/etc/ssl/certs'), ...certificateFiles(view), ...namedBy(view, 'SSL_CERT_DIR').map(everythingBelow)];
  const writes = targets.filter(({ path }) => !isNowhere(path)).map(sets);
  if (writes.length === 0) return effects(looks(spell(call), [...program, ...reads], env));
  return effects(fileEffect(spell(call), view, { reads: [...program, ...reads], env, writes }));
}

// ----------------------------------------------------------------------------------------------------------------- wget

const wgetOptions = grammar({
  flags: [
    '-q|--quiet --quiet -nv|--no-verbose --no-verbose -v|--verbose --verbose -d|--debug --debug -S|--server-response --server-response --no-check-certificate --content-on-error --https-only --no-cookies --no-cache --no-dns-cache --no-hsts',
    '-4|--inet4-only --inet4-only -6|--inet6-only --inet6-only --show-progress --trust-server-names --no-proxy --retry-connrefused --no-http-keep-alive --auth-no-challenge --no-netrc --no-glob --no-config -nc|--no-clobber --no-clobber -N|--timestamping --timestamping -c|--continue --continue -nd|--no-directories --no-directories',
  ].join(' '),
  values: [
    '-O|--output-document --output-document -P|--directory-prefix --directory-prefix -t|--tries --tries -T|--timeout --timeout --dns-timeout --connect-timeout --read-timeout -w|--wait --wait --waitretry --limit-rate -U|--user-agent --user-agent --header --referer -e|--execute',
    '--user --password --http-user --http-password --method --body-data --post-data --secure-protocol --ca-certificate --ca-directory --certificate --private-key --post-file --body-file --max-redirect --retry-on-http-error --compression --prefer-family -Q|--quota --quota --progress',
  ].join(' '),
});

export const wget: Tool = {
  id: 'wget',
  recognises: (program) => program === 'wget',
  effects: (call, view) => wgetEffects(call, view),
};

function wgetEffects(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, wgetOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const execute = valuesOf(reading, '-e').find(({ text }) => !/^(?:https?_proxy|use_proxy|robots)\s*=/.test(text));
  if (execute) return because(call, `-e ${execute.text}`);
  const addresses = words(reading.operands);
  const files = ['--ca-certificate', '--ca-directory', '--certificate', '--private-key', '--post-file', '--body-file'].flatMap((name) => valuesOf(reading, name).flatMap((value) => readPlaces(value, view)));
  const reads = [file(join(view.home, '.wgetrc')), file(join(view.home, '.netrc')), file('/etc/wgetrc'), ...['WGETRC', 'SYSTEM_WGETRC'].flatMap((name) => namedBy(view, name)).map(file), ...files];
  const env = [...proxies, ...certificates, 'WGETRC', 'SYSTEM_WGETRC'];
  const output = lastValue(reading, '--output-document');
  if (output?.text === '-') return fetching(call, view, [], reads, env);
  const targets = allTargets(output ? [output] : [], view);
  if (isOpaque(targets)) return targets;
  if (output && hasOption(reading, '--continue')) return effects(fileEffect(spell(call), view, { reads: [...program, ...reads], env, writes: targets.map(({ path, sure }) => edits(path, !sure)) }));
  if (output) return fetching(call, view, targets, reads, env);
  return underOwnNames(call, reading, addresses, view, reads, env);
}

/** Without -O a file that is there already is left alone, and the new one is called `name.1`. */
function underOwnNames(call: Call, reading: Reading, addresses: readonly Argument[], view: ImageView, reads: readonly Place[], env: readonly string[]): Outcome {
  const directory = lastValue(reading, '--directory-prefix');
  const names: Argument[] = [];
  for (const address of addresses) {
    // A query stays in wget's name of the file.
    const name = address.text.includes('?') ? null : nameInAddress(address.text);
    if (name === null) return opaque('`wget` of an address that does not name a file');
    names.push({ ...address, text: directory ? `${directory.text.replace(/(?<!\/)\/+$/, '')}/${name}` : name, glob: false });
  }
  const targets = allTargets(names, view);
  if (isOpaque(targets)) return targets;
  const resumes = hasOption(reading, '--no-clobber', '--timestamping', '--continue');
  const there = targets.some(({ path }) => view.presence(path) === 'yes' || view.presence(path) === 'maybe');
  if (there && !resumes) return opaque('`wget` of a file that is there already');
  const looked = [...reads, ...targets.map(({ path }) => file(path))];
  if (resumes) return effects(fileEffect(spell(call), view, { reads: [...program, ...looked], env, writes: targets.map(({ path, sure }) => edits(path, !sure)) }));
  return fetching(call, view, targets, looked, env);
}

// ------------------------------------------------------------------------------------------------------------------ git

const gitGlobal = grammar({ stopsAtOperand: true, flags: '--no-pager -p|--paginate --no-replace-objects', values: '-C -c' });

const cloneOptions = grammar({
  abbreviations: true,
  flags:
    '-q|--quiet --quiet -v|--verbose --progress -l|--local -n|--no-checkout --no-checkout --bare --mirror --single-branch --no-single-branch --no-tags --tags --recursive|--recurse-submodules --shallow-submodules --no-shallow-submodules --no-hardlinks --remote-submodules -s|--shared --sparse --no-remote-submodules --reject-shallow',
  values: '--depth -b|--branch --branch -o|--origin --origin -c|--config --config -j|--jobs --jobs --filter --shallow-since --shallow-exclude --template -u|--upload-pack --reference --reference-if-able --separate-git-dir --server-option --revision',
  optional: '--recurse-submodules',
});

const gitLooks = new Set([
  'describe', 'rev-parse', 'log', 'show', 'status', 'diff', 'ls-files', 'ls-tree', 'ls-remote', 'rev-list', 'cat-file', 'name-rev', 'shortlog', 'blame', 'version', '--version', '--help', 'help',
  'for-each-ref', 'show-ref', 'merge-base', 'grep', 'check-ignore',
]);

const gitEnvironment: readonly string[] = [...proxies, ...certificates, 'GIT_*', 'SSH_AUTH_SOCK', 'XDG_CONFIG_HOME'];

export const git: Tool = {
  id: 'git',
  recognises: (program) => program === 'git',
  effects: (call, view) => gitEffects(call, view),
};

function gitSettings(view: ImageView): readonly Place[] {
  return [...['.gitconfig', '.git-credentials', '.netrc'].map((name) => file(join(view.home, name))), everythingBelow(join(view.home, '.ssh')), everythingBelow(join(view.home, '.config/git')), file('/etc/gitconfig')];
}

function gitEffects(call: Call, view: ImageView): Outcome {
  const before = readOptions(call.args, gitGlobal);
  const verb = before.operands[0];
  if (!verb) return effects(looks(spell(call), program));
  const own: Call = { ...call, args: call.args.slice(0, verb.index) };
  const doubt = notUnderstood(own, readOptions(own.args, gitGlobal));
  if (doubt) return doubt;
  const rest: Call = { ...call, args: call.args.slice(verb.index + 1) };
  const directory = lastValue(before, '-C');
  const top = directory ? singleTarget(directory, view) : null;
  if (top && isOpaque(top)) return top;
  const cwd = top?.path ?? view.cwd;
  if (verb.argument.text === 'clone') return top ? because(call, '-C') : gitClone(call, rest, view);
  if (verb.argument.text === 'config') return gitConfig(call, rest, cwd, view);
  if (gitLooks.has(verb.argument.text) && !rest.args.some(({ text, known }) => !known || text.startsWith('--output'))) {
    return effects(looks(spell(call), [...program, ...gitSettings(view), everythingBelow(cwd), ...repositoriesAbove(cwd)], gitEnvironment));
  }
  if (verb.argument.text === 'lfs' && rest.args[0]?.text === 'install') return effects(fileEffect(spell(call), view, { reads: program, writes: [edits(join(view.home, '.gitconfig'), false), edits('/etc/gitconfig', false)] }));
  return because(call, verb.argument.text);
}

/** A repository is looked for in the directory and all above it. */
function repositoriesAbove(cwd: Path): readonly Place[] {
  const places: Place[] = [];
  for (let at = cwd; places.length < 50; at = parentOf(at)) {
    places.push(everythingBelow(join(at, '.git')));
    if (at === '/') break;
  }
  return places;
}

function gitClone(call: Call, rest: Call, view: ImageView): Outcome {
  const reading = readOptions(rest.args, cloneOptions);
  const doubt = notUnderstood(rest, reading);
  if (doubt) return doubt;
  for (const name of ['--separate-git-dir', '--reference', '--reference-if-able', '--shared']) if (hasOption(reading, name)) return because(call, `clone ${name}`);
  const [source, place] = words(reading.operands);
  if (!source) return because(call, 'clone without an address');
  const name = cloneName(source.text) + (hasOption(reading, '--bare', '--mirror') ? '.git' : '');
  if (!place && name === '') return opaque('`git clone` of an address that does not name a directory');
  const target = singleTarget(place ?? { ...source, text: name, glob: false }, view);
  if (isOpaque(target)) return target;
  const isLocal = /^(?:\.{0,2}\/|file:)/.test(source.text) || !/:/.test(source.text);
  const local = isLocal ? readPlaces({ ...source, text: source.text.replace(/^file:\/\//, '') }, view) : [];
  const templates = valuesOf(reading, '--template').flatMap((value) => readPlaces(value, view));
  // git clones into an empty directory only, so that nothing of it is left.
  const writes: readonly Write[] = [{ place: everythingBelow(target.path), how: 'set' }];
  const reads = [file(target.path), ...gitSettings(view), ...local, ...templates];
  return effects(fileEffect(spell(call), view, { reads: [...program, ...reads], env: gitEnvironment, writes }));
}

/** As git's `git_guess_dir_name`: the last part of the address without `.git`. */
function cloneName(address: string): string {
  const path = address.replace(/^[a-z+]+:\/\/[^/]*/i, '').replace(/(?<!\/)\/+$/, '').replace(/\/\.git$/, '');
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
  return name.replace(/\.git$/, '');
}

const configOptions = grammar({
  flags:
    '--global --system --local --worktree --add --unset --unset-all --replace-all --get --get-all --get-regexp --get-urlmatch -l|--list --list --bool --int --path --name-only --show-origin -z|--null --null --rename-section --remove-section',
  values: '-f|--file --file --type --default',
});

function gitConfig(call: Call, rest: Call, cwd: Path, view: ImageView): Outcome {
  const reading = readOptions(rest.args, configOptions);
  const doubt = notUnderstood(rest, reading);
  if (doubt) return doubt;
  const given = lastValue(reading, '--file');
  const path = given ? singleTarget(given, view) : null;
  if (path && isOpaque(path)) return path;
  const place = path?.path ?? (hasOption(reading, '--global') ? join(view.home, '.gitconfig') : hasOption(reading, '--system') ? '/etc/gitconfig' : join(cwd, '.git/config'));
  const [first, ...values] = words(reading.operands);
  const asks = hasOption(reading, '--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list') || first?.text === 'get' || first?.text === 'list' || values.length === 0;
  if (asks && !hasOption(reading, '--unset', '--unset-all', '--remove-section')) return effects(looks(spell(call), [...program, ...gitSettings(view), file(place), ...repositoriesAbove(cwd)]));
  // Where there is an XDG configuration and no ~/.gitconfig, git writes the former.
  const xdg = hasOption(reading, '--global') && !path ? [edits(join(view.home, '.config/git/config'), false)] : [];
  return effects(fileEffect(spell(call), view, { reads: program, env: ['GIT_CONFIG*', 'XDG_CONFIG_HOME'], writes: [edits(place, false), ...xdg] }));
}

// ------------------------------------------------------------------------------------------------------------- archives

const tarOptions = grammar({
  flags: [
    '-x|--extract --get|--extract --extract -c|--create --create -t|--list --list -v|--verbose --verbose -z|--gzip --gunzip|--gzip --ungzip|--gzip --gzip -j|--bzip2 --bzip2 -J|--xz --xz --lzma --zstd -Z|--compress --compress -a|--auto-compress --auto-compress',
    '-p|--preserve-permissions --same-permissions|--preserve-permissions --preserve-permissions --no-same-permissions -o|--no-same-owner --no-same-owner --same-owner --numeric-owner -k|--keep-old-files --keep-old-files --skip-old-files --overwrite --keep-newer-files --unlink-first -U|--unlink-first -m|--touch --touch',
    '-O|--to-stdout --to-stdout --wildcards --no-wildcards --anchored --no-anchored --ignore-case --warning=no-unknown-keyword -h|--dereference --dereference --no-recursion --exclude-vcs --exclude-caches --delay-directory-restore --ignore-zeros -i|--ignore-zeros --no-xattrs --xattrs --no-acls --acls --no-selinux --selinux --checkpoint --totals -B|--read-full-records --occurrence',
  ].join(' '),
  values:
    '-f|--file --file -C|--directory --cd|--directory --directory --strip-components|--strip --strip-path|--strip --strip --exclude -X|--exclude-from --exclude-from -T|--files-from --files-from --owner --group --mode --mtime --sort --format -H|--format --warning -I|--use-compress-program -b|--blocking-factor --transform --xform|--transform',
});

export const tar: Tool = {
  id: 'tar',
  recognises: (program) => program === 'tar',
  effects: (call, view) => tarEffects(call, view),
};

/** The old style: the first word holds letters, and their values follow in the order of the letters. */
function withDashes(args: readonly Argument[]): readonly Argument[] {
  const [first, ...rest] = args;
  if (!first || !/^[A-Za-z]+$/.test(first.text)) return args;
  const dashed: Argument[] = [];
  let used = 0;
  for (const letter of first.text) {
    dashed.push({ ...first, text: `-${letter}` });
    if (!'fCXTHIb'.includes(letter)) continue;
    const value = rest[used];
    if (value) dashed.push(value);
    used += 1;
  }
  return [...dashed, ...rest.slice(used)];
}

function tarEffects(call: Call, view: ImageView): Outcome {
  const args = withDashes(call.args);
  const reading = readOptions(args, tarOptions);
  const doubt = notUnderstood({ ...call, args }, reading);
  if (doubt) return doubt;
  const directories = valuesOf(reading, '--directory');
  if (directories.length > 1) return opaque('`tar` with several directories');
  const packer = lastValue(reading, '--use-compress-program');
  if (packer && !/^(?:pigz|pixz|pbzip2|zstd|unzstd|xz|gzip|lz4|lbzip2)(?: -[\dT]+)*$/.test(packer.text)) return because(call, `-I ${packer.text}`);
  const [directory] = directories;
  const base = directory ? singleTarget(directory, view) : { path: view.cwd, sure: true, asDirectory: true, written: '.' };
  if (isOpaque(base)) return base;
  const archives = valuesOf(reading, '--file').filter(({ text }) => text !== '-');
  const lists = ['--files-from', '--exclude-from'].flatMap((name) => valuesOf(reading, name).flatMap((value) => readPlaces(value, view)));
  const reads = [...archives.flatMap((argument) => readPlaces(argument, view)), ...lists];
  if (hasOption(reading, '--create')) return archiving(call, reading, base.path, archives, lists, view);
  if (hasOption(reading, '--list', '--to-stdout')) return effects(looks(spell(call), [...program, ...reads]));
  if (!hasOption(reading, '--extract')) return because(call, 'neither -x, -c nor -t');
  // Root gives what is unpacked to the users and groups that the archive names.
  return effects(fileEffect(spell(call), view, { reads: [...program, ...reads, file(accountsRegion)], env: ['TAR_OPTIONS'], writes: [edits(base.path, true)] }));
}

function archiving(call: Call, reading: Reading, base: Path, archives: readonly Argument[], lists: readonly Place[], view: ImageView): Outcome {
  const inBase: ImageView = { ...view, home: view.home, cwd: base, resolve: (path) => (/^[~/]/.test(path) ? view.resolve(path) : view.resolve(join(base, path))) };
  const reads = [...lists, ...words(reading.operands).flatMap((argument) => treePlaces(argument, inBase))];
  // The names in the list of files may be any.
  const listed = valuesOf(reading, '--files-from').length > 0 ? [everythingBelow('/')] : [];
  if (archives.length === 0) return effects(looks(spell(call), [...program, ...reads, ...listed]));
  const targets = allTargets(archives, view);
  if (isOpaque(targets)) return targets;
  return effects(fileEffect(spell(call), view, { reads: [...program, ...reads, ...listed], env: ['TAR_OPTIONS', 'GZIP'], writes: targets.map(sets) }));
}

const unzipOptions = grammar({ flags: '-q -qq -o -n -j -u -f -a -aa -b -C -L -LL -X -K -v -l -t -Z -p -c -D -DD', values: '-d -P -x -O -I' });

export const unzip: Tool = {
  id: 'unzip',
  recognises: (program) => program === 'unzip',
  effects: (call, view) => {
    const reading = readOptions(call.args, unzipOptions);
    const doubt = notUnderstood(call, reading);
    if (doubt) return doubt;
    const [archive] = words(reading.operands);
    const target = lastValue(reading, '-d');
    const base = target ? singleTarget(target, view) : { path: view.cwd };
    if (isOpaque(base)) return base;
    if (!archive) return effects(looks(spell(call), program));
    // Without an ending `.zip` is added where there is no such file.
    const reads = [...readPlaces(archive, view), ...readPlaces({ ...archive, text: `${archive.text}.zip` }, view)];
    if (hasOption(reading, '-l', '-v', '-t', '-Z', '-p', '-c')) return effects(looks(spell(call), [...program, ...reads]));
    return effects(fileEffect(spell(call), view, { reads: [...program, ...reads], env: ['UNZIP', 'UNZIPOPT'], writes: [edits(base.path, true)] }));
  },
};

// ------------------------------------------------------------------------------------------------------------------ gpg

const gpgOptions = grammar({
  flags:
    '--batch --yes --no-tty -q|--quiet --quiet -v|--verbose --verbose --no-default-keyring --dearmor --dearmour|--dearmor --enarmor --import --recv-keys --receive-keys|--recv-keys --recv-key|--recv-keys --verify --fingerprint --list-keys -k|--list-keys --list-packets --show-keys --with-colons --with-fingerprint -a|--armor --armor --export --version --no-options --trust-model=always --no-auto-check-trustdb --ignore-time-conflict --no-permission-warning --refresh-keys --no-greeting --import-ownertrust',
  values: '-o|--output --output --keyserver --keyring --primary-keyring --homedir --keyserver-options --trust-model --status-fd --trusted-key --keyid-format --import-options --export-options --options --pinentry-mode --passphrase --logger-fd',
});

export const gpg: Tool = {
  id: 'gpg',
  recognises: (program) => program === 'gpg' || program === 'gpg2' || program === 'gpgv',
  effects: (call, view) => gpgEffects(call, view),
};

function gpgEffects(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, gpgOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const home = lastValue(reading, '--homedir');
  const variable = view.variable('GNUPGHOME');
  if (variable === undefined && !home) return opaque('`gpg` with a home that the base image may set');
  if (typeof variable === 'string' && isSymbolic(variable) && !home) return opaque('`gpg` with a home that only the running build knows');
  const keys = home ? singleTarget(home, view) : { path: typeof variable === 'string' && variable !== '' ? view.resolve(variable) : join(view.home, '.gnupg') };
  if (isOpaque(keys)) return keys;
  const outputs = allTargets(valuesOf(reading, '--output').filter(({ text }) => text !== '-'), view);
  if (isOpaque(outputs)) return outputs;
  const keyrings = allTargets(valuesOf(reading, '--keyring', '--primary-keyring').map((value) => ({ ...value, text: value.text.replace(/^gnupg-ring:|^gnupg-kbx:/, '') })).map((value) => (value.text.includes('/') ? value : { ...value, text: join(keys.path, value.text) })), view);
  if (isOpaque(keyrings)) return keyrings;
  const imports = hasOption(reading, '--import', '--recv-keys', '--refresh-keys', '--import-ownertrust');
  const inputs = hasOption(reading, '--recv-keys', '--list-keys', '--fingerprint', '--export') ? [] : words(reading.operands);
  const reads = [everythingBelow(keys.path), ...valuesOf(reading, '--options').flatMap((value) => readPlaces(value, view)), ...inputs.flatMap((argument) => readPlaces(argument, view)), ...keyrings.map(({ path }) => file(path))];
  // Every call may make its home directory.
  const touched = keyrings.map(({ path, sure }) => edits(path, !sure));
  const writes = [edits(keys.path, true), ...(imports ? touched : []), ...outputs.filter(({ path }) => !isNowhere(path)).map(sets)];
  const implied = hasOption(reading, '--dearmor', '--enarmor') && outputs.length === 0 ? inputs : [];
  const beside = allTargets(implied.filter(({ text }) => text !== '-').map((value) => ({ ...value, text: `${value.text}.gpg` })), view);
  if (isOpaque(beside)) return beside;
  if (call.program === 'gpgv') return effects(looks(spell(call), [...program, ...reads]));
  return effects(fileEffect(spell(call), view, { reads: [...program, ...reads], env: [...proxies, 'GNUPGHOME'], writes: [...writes, ...beside.map(sets)] }));
}

/** All of them, in the order in which they are asked. */
export const networkTools: readonly Tool[] = [curl, wget, git, tar, unzip, gpg];
