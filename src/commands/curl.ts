/** curl 8. */
import { join } from '../build/places.ts';
import type { Argument, Call, ImageView, Opaque, Outcome, Tool } from './command.ts';
import { file, opaque } from './command.ts';
import { attachments, certificates, fetching, localAddresses, nameInAddress, proxies } from './fetching.ts';
import type { Target } from './operands.ts';
import { allTargets, because, isOpaque, namedBy, notUnderstood, readPlaces, words } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

/** The options of curl that are known. */
export const curlOptions = grammar({
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
