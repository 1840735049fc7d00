/**
 * Alpine packages and their counterparts in Debian.
 *
 * Source: the package lists of Debian bookworm (12) and trixie (13), component main, as of August 2026; each Debian
 * name was found there with apt. The Alpine names were not checked against an index of Alpine. Check the table again
 * with `node scripts/verify-apk-table.mjs`.
 *
 * Columns, separated by tabs: Alpine name; kind; packages in bookworm; packages in trixie (`=`: the same); note; rule.
 * `-` means that there is none, `DROP` that Debian needs none. Kinds: `build` (compilers and headers), `run`
 * (libraries), `tool` (programs), `base` (already in Debian's slim image or in python:slim), `drop` (Debian needs
 * none), `python` (the distribution's own Python: dead weight on a python image as long as nothing calls
 * /usr/bin/python3), `refuse` (a person has to decide).
 *
 * A note says why, or what a person should know; what follows from it is in the columns before it or in its rule:
 * `decide` (the fix is refused, for a person has to decide), `version` (Debian's version is another one: the fix is held
 * back) and `old` (the same, where something may be compiled with it).
 *
 * The old names `python`, `python-dev`, `py-pip` and `py-setuptools`: the first two are in Alpine 3.11 (where they bring
 * Python 2) and not in 3.12, see https://github.com/docker-library/python/issues/496; the others are provided by py3-pip
 * and py3-setuptools (`provides=` in their APKBUILD, https://gitlab.alpinelinux.org/alpine/aports). That an image of
 * docker.io/python needs none of them is what its makers say in that issue.
 */
export const apkToApt = `
build-base	build	build-essential	=	gcc g++ make libc6-dev dpkg-dev
alpine-sdk	build	build-essential git	=
gcc	build	gcc	=	Debian gcc only Recommends libc6-dev: with --no-install-recommends also install libc6-dev (unless musl-dev/libc-dev/build-base is mapped too)
g++	build	g++	=	pulls libstdc++-N-dev and libc6-dev
musl-dev	build	libc6-dev	=
libc-dev	build	libc6-dev	=
linux-headers	build	linux-libc-dev	=	UAPI headers; already a dependency of libc6-dev; NOT Debian linux-headers-*
libc6-compat	drop	DROP	=	glibc is native on Debian
gcompat	drop	DROP	=	glibc is native on Debian
libc-utils	base	libc-bin	=	ldd/getent: already in slim
musl-utils	base	libc-bin	=	ldd/getent: already in slim
musl	drop	DROP	=	libc6 present
musl-locales	run	locales	=	Debian makes locales with locale-gen	decide
libintl	drop	DROP	=	part of glibc
gettext	tool	gettext	=	msgfmt; Django compilemessages
gettext-dev	build	gettext	=	libintl headers are in libc6-dev
gettext-envsubst	tool	gettext-base	=	envsubst
libgcc	base	libgcc-s1	=	already in slim
libstdc++	base	libstdc++6	=	already in slim
libstdc++-dev	build	libstdc++-12-dev	libstdc++-14-dev	normally via g++
libgomp	run	libgomp1	=
gfortran	build	gfortran	=
libgfortran	run	libgfortran5	=
libquadmath	run	libquadmath0	=
make	build	make	=
cmake	build	cmake	=	Debian’s version may be older than a package asks for	old
ninja	build	ninja-build	=
ninja-build	build	ninja-build	=
samurai	build	ninja-build	=	provides ninja
meson	build	meson	=
autoconf	build	autoconf	=
automake	build	automake	=
libtool	build	libtool	=
m4	build	m4	=
pkgconfig	build	pkg-config	=
pkgconf	build	pkgconf	=	pkg-config is a transitional to pkgconf in both suites
binutils	build	binutils	=
patch	build	patch	=
patchelf	build	patchelf	=
bison	build	bison	=
flex	build	flex	=
nasm	build	nasm	=
yasm	build	yasm	=
swig	build	swig	=
cython	build	cython3	=	installs for Debian's own python3, not /usr/local python: prefer pip	decide
clang	build	clang	=
clang-dev	build	libclang-dev	=
lld	build	lld	=
llvm	build	llvm	=	Debian’s version is another one	old
llvm-dev	build	llvm-dev	=	llvmlite wants one version of LLVM, and Debian’s is another	old
rust	build	rustc	=	bookworm 1.63, trixie 1.85: may be too old for current crates/maturin builds	old
cargo	build	cargo	=	bookworm 0.66 (rust 1.63), trixie 1.85	old
rustup	build	-	rustup	not in bookworm
go	build	golang-go	=	Debian’s version is another one	decide
nodejs	tool	nodejs	=	bookworm 18, trixie 20: version differs from Alpine's	decide
nodejs-current	tool	-	=	no equivalent in Debian: use node image stage
npm	tool	npm	=	Debian’s version is another one	decide
yarn	tool	yarnpkg	=	binary is yarnpkg, not yarn	decide
icu-dev	build	libicu-dev	=
icu-libs	run	libicu72	libicu76
icu-data-full	drop	DROP	=	Debian's libicu carries full data
libffi-dev	build	libffi-dev	=
libffi	base	libffi8	=	in python:slim
openssl-dev	build	libssl-dev	=
openssl	tool	openssl	=	openssl CLI comes with ca-certificates in python:slim
libssl3	base	libssl3	libssl3t64
libcrypto3	base	libssl3	libssl3t64
libssl1.1	run	-	=	OpenSSL 1.1 is not in bookworm/trixie
libressl-dev	build	libssl-dev	=
libressl	tool	openssl	=
postgresql-dev	build	libpq-dev	=	pg_config is in libpq-dev
libpq-dev	build	libpq-dev	=
libpq	run	libpq5	=
postgresql-libs	run	libpq5	=
postgresql-client	tool	postgresql-client	=	15 in bookworm, 17 in trixie, which may be older than Alpine’s	version
postgresql13-client	tool	-	-	Debian has 15 in bookworm and 17 in trixie: another major version refuses servers that 13 serves
postgresql14-client	tool	-	-	Debian has 15 in bookworm and 17 in trixie: another major version refuses servers that 14 serves
postgresql15-client	tool	postgresql-client-15	-	trixie has 17
postgresql16-client	tool	-	-	Debian has 15 in bookworm and 17 in trixie: another major version refuses servers that 16 serves
postgresql17-client	tool	-	postgresql-client-17	bookworm has 15
mariadb-dev	build	default-libmysqlclient-dev	=	brings mysql_config and mysqlclient.pc, as Alpine’s does
mariadb-connector-c-dev	build	default-libmysqlclient-dev	=	brings mysql_config and mysqlclient.pc, as Alpine’s does
mysql-dev	build	default-libmysqlclient-dev	=
mariadb-connector-c	run	libmariadb3	=
mariadb-client	tool	mariadb-client	=
mysql-client	tool	default-mysql-client	=
sqlite	tool	sqlite3	=
sqlite-dev	build	libsqlite3-dev	=
sqlite-libs	base	libsqlite3-0	=	in python:slim
jpeg-dev	build	libjpeg-dev	=
libjpeg-turbo-dev	build	libjpeg62-turbo-dev	=
jpeg	run	libjpeg62-turbo	=
libjpeg	run	libjpeg62-turbo	=
libjpeg-turbo	run	libjpeg62-turbo	=
libjpeg-turbo-utils	tool	libjpeg-turbo-progs	=
zlib-dev	build	zlib1g-dev	=
zlib	base	zlib1g	=
freetype-dev	build	libfreetype-dev	=	libfreetype6-dev is transitional
freetype	run	libfreetype6	=
lcms2-dev	build	liblcms2-dev	=
lcms2	run	liblcms2-2	=
openjpeg-dev	build	libopenjp2-7-dev	=
openjpeg	run	libopenjp2-7	=
openjpeg-tools	tool	libopenjp2-tools	=
tiff-dev	build	libtiff-dev	=
tiff	run	libtiff6	=
libwebp-dev	build	libwebp-dev	=
libwebp	run	libwebp7	=
libwebp-tools	tool	webp	=
libpng-dev	build	libpng-dev	=
libpng	run	libpng16-16	libpng16-16t64
giflib-dev	build	libgif-dev	=
giflib	run	libgif7	=
libavif-dev	build	libavif-dev	=
libheif-dev	build	libheif-dev	=
libheif	run	libheif1	=
libde265-dev	build	libde265-dev	=
librsvg-dev	build	librsvg2-dev	=
librsvg	run	librsvg2-2	=
rsvg-convert	tool	librsvg2-bin	=
pixman-dev	build	libpixman-1-dev	=
pixman	run	libpixman-1-0	=
tcl-dev	build	tcl-dev	=
tk-dev	build	tk-dev	=
tcl	run	tcl	=
tk	run	tk	=
harfbuzz-dev	build	libharfbuzz-dev	=
harfbuzz	run	libharfbuzz0b	=
fribidi-dev	build	libfribidi-dev	=
fribidi	run	libfribidi0	=
libimagequant-dev	build	libimagequant-dev	=
libxcb-dev	build	libxcb1-dev	=
libxcb	run	libxcb1	=
raqm-dev	build	libraqm-dev	=
libxml2-dev	build	libxml2-dev	=
libxml2	run	libxml2	=
libxml2-utils	tool	libxml2-utils	=	xmllint
libxslt-dev	build	libxslt1-dev	=
libxslt	run	libxslt1.1	=
xmlsec-dev	build	libxmlsec1-dev libxmlsec1-openssl	libxmlsec1-dev libxmlsec1t64-openssl	xmlsec loads its OpenSSL half at run time
xmlsec	run	libxmlsec1-openssl	libxmlsec1t64-openssl
yaml-dev	build	libyaml-dev	=
yaml	run	libyaml-0-2	=
expat-dev	build	libexpat1-dev	=
expat	run	libexpat1	=
curl-dev	build	libcurl4-openssl-dev	=	pycurl
libcurl	run	libcurl4	libcurl4t64
openldap-dev	build	libldap-dev libsasl2-dev	=	python-ldap includes sasl/sasl.h, which Alpine’s libldap headers bring along
libldap	run	libldap-2.5-0	libldap2
openldap-clients	tool	ldap-utils	=
cyrus-sasl-dev	build	libsasl2-dev	=
libsasl	run	libsasl2-2	=
krb5-dev	build	libkrb5-dev	=
krb5-libs	run	libkrb5-3 libgssapi-krb5-2	=
krb5	tool	krb5-user	=
unixodbc-dev	build	unixodbc-dev	=
unixodbc	run	unixodbc	=
freetds-dev	build	freetds-dev	=
freetds	run	freetds-bin libsybdb5	=
psqlodbc	run	odbc-postgresql	=
libmemcached-dev	build	libmemcached-dev	=
memcached	tool	memcached	=	Debian keeps its settings elsewhere and runs it as another user	decide
librdkafka-dev	build	librdkafka-dev	=	distro version may be older than confluent-kafka needs	old
librdkafka	run	librdkafka1	=	Debian’s version may be older	old
snappy-dev	build	libsnappy-dev	=
snappy	run	libsnappy1v5	=
lz4-dev	build	liblz4-dev	=
lz4-libs	base	liblz4-1	=
lz4	tool	lz4	=
zstd-dev	build	libzstd-dev	=
zstd	tool	zstd	=
zstd-libs	base	libzstd1	=
brotli-dev	build	libbrotli-dev	=
brotli	tool	brotli	=
xz-dev	build	liblzma-dev	=
xz	tool	xz-utils	=
xz-libs	base	liblzma5	=
bzip2-dev	build	libbz2-dev	=
bzip2	tool	bzip2	=
libbz2	base	libbz2-1.0	=
ncurses-dev	build	libncurses-dev	=
ncurses	base	ncurses-bin	=
ncurses-libs	run	libncursesw6 libtinfo6	=
readline-dev	build	libreadline-dev	=
readline	base	libreadline8	libreadline8t64	in python:slim
gdbm-dev	build	libgdbm-dev	=
gdbm	run	libgdbm6	libgdbm6t64
db-dev	build	libdb-dev	=
pcre-dev	build	libpcre3-dev	-	PCRE1 removed from trixie; uWSGI can use libpcre2-dev
pcre	run	libpcre3	-
pcre2-dev	build	libpcre2-dev	=
pcre2	base	libpcre2-8-0	=
gmp-dev	build	libgmp-dev	=
gmp	base	libgmp10	=
mpfr-dev	build	libmpfr-dev	=
mpc1-dev	build	libmpc-dev	=
libsodium-dev	build	libsodium-dev	=
libsodium	run	libsodium23	=
libuv-dev	build	libuv1-dev	=
libuv	run	libuv1	libuv1t64
libevent-dev	build	libevent-dev	=
libevent	run	libevent-2.1-7	libevent-2.1-7t64
libev-dev	build	libev-dev	=
libev	run	libev4	libev4t64
c-ares-dev	build	libc-ares-dev	=
c-ares	run	libc-ares2	libcares2
nghttp2-dev	build	libnghttp2-dev	=
nghttp2-libs	run	libnghttp2-14	=
libmagic	run	libmagic1	libmagic1t64	python-magic
file	tool	file	=
file-dev	build	libmagic-dev	=
geos-dev	build	libgeos-dev	=
geos	run	libgeos-c1v5	libgeos-c1t64	GeoDjango: binutils libproj-dev gdal-bin
gdal-dev	build	libgdal-dev	=	the Python package GDAL has to be of the version of the library	old
gdal	run	libgdal32	libgdal36
gdal-tools	tool	gdal-bin	=
proj-dev	build	libproj-dev	=
proj	run	libproj25	=
proj-util	tool	proj-bin	=
libspatialindex	run	libspatialindex6	libspatialindex8	rtree
libspatialindex-dev	build	libspatialindex-dev	=
protobuf	tool	protobuf-compiler	=
protoc	tool	protobuf-compiler	=
protobuf-dev	build	libprotobuf-dev	=
grpc-dev	build	libgrpc++-dev	=
cairo-dev	build	libcairo2-dev	=
cairo	run	libcairo2	=
cairo-gobject	run	libcairo-gobject2	=
pango-dev	build	libpango1.0-dev	=
pango	run	libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0	=	WeasyPrint
gdk-pixbuf-dev	build	libgdk-pixbuf-2.0-dev	=
gdk-pixbuf	run	libgdk-pixbuf-2.0-0	=
gobject-introspection-dev	build	libgirepository1.0-dev	=
gobject-introspection	run	gobject-introspection	=
glib-dev	build	libglib2.0-dev	=
glib	run	libglib2.0-0	libglib2.0-0t64	opencv-python needs libglib2.0-0(t64)
poppler-utils	tool	poppler-utils	=
poppler-dev	build	libpoppler-cpp-dev	=
ghostscript	tool	ghostscript	=
imagemagick	tool	imagemagick	=	bookworm has ImageMagick 6, whose program is convert and not magick	version
imagemagick-dev	build	libmagickwand-dev	=	bookworm has ImageMagick 6	version
graphicsmagick	tool	graphicsmagick	=
vips	run	libvips42	libvips42t64
vips-dev	build	libvips-dev	=
vips-tools	tool	libvips-tools	=
ffmpeg	tool	ffmpeg	=
ffmpeg-dev	build	libavcodec-dev libavdevice-dev libavfilter-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev	=	PyAV
opus-dev	build	libopus-dev	=
opus	run	libopus0	=
libvpx-dev	build	libvpx-dev	=
x264-dev	build	libx264-dev	=
libsndfile	run	libsndfile1	=
libsndfile-dev	build	libsndfile1-dev	=
portaudio-dev	build	portaudio19-dev	=
portaudio	run	libportaudio2	=
alsa-lib-dev	build	libasound2-dev	=
alsa-lib	run	libasound2	libasound2t64
alsa-utils	tool	alsa-utils	=
sox	tool	sox	=
espeak-ng	tool	espeak-ng	=
tesseract-ocr	tool	tesseract-ocr	=	Debian's tesseract-ocr pulls -eng and -osd
tesseract-ocr-data-eng	run	tesseract-ocr-eng	=
tesseract-ocr-data-deu	run	tesseract-ocr-deu	=	pattern tesseract-ocr-data-XXX -> tesseract-ocr-XXX
tesseract-ocr-data-fra	run	tesseract-ocr-fra	=
tesseract-ocr-dev	build	libtesseract-dev	=
leptonica-dev	build	libleptonica-dev	=
zbar	run	libzbar0	libzbar0t64	pyzbar
zbar-dev	build	libzbar-dev	=
zeromq	run	libzmq5	=
libzmq	run	libzmq5	=
zeromq-dev	build	libzmq3-dev	=
hiredis-dev	build	libhiredis-dev	=
libx11	run	libx11-6	=
libx11-dev	build	libx11-dev	=
libxext	run	libxext6	=
libxext-dev	build	libxext-dev	=
libxrender	run	libxrender1	=
libsm	run	libsm6	=
libice	run	libice6	=
libxi	run	libxi6	=
libxtst	run	libxtst6	=
libxrandr	run	libxrandr2	=
libxcomposite	run	libxcomposite1	=
libxdamage	run	libxdamage1	=
libxfixes	run	libxfixes3	=
libxkbcommon	run	libxkbcommon0	=
mesa-gl	run	libgl1	=	opencv-python (GUI wheel) wants libGL.so.1
mesa-gbm	run	libgbm1	=
mesa-dev	build	libgl-dev	=
mesa-dri-gallium	run	libgl1-mesa-dri	=
fontconfig	tool	fontconfig	=
fontconfig-dev	build	libfontconfig-dev	=
ttf-dejavu	run	fonts-dejavu-core	=
font-dejavu	run	fonts-dejavu-core	=
ttf-freefont	run	fonts-freefont-ttf	=
font-freefont	run	fonts-freefont-ttf	=
ttf-liberation	run	fonts-liberation	=
font-liberation	run	fonts-liberation	=
ttf-opensans	run	fonts-open-sans	=
font-opensans	run	fonts-open-sans	=
ttf-ubuntu-font-family	run	-	=	fonts-ubuntu is non-free: not in main
font-noto	run	fonts-noto-core	=
font-noto-cjk	run	fonts-noto-cjk	=
font-noto-emoji	run	fonts-noto-color-emoji	=
font-wqy-zenhei	run	fonts-wqy-zenhei	=
wqy-zenhei	run	fonts-wqy-zenhei	=
font-roboto	run	fonts-roboto	=
font-awesome	run	fonts-font-awesome	=
terminus-font	run	xfonts-terminus	=
msttcorefonts-installer	run	-	=	ttf-mscorefonts-installer is contrib: not in main
chromium	tool	chromium	=	binary /usr/bin/chromium (Alpine also has chromium-browser)
chromium-chromedriver	tool	chromium-driver	=
firefox	tool	firefox-esr	=	Debian has the ESR, under its own name	version
firefox-esr	tool	firefox-esr	=
nss	run	libnss3	=
nss-tools	tool	libnss3-tools	=
eudev	run	udev	=
eudev-dev	build	libudev-dev	=
xvfb	tool	xvfb	=
xvfb-run	tool	xvfb xauth	=
dbus	run	dbus	=
dbus-dev	build	libdbus-1-dev	=
wkhtmltopdf	tool	wkhtmltopdf	-	removed from trixie (and dropped from Alpine after 3.14)
libreoffice	tool	libreoffice	=
at-spi2-core	run	libatk-bridge2.0-0	libatk-bridge2.0-0t64
cups-libs	run	libcups2	libcups2t64
gtk+3.0	run	libgtk-3-0	libgtk-3-0t64
bash	base	bash	=	already in slim
bash-completion	tool	bash-completion	=
curl	tool	curl	=	NOT in python:slim
wget	tool	wget	=	NOT in python:slim (busybox wget is in every Alpine image)
git	tool	git	=
git-lfs	tool	git-lfs	=
openssh	tool	openssh-client openssh-server	=	Debian keeps its settings elsewhere and runs it as another user	decide
openssh-client	tool	openssh-client	=
openssh-client-default	tool	openssh-client	=
openssh-server	tool	openssh-server	=	Debian keeps its settings elsewhere and runs it as another user	decide
openssh-keygen	tool	openssh-client	=
sshpass	tool	sshpass	=
ca-certificates	base	ca-certificates	=	in python:slim
ca-certificates-bundle	base	ca-certificates	=
tzdata	base	tzdata	=	in debian:*-slim (see note) and python:slim
su-exec	tool	gosu	=	same argv shape; binary name changes; /usr/sbin/gosu
gosu	tool	gosu	=
tini	tool	tini	=	path changes: Alpine /sbin/tini, Debian /usr/bin/tini
tini-static	tool	tini	=	Debian ships /usr/bin/tini-static inside tini
dumb-init	tool	dumb-init	=	/usr/bin/dumb-init on both
catatonit	tool	catatonit	=
s6	tool	s6	=
s6-overlay	tool	-	=	not in Debian
supervisor	tool	supervisor	=	Debian keeps its settings elsewhere, and runs it with a Python of its own	decide
runit	tool	runit	=
dcron	tool	cron	=	Debian’s cron reads other tables	decide
cronie	tool	cron	=	Debian’s cron reads other tables	decide
logrotate	tool	logrotate	=
nginx	tool	nginx	=	Debian keeps its settings elsewhere and runs it as another user	decide
apache2	tool	apache2	=	Debian keeps its settings elsewhere and runs it as another user	decide
apache2-utils	tool	apache2-utils	=
redis	tool	redis-server	=	Debian keeps its settings elsewhere and runs it as another user	decide
haproxy	tool	haproxy	=	Debian keeps its settings elsewhere and runs it as another user	decide
jq	tool	jq	=
yq	tool	yq	=	different program: Debian yq is kislyuk/yq; Alpine yq / yq-go is mikefarah/yq	decide
yq-go	tool	-	=	mikefarah yq is not packaged in bookworm/trixie main
gnupg	tool	gnupg	=
gpg	tool	gpg	=
gpg-agent	tool	gpg-agent	=
gpgme-dev	build	libgpgme-dev	=
coreutils	base	coreutils	=	already in slim
findutils	base	findutils	=	already in slim
diffutils	base	diffutils	=	already in slim
grep	base	grep	=	already in slim
sed	base	sed	=	already in slim
gawk	tool	gawk	=	slim has mawk
tar	base	tar	=	already in slim
gzip	base	gzip	=	already in slim
pigz	tool	pigz	=
unzip	tool	unzip	=	busybox unzip exists in Alpine, not in slim
zip	tool	zip	=
p7zip	tool	p7zip-full	7zip
7zip	tool	7zip	=
rsync	tool	rsync	=
less	tool	less	=
vim	tool	vim	=
nano	tool	nano	=
htop	tool	htop	=
procps	tool	procps	=	ps/top/free/pgrep: not in slim
procps-ng	tool	procps	=
psmisc	tool	psmisc	=
shadow	base	passwd	=	useradd/groupadd: already in slim
shadow-uidmap	tool	uidmap	=
sudo	tool	sudo	=
doas	tool	opendoas	=
util-linux	base	util-linux	=	already in slim
util-linux-misc	base	util-linux	=
setpriv	base	util-linux	=
util-linux-dev	build	uuid-dev libblkid-dev libmount-dev	=
libuuid	base	libuuid1	=
e2fsprogs	tool	e2fsprogs	=
e2fsprogs-dev	build	libext2fs-dev	=
lsof	tool	lsof	=
strace	tool	strace	=
gdb	tool	gdb	=
net-tools	tool	net-tools	=
iputils	tool	iputils-ping	=
iputils-ping	tool	iputils-ping	=
iproute2	tool	iproute2	=
bind-tools	tool	bind9-dnsutils	=
drill	tool	ldnsutils	=
netcat-openbsd	tool	netcat-openbsd	=	busybox nc is in Alpine, not in slim
nmap	tool	nmap	=
nmap-ncat	tool	ncat	=
socat	tool	socat	=
tcpdump	tool	tcpdump	=
iptables	tool	iptables	=
whois	tool	whois	=
busybox-extras	tool	-	=	telnet, ftpget etc.: map per applet (telnet, ftp)
busybox-suid	tool	-	=
docker	tool	docker.io	=	Debian’s version is another one	decide
docker-cli	tool	docker.io	docker-cli	Debian’s version is another one	decide
docker-compose	tool	docker-compose	=	bookworm has version 1	version
docker-cli-compose	tool	-	docker-compose
aws-cli	tool	awscli	=	v2 from bookworm on	version
kubectl	tool	-	kubectl	kubectl of Debian is another version	decide
helm	tool	-	=
ansible	tool	ansible	=	Debian’s version is another one	version
python3	python	python3	=	Debian's own /usr/bin/python3, separate from /usr/local/bin/python3
python3-dev	python	python3-dev	=	headers of Debian's python3; python:slim already has its own in /usr/local/include
py3-pip	python	python3-pip	=	targets Debian's python3; PEP 668 externally managed
py3-setuptools	python	python3-setuptools	=
py3-wheel	python	python3-wheel	=
py3-virtualenv	refuse	python3-virtualenv	=
py3-numpy	refuse	python3-numpy	=	not importable from /usr/local python: use pip
py3-pandas	refuse	python3-pandas	=
py3-scipy	refuse	python3-scipy	=
py3-scikit-learn	refuse	python3-sklearn	=
py3-pillow	refuse	python3-pil	=
py3-psycopg2	refuse	python3-psycopg2	=
py3-cryptography	refuse	python3-cryptography	=
py3-lxml	refuse	python3-lxml	=
py3-yaml	refuse	python3-yaml	=
py3-requests	refuse	python3-requests	=
py3-cffi	refuse	python3-cffi	=
py3-gobject3	refuse	python3-gi	=
py3-opencv	refuse	python3-opencv	=
openblas-dev	build	libopenblas-dev	=
openblas	run	libopenblas0	=
lapack-dev	build	liblapack-dev	=
lapack	run	liblapack3	=
blas-dev	build	libblas-dev	=
blas	run	libblas3	=
fftw-dev	build	libfftw3-dev	=
gsl-dev	build	libgsl-dev	=
eigen-dev	build	libeigen3-dev	=
hdf5-dev	build	libhdf5-dev	=
hdf5	run	libhdf5-103-1	libhdf5-310
suitesparse-dev	build	libsuitesparse-dev	=
glpk	tool	glpk-utils	=
glpk-dev	build	libglpk-dev	=
graphviz	tool	graphviz	=
graphviz-dev	build	libgraphviz-dev	=
subversion	tool	subversion	=
mercurial	tool	mercurial	=
perl	tool	perl	=	slim has perl-base only
perl-dev	build	libperl-dev	=
ruby	tool	ruby	=	Debian’s version is another one	version
ruby-dev	build	ruby-dev	=
lua5.3-dev	build	liblua5.3-dev	=
php	tool	php	=	Debian’s version is another one	version
openjdk8-jre	tool	-	=
openjdk11-jre	tool	-	=	bookworm has 17, trixie 21 and 25
openjdk11-jre-headless	tool	-	=
openjdk17-jre	tool	openjdk-17-jre	-
openjdk17-jre-headless	tool	openjdk-17-jre-headless	-
openjdk17-jdk	tool	openjdk-17-jdk	-
openjdk21-jre	tool	-	openjdk-21-jre
openjdk21-jre-headless	tool	-	openjdk-21-jre-headless
attr-dev	build	libattr1-dev	=
acl-dev	build	libacl1-dev	=
acl	tool	acl	=
linux-pam-dev	build	libpam0g-dev	=
linux-pam	base	libpam0g	=
libcap	tool	libcap2-bin	=	setcap
libcap-utils	tool	libcap2-bin	=
libcap-setcap	tool	libcap2-bin	=
libcap-dev	build	libcap-dev	=
libseccomp-dev	build	libseccomp-dev	=
libusb-dev	build	libusb-1.0-0-dev	=
libusb	run	libusb-1.0-0	=
hidapi-dev	build	libhidapi-dev	=
bluez	tool	bluez	=
bluez-dev	build	libbluetooth-dev	=
avahi-dev	build	libavahi-client-dev	=
libnsl-dev	build	libnsl-dev	=
libnsl	run	libnsl2	=
libtirpc-dev	build	libtirpc-dev	=
libgit2-dev	build	libgit2-dev	=
libgit2	run	libgit2-1.5	libgit2-1.9
libssh2-dev	build	libssh2-1-dev	=
libssh-dev	build	libssh-dev	=
libpcap-dev	build	libpcap-dev	=
libpcap	run	libpcap0.8	libpcap0.8t64
libnl3-dev	build	libnl-3-dev	=
libmnl-dev	build	libmnl-dev	=
libmaxminddb-dev	build	libmaxminddb-dev	=
libmaxminddb	run	libmaxminddb0	=
geoip-dev	build	libgeoip-dev	=
libidn-dev	build	libidn-dev	=
libidn2-dev	build	libidn2-dev	=
gnutls-dev	build	libgnutls28-dev	=
nettle-dev	build	nettle-dev	=
libgcrypt-dev	build	libgcrypt20-dev	=
boost-dev	build	libboost-dev	=
onetbb-dev	build	libtbb-dev	=
libaio	run	libaio1	libaio1t64	Oracle client; trixie has libaio.so.1t64 name
libaio-dev	build	libaio-dev	=
numactl-dev	build	libnuma-dev	=
jemalloc	run	libjemalloc2	=
jemalloc-dev	build	libjemalloc-dev	=
gperftools-dev	build	libgoogle-perftools-dev	=
re2-dev	build	libre2-dev	=
abseil-cpp-dev	build	libabsl-dev	=
apache-arrow-dev	build	-	=	not in Debian main
libarchive	run	libarchive13	libarchive13t64
libarchive-dev	build	libarchive-dev	=
libarchive-tools	tool	libarchive-tools	=	bsdtar
libzip-dev	build	libzip-dev	=
clamav	tool	clamav	=
exiftool	tool	libimage-exiftool-perl	=
qpdf	tool	qpdf	=
qpdf-dev	build	libqpdf-dev	=
pdftk	tool	pdftk-java	=
unrtf	tool	unrtf	=
antiword	tool	antiword	=
pandoc	tool	pandoc	=	Debian’s version is another one	version
texlive	tool	texlive-latex-base	=
enchant2	run	libenchant-2-2	=
enchant2-dev	build	libenchant-2-dev	=
aspell	tool	aspell	=
hunspell	tool	hunspell	=
libsass-dev	build	libsass-dev	=
sassc	tool	sassc	=
optipng	tool	optipng	=
jpegoptim	tool	jpegoptim	=
pngquant	tool	pngquant	=
gifsicle	tool	gifsicle	=
inotify-tools	tool	inotify-tools	=
entr	tool	entr	=
parallel	tool	parallel	=
moreutils	tool	moreutils	=
msmtp	tool	msmtp	=
ssmtp	tool	msmtp-mta	=	msmtp-mta, its successor, has other settings	decide
postfix	tool	postfix	=	Debian keeps its settings elsewhere and runs it as another user	decide
certbot	tool	certbot	=	Debian’s version is another one	version
mosquitto-clients	tool	mosquitto-clients	=
samba-client	tool	smbclient	=
samba-dev	build	libsmbclient-dev	=
cifs-utils	tool	cifs-utils	=
nfs-utils	tool	nfs-common	=
fuse	run	fuse	-	trixie has fuse3 only, whose programs have other names
fuse3	run	fuse3	=
fuse-dev	build	libfuse-dev	=
s3fs-fuse	tool	s3fs	=
rclone	tool	rclone	=
restic	tool	restic	=
borgbackup	tool	borgbackup	=
stunnel	tool	stunnel4	=
rabbitmq-c-dev	build	librabbitmq-dev	=
cppunit-dev	build	libcppunit-dev	=
gtest-dev	build	libgtest-dev	=
libsecret-dev	build	libsecret-1-dev	=	node keytar
libsecret	run	libsecret-1-0	=
libxkbfile-dev	build	libxkbfile-dev	=
libtheora-dev	build	libtheora-dev	=
lame-dev	build	libmp3lame-dev	=
mediainfo	tool	mediainfo	=
libmediainfo	run	libmediainfo0v5	=	pymediainfo
taglib-dev	build	libtag1-dev	libtag-dev
chromaprint	tool	libchromaprint-tools	=	fpcalc
flac	tool	flac	=
mpv	tool	mpv	=
aria2	tool	aria2	=
screen	tool	screen	=
tmux	tool	tmux	=
tree	tool	tree	=
zsh	tool	zsh	=
fish	tool	fish	=
dpkg	base	dpkg	=
dpkg-dev	build	dpkg-dev	=
fakeroot	tool	fakeroot	=
musl-dbg	tool	libc6-dbg	=
mkcert	tool	mkcert	=
python	python	DROP	=	Python 2 up to Alpine 3.11, no package since; the command is the image's own Python in any case
python2	refuse	-	=	whoever names Python 2 needs it, and neither Debian nor the image has it
python-dev	python	DROP	=	headers of Python 2 up to Alpine 3.11, no package since; the image has those of its own Python in /usr/local/include
python2-dev	refuse	-	=	whoever names Python 2 needs it, and neither Debian nor the image has it
py-pip	python	python3-pip	=	another name of py3-pip; the command is that of the image
py2-pip	refuse	-	=	whoever names Python 2 needs it, and neither Debian nor the image has it
py-setuptools	python	python3-setuptools	=	another name of py3-setuptools, which the image's own Python does not see
nodejs-npm	tool	npm	=	Debian’s version is another one	decide
libatomic	run	libatomic1	=
postgresql	tool	postgresql	=	Debian keeps its settings elsewhere and runs it as another user	decide
postgresql18-client	tool	-	-	Debian has 15 in bookworm and 17 in trixie: another major version refuses servers that 18 serves
postgis	tool	postgis	=
openldap	tool	slapd	=	Debian keeps its settings elsewhere and runs it as another user	decide
envsubst	tool	gettext-base	=
gd-dev	build	libgd-dev	=
groff	tool	groff-base	=
bsd-compat-headers	drop	DROP	=	sys/queue.h etc. are in libc6-dev
lftp	tool	lftp	=
ncdu	tool	ncdu	=
librsync-dev	build	librsync-dev	=
librsync	run	librsync2	librsync2t64
libtheora	run	libtheora0	=
libogg	run	libogg0	=
libogg-dev	build	libogg-dev	=
libvorbis	run	libvorbis0a	=
libvorbis-dev	build	libvorbis-dev	=
libvpx	run	libvpx7	libvpx9
libass	run	libass9	=
libass-dev	build	libass-dev	=
rtmpdump	tool	rtmpdump	=
rtmpdump-dev	build	librtmp-dev	=
lame	tool	lame	=
lame-libs	run	libmp3lame0	=
x265-dev	build	libx265-dev	=
fdk-aac-dev	build	-	=	libfdk-aac-dev is non-free: not in main
libmemcached-libs	run	libmemcached11	libmemcached11t64
mailcap	tool	media-types	=	/etc/mime.types
openjdk8	tool	-	=
openjdk8-jre-base	tool	-	=
openjdk11	tool	-	=
openjdk17	tool	openjdk-17-jdk	-
openjdk21	tool	-	openjdk-21-jdk
shared-mime-info	run	shared-mime-info	=
ncurses-terminfo-base	base	ncurses-base	=
pax-utils	tool	pax-utils	=
unrar	tool	-	=	non-free in Debian; unar or unrar-free differ
dos2unix	tool	dos2unix	=
maven	tool	maven	=
gradle	tool	gradle	=	Debian's gradle is 4.4.1	decide
mysql	tool	-	=	mysql-server is not in Debian: mariadb-server
mariadb	tool	mariadb-server	=	Debian keeps its settings elsewhere and runs it as another user	decide
rsyslog	tool	rsyslog	=
oniguruma-dev	build	libonig-dev	=
gnu-libiconv	drop	DROP	=	iconv is in glibc (libc-bin)
libzip	run	libzip4	libzip5
gpgme	run	libgpgme11	libgpgme11t64
texinfo	build	texinfo	=
cpio	tool	cpio	=
xfsprogs	tool	xfsprogs	=
squashfs-tools	tool	squashfs-tools	=
qemu-img	tool	qemu-utils	=
udev	run	udev	=
libexif	run	libexif12	=
libexif-dev	build	libexif-dev	=
fftw	run	libfftw3-bin	=
orc	run	liborc-0.4-0	liborc-0.4-0t64
orc-dev	build	liborc-0.4-dev	=
poppler-glib	run	libpoppler-glib8	libpoppler-glib8t64
icu	tool	icu-devtools	=
libidn	run	libidn12	=
woff2	tool	woff2	=
imagemagick6-dev	build	libmagickwand-dev	=
bzr	tool	brz	=
fcgi	tool	libfcgi-bin	=	cgi-fcgi
uwsgi	refuse	uwsgi	=	distro build against Debian's python3
uwsgi-python3	refuse	uwsgi-plugin-python3	=	bound to Debian's python3
valkey-cli	tool	-	valkey-tools
valkey	tool	-	valkey-server
heimdal-dev	build	heimdal-dev	=
heimdal-telnet	tool	inetutils-telnet	=
upx	tool	-	upx-ucl
git-daemon	tool	git	=	git daemon is inside git
libx11-static	build	libx11-dev	=
py3-dateutil	refuse	python3-dateutil	=
py3-flask	refuse	python3-flask	=
py3-magic	refuse	python3-magic	=
py3-sqlalchemy	refuse	python3-sqlalchemy	=
py3-gunicorn	refuse	python3-gunicorn	=
py3-mysqlclient	refuse	python3-mysqldb	=
py3-gdal	refuse	python3-gdal	=
py3-greenlet	refuse	python3-greenlet	=
py3-gevent	refuse	python3-gevent	=
py3-grpcio	refuse	python3-grpcio	=
py3-matplotlib	refuse	python3-matplotlib	=
py3-pyarrow	refuse	-	=
uv	tool	-	=	use COPY --from=ghcr.io/astral-sh/uv
poetry	refuse	python3-poetry	=
pipx	refuse	pipx	=
`;
