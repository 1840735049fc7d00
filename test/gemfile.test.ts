import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalRequirements, satisfies } from '../src/manifests/gem-versions.ts';
import type { Gemfile } from '../src/manifests/gemfile.ts';
import { readGemfile } from '../src/manifests/gemfile.ts';
import { readGemfileLock, whyOutOfStep } from '../src/manifests/gemfile-lock.ts';
import { wordsOfRuby } from '../src/manifests/ruby-words.ts';

function read(text: string): Gemfile {
  const result = readGemfile(text);
  if (result.kind !== 'ok') throw new Error(`line ${result.line}: ${result.text}`);
  return result.gemfile;
}

const names = (text: string): readonly string[] => read(text).gems.map(({ name }) => name);

describe('Gemfile', () => {
  test('gems with their versions, options and blocks', () => {
    const gemfile = read(`# frozen_string_literal: true
source "https://gems.example.com" # the usual one
=begin
gem "never"
=end
ruby '3.2.2'

gem "rails", "~> 7.1", ">= 7.1.2"
gem 'pg', ['>= 1', '< 2'], require: false
gem("puma", ">= 5.0")
gem "old", :require => 'older', 'group' => :test; gem "next", group: [:a, :b]
gem "tzinfo-data", platforms: %i[ windows jruby ]
gem "image_processing",
    "~> 1.2",
    require: %w(a b)
group :development, :test, optional: true do
  platform :mri do
    gem "debug", groups: %w[development test]
  end
end
source "https://gems.example.org" do
  gem "private"
end
__END__
gem "never"
`);
    expect(gemfile.remotes).toEqual(['https://gems.example.com']);
    expect(gemfile.ruby).toEqual({ requirements: ['3.2.2'], file: null, isSpecial: false });
    expect(gemfile.gems.map(({ name, requirements, isForPlatforms }) => [name, requirements.join(' '), isForPlatforms])).toEqual([
      ['rails', '~> 7.1 >= 7.1.2', false], ['pg', '>= 1 < 2', false], ['puma', '>= 5.0', false], ['old', '', false], ['next', '', false],
      ['tzinfo-data', '', true], ['image_processing', '~> 1.2', false], ['debug', '', true], ['private', '', false],
    ]);
    expect(gemfile.gems.at(-1)?.source).toEqual({ kind: 'remote', address: 'https://gems.example.org' });
    expect(gemfile.local).toBe(null);
  });

  test.each([
    ['gem "a", git: "https://example.org/a.git", branch: "main"', 'https://example.org/a.git'],
    ['gem "a", github: "rails/rails"', 'https://github.com/rails/rails.git'],
    ['gem "a", github: "rails"', 'https://github.com/rails/rails.git'],
    ['gem "a", github: "https://github.com/rails/rails/pull/1"', null],
    ['gem "a", gist: "123"', 'https://gist.github.com/123.git'],
    ['gem "a", bitbucket: "x/y"', null],
    ['git_source(:github) { |repo| "https://token@github.com/#{repo}.git" }\ngem "a", github: "x/y"', 'https://token@github.com/x/y.git'],
    ['git_source(:github) do |repo_name|\n  repo_name = "#{repo_name}/#{repo_name}" unless repo_name.include?("/")\n  "https://github.com/#{repo_name}.git"\nend\ngem "a", github: "x"', 'https://github.com/x/x.git'],
    ['git_source(:own) { |name| "https://git.example.org/#{name}" }\ngem "a", own: "x/y"', 'https://git.example.org/x/y'],
    ['git "https://example.org/a.git", tag: "v1" do\n  gem "a"\nend', 'https://example.org/a.git'],
  ])('a repository: %s', (text, address) => {
    expect(read(text).gems[0]?.source).toMatchObject({ kind: 'git', address });
  });

  test.each([
    ['ruby file: ".ruby-version"', { path: '.ruby-version', from: 'gemfile' }],
    ['ruby File.read(".ruby-version").strip', { path: '.ruby-version', from: 'cwd' }],
    ['ruby File.read(".ruby-version")', { path: '.ruby-version', from: 'cwd' }],
    ['ruby "~> 3.0", ">= 3.0.1"', null],
  ])('%s', (text, file) => {
    expect(read(text).ruby).toMatchObject({ file });
  });

  test.each(['gem "a", path: "../a"', 'path "engines" do\n  gem "a"\nend', 'gemspec', 'gemspec name: "a"', 'gem "a", :path => "x"'])('files of the project: %s', (text) => {
    expect(read(text).local).toMatchObject({ line: 1, text: text.split('\n')[0] });
  });

  test.each([
    'gem "a" if ENV["CI"]', 'gem "a", ENV["VERSION"]', 'gem "a", "#{v}"', 'gem "a#@v"', 'group "#$v" do\nend', 'if true\ngem "a"\nend', 'eval_gemfile "x"', 'instance_eval File.read("x")', 'install_if -> { true } do\n  gem "a"\nend', 'plugin "x"', 'v = "1"', 'gem name',
    'group :a do\n  gem "a"', 'end', 'gem "a"\nend', '%w[a b].each { |name| gem name }', 'ruby RUBY_VERSION', 'ruby File.read("#{x}")', 'ruby File.read(ENV["X"])', 'source ENV["X"]', 'gem :a', 'gem "a", unknown: 1', 'gem "a", "1",', "gem 'a", 'git_source(:x) { |n| `ls` }', 'git_source(:x) { |n| File.read("x") }',
    'git_source(:x) { |n| "https://example.org/#{m}" }', 'path "x"', 'gem "a" unless x', 'require "x"', 'gem "a", require: { a: 1 }', 'env :x do\nend', 'gem <<~X\na\nX', 'gem "a", "1" "2"', 'platforms :ruby', 'gem "a\\n"', 'source "a", type: "b" do\nend',
  ])('more than a list: %j', (text) => {
    expect(readGemfile(text).kind).toBe('not-understood');
  });

  test('says the line', () => {
    expect(readGemfile('source "x"\n\ngem "a"\n  gem "b" if c\n')).toEqual({ kind: 'not-understood', line: 4, text: 'gem "b" if c' });
    expect(readGemfile('=begin\n=end\ngem "a",\n  "1"\nx\n')).toMatchObject({ line: 5 });
  });

  test('line endings, a byte order mark and no line end make no difference', () => {
    const text = 'source "https://a.org"\ngroup :x do\n  gem "a",\n      "1"\nend\n=begin\n=end\ngem "b"';
    expect(names(text)).toEqual(['a', 'b']);
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(read(text));
    expect(read(`\uFEFF${text}`)).toEqual(read(text));
    expect(names(`${text}\n# a\rgem "c"\n# b\u2028gem "d"`)).toEqual(['a', 'b']);
  });

  test('no text makes it fail, or take long', () => {
    const part = fc.constantFrom('gem ', '"a"', "'b'", ', ', '\n', 'group ', ':x', ' do', 'end', '=begin', '=end', '%w[', ']', '#{', '}', '{', '|', 'git_source(', ')', '=>', 'a:', '\\', '"', "'", '#', '__END__', 'File.read', '.', '%i(', '1');
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(part).map((parts) => parts.join(''))), (text) => {
      readGemfile(text);
      expect(wordsOfRuby(text).every(({ line }) => line >= 1 && line <= text.split('\n').length)).toBe(true);
    }), { numRuns: 2000 });
    for (const one of ['=begin\n', '"', '%w[', '%w|', 'gem "a"\n', 'group :a do\n', '[', 'gem "a", [', "'#", '\\', ':"', 'a:', '"\\']) {
      const start = performance.now();
      readGemfile(one.repeat(100_000));
      expect(performance.now() - start, one).toBeLessThan(3000);
    }
  });
});

describe('versions', () => {
  test.each([
    ['1.2.3', '~> 1.2', true], ['2.0', '~> 1.2', false], ['1.3', '~> 1.2.3', false], ['1.2.9', '~> 1.2.3', true], ['1.9', '~> 1', true], ['2', '~> 1', false], ['1.2', '1.2.0', true], ['1.10', '> 1.9', true], ['1.0.0.pre1', '>= 1.0', false],
    ['1.0.0.rc2', '> 1.0.0.rc1', true], ['1.0', '!= 1.0.0', false], ['1', '<= 1.0', true], ['1', '< 1', false], ['2.0.0.beta', '~> 1.0', false], ['1.0', 'master', false], ['1.0-java', '1.0', false], ['1.0', '=1', true],
  ])('%s satisfies %s: %s', (version, requirement, answer) => {
    expect(satisfies(version, [requirement])).toBe(answer);
  });

  test('requirements have one spelling', () => {
    expect(canonicalRequirements(['>=0', '1.0', '~>2', '= 1.0'])).toEqual(['= 1.0', '~> 2']);
  });
});

const gemfile = 'source "https://gems.example.com"\nruby "~> 3.1"\ngem "beta", "~> 1.0", ">= 0.5"\ngem "shop", github: "x/shop", branch: "main"\ngem "tz", platforms: :windows\ngem "bundler", ">= 2"\n';
const lock = `GIT
  remote: https://github.com/x/shop.git
  revision: 0123
  branch: main
  specs:
    shop (0.1.0)
      beta

GEM
  remote: https://gems.example.com/
  specs:
    alpha (1.0.0)
    alpha (1.0.0-x86_64-linux)
    beta (1.0.0)
      alpha (>= 1)
      bundler (> 1)

PLATFORMS
  arm64-darwin-22
  x86_64-linux

DEPENDENCIES
  beta (>= 0.5, ~> 1.0)
  bundler (>= 2)
  shop!
  tz

CHECKSUMS
  alpha (1.0.0) sha256=00
  alpha (1.0.0-x86_64-linux) sha256=01
  beta (1.0.0) sha256=02
  shop (0.1.0)

RUBY VERSION
   ruby 3.1.2p20

BUNDLED WITH
   2.6.0
`;

describe('Gemfile.lock', () => {
  const why = (given: string, locked: string, ruby: string | null = null, platform = 'x86_64-linux'): string | null => {
    const parsed = readGemfileLock(locked);
    return parsed === null ? 'unreadable' : whyOutOfStep(read(given), parsed, ruby, platform);
  };

  test('what is in it', () => {
    expect(readGemfileLock(lock)).toMatchObject({ ruby: '3.1.2', sources: [{ kind: 'GIT', remotes: ['https://github.com/x/shop.git'] }, { kind: 'GEM', specs: [{ name: 'alpha', version: '1.0.0' }, { version: '1.0.0-x86_64-linux' }, { name: 'beta', dependencies: ['alpha', 'bundler'] }] }] });
    expect(readGemfileLock(lock.replaceAll('\n', '\r\n'))).toEqual(readGemfileLock(lock));
    expect(readGemfileLock(`<<<<<<< HEAD\n${lock}`)).toBe(null);
  });

  test('stays as it is', () => {
    expect(why(gemfile, lock)).toBe(null);
    expect(why(gemfile, lock.replace('x86_64-linux\n\nDEP', 'ruby\n\nDEP'))).toBe(null);
    expect(why(gemfile, lock.replace(/\nBUNDLED[^]*/, ''))).toBe(null);
    expect(why(gemfile.replace('"~> 3.1"', 'file: "x"'), lock, '3.1.2')).toBe(null);
    expect(why(gemfile.replace('https://gems.example.com', 'https://me:secret@gems.example.com/'), lock)).toBe(null);
  });

  // Seen with Bundler 2.3.15, 2.5.23 and 2.6.9; the version that is not asked for with 2.6.9 alone.
  test.each([
    ['a gem more', `${gemfile}gem "more"\n`, lock, 'more is not in it'],
    ['a gem less', gemfile.replace(/gem "tz".*\n/, ''), lock, 'tz is in it, and not in the Gemfile'],
    ['another requirement', gemfile.replace('">= 0.5"', '">= 0.6"'), lock, 'another version of beta'],
    ['a version that is not asked for', gemfile, lock.replace('beta (1.0.0)\n      alpha', 'beta (2.0.0)\n      alpha'), 'beta 2.0.0 is not what the Gemfile asks for'],
    ['no version', gemfile, lock.replace('    beta (1.0.0)\n      alpha (>= 1)\n      bundler (> 1)\n', ''), 'it has no version of beta'],
    ['a dependency that is missing', gemfile, lock.replaceAll(/^ {4}alpha .*\n/gm, ''), 'it lacks alpha, on which beta depends'],
    ['another source', gemfile.replace('gems.example.com', 'gems.example.org'), lock, 'other sources'],
    ['a source of its own', gemfile.replace('">= 0.5"', '">= 0.5", source: "https://gems.example.com"'), lock, 'another source for beta'],
    ['two sources', `source "https://a.example.org"\n${gemfile}`, lock, 'not one source'],
    ['another branch', gemfile.replace('"main"', '"next"'), lock, 'another repository for shop'],
    ['another repository', gemfile.replace('x/shop', 'y/shop'), lock, 'another repository for shop'],
    ['another platform', gemfile, lock.replace('  x86_64-linux\n\nDEP', '\nDEP'), 'not for x86_64-linux'],
    ['the version of Ruby only here', gemfile, lock.replace(/RUBY VERSION\n.*\n/, ''), 'the Gemfile says a version of Ruby, and it does not'],
    ['the version of Ruby only there', gemfile.replace(/^ruby.*\n/m, ''), lock, 'it says a version of Ruby, and the Gemfile does not'],
    ['another version of Ruby', gemfile.replace('"~> 3.1"', '"3.2.2"'), lock, 'another version of Ruby'],
    ['another engine', gemfile.replace('"~> 3.1"', '"3.1.2", engine: "jruby", engine_version: "9"'), lock, 'another version of Ruby'],
    ['a checksum that is missing', gemfile, lock.replace('  beta (1.0.0) sha256=02\n', ''), 'it lacks the checksum of beta'],
    ['an empty checksum', gemfile, lock.replace('beta (1.0.0) sha256=02', 'beta (1.0.0)'), 'it lacks the checksum of beta'],
  ])('is written anew: %s', (_, given, locked, message) => {
    expect(why(given, locked)).toContain(message);
  });

  test('no text makes it fail, or take long', () => {
    const line = fc.constantFrom(...lock.split('\n'), 'GEM', '  specs:', '    x (1', 'PATH', '  remote: .');
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(line).map((lines) => lines.join('\n'))), (text) => void why(gemfile, text)));
    for (const one of ['    a (1)\n', 'GEM\n', '  a: ', ' ', '  x (', 'RUBY VERSION\n   ruby 1', '  a (1) b\n']) {
      const start = performance.now();
      why(gemfile, one.repeat(100_000));
      why(gemfile, `GEM\n  specs:\n${one.repeat(100_000)}`);
      expect(performance.now() - start, one).toBeLessThan(3000);
    }
  });
});
