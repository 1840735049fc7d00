/** An image with Debian's Ruby and Bundler, and a few gems, which a directory serves. One of them has an extension in C. */
import { rm } from 'node:fs/promises';
import { build, writeProject } from '../../support/engine.ts';

export const rubyImages = 'dockfix-test-ruby';
export const rubyBase = `${rubyImages}/base`;

/** Where the gems are. */
export const gemSource = 'file:///gems';

/** Makes gems and the index of them (`gem help generate_index`). */
const script = `require "fileutils"

def make(name, version, dependencies = {}, extension: false)
  folder = "/tmp/made/#{name}-#{version}"
  FileUtils.mkdir_p(["#{folder}/lib", "#{folder}/ext"])
  File.write("#{folder}/lib/#{name}.rb", "#{"require '#{name}_native'\\n" if extension}module #{name.capitalize}\\n  VERSION = '#{version}'\\nend\\n")
  File.write("#{folder}/ext/extconf.rb", "require 'mkmf'\\ncreate_makefile('#{name}_native')\\n")
  File.write("#{folder}/ext/native.c", "#include <ruby.h>\\nvoid Init_#{name}_native(void) { rb_define_module(\\"#{name.capitalize}Native\\"); }\\n")
  specification = Gem::Specification.new do |s|
    s.name, s.version, s.summary, s.authors, s.license, s.homepage = name, version, "made for a test", ["nobody"], "MIT", "https://example.org"
    s.files = ["lib/#{name}.rb"] + (extension ? ["ext/extconf.rb", "ext/native.c"] : [])
    s.extensions = ["ext/extconf.rb"] if extension
    dependencies.each { |other, wanted| s.add_dependency(other, wanted) }
  end
  Dir.chdir(folder) { FileUtils.mv(Gem::Package.build(specification), "/gems/gems/") }
end

FileUtils.mkdir_p("/gems/gems")
make("alpha", "1.0.0")
make("alpha", "1.1.0")
make("beta", "1.0.0", { "alpha" => ">= 1.0" })
make("native", "0.1.0", {}, extension: true)
system("gem", "generate_index", "-d", "/gems", exception: true)
FileUtils.rm_rf("/tmp/made")
`;

const base = `FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends ruby ruby-dev bundler gcc make libc6-dev git && rm -rf /var/lib/apt/lists/*
COPY make.rb /make.rb
RUN ruby -rrubygems/package /make.rb
`;

export const gemfile = `source "${gemSource}"

gem "beta", "~> 1.0"
gem "native", require: false
`;

/** As Bundler writes it; alpha is older than it could be. */
export const gemfileLock = `GEM
  remote: ${gemSource}/
  specs:
    alpha (1.0.0)
    beta (1.0.0)
      alpha (>= 1.0)
    native (0.1.0)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  beta (~> 1.0)
  native

BUNDLED WITH
   2.3.15
`;

/** Builds the image. */
export async function buildRubyBase(): Promise<void> {
  const folder = await writeProject({ Dockerfile: base, 'make.rb': script });
  const { imageId, log } = await build(folder, { tag: rubyBase });
  await rm(folder, { recursive: true });
  if (imageId === null) throw new Error(`the base image cannot be built:\n${log}`);
}
