/**
 * What packages of Alpine are there for, in terms that a package of Debian can be held to.
 *
 * Source: the names under which each project installs its headers, libraries and programs, and how Alpine divides them
 * among packages (`-dev`, `-libs`, `-client`, what `depends_dev` of an APKBUILD brings along). A line that is wrong holds a
 * right fix back, or asks for too little; what has no line is turned down.
 *
 * Columns, separated by tabs: names of packages; what they are there for:
 * - `bin:NAME` a program on PATH; `h:FILE` a header; `pc:NAME` a module of pkg-config; `so:NAME` a shared library;
 *   `path:FILE` a file, where Debian has it; `dir:DIRECTORY` files below it
 * - `?…` may come along, and need not
 * - `with:…` something that has to be there beside it, from whatever package
 * - `none` nothing that Debian lacks; `python` Alpine's own Python, which the one of the image hides
 */
export const alpinePurposes = `
build-base	bin:gcc bin:g++ bin:make h:stdio.h
alpine-sdk	bin:gcc bin:g++ bin:make h:stdio.h bin:git
gcc	bin:gcc ?h:stdio.h
g++	bin:g++ bin:gcc ?h:stdio.h
musl-dev libc-dev	h:stdio.h
linux-headers	h:linux/if.h
make	bin:make
cmake	bin:cmake
autoconf	bin:autoconf
automake	bin:automake
libtool	bin:libtoolize
m4	bin:m4
bison	bin:bison
flex	bin:flex
patch	bin:patch
pkgconf pkgconfig	bin:pkg-config
ninja ninja-build	bin:ninja
ccache	bin:ccache
gfortran	bin:gfortran
clang	bin:clang
rust	bin:rustc
cargo	bin:cargo bin:rustc
swig	bin:swig
perl	bin:perl dir:/usr/share/perl
nasm	bin:nasm
yasm	bin:yasm
gdb	bin:gdb
strace	bin:strace
valgrind	bin:valgrind
binutils	bin:ld bin:objdump
file	bin:file
libmagic	so:libmagic path:/usr/lib/file/magic.mgc
file-dev	h:magic.h
gettext	bin:msgfmt bin:msgmerge bin:xgettext bin:envsubst
gettext-envsubst	bin:envsubst
gettext-dev	with:h:libintl.h ?bin:msgfmt ?h:gettext-po.h
libintl musl gcompat libc6-compat	none
bash	bin:bash
git	bin:git
git-lfs	bin:git-lfs
openssh	bin:ssh bin:scp bin:ssh-keygen bin:sshd
openssh-client openssh-client-default	bin:ssh bin:scp bin:ssh-keygen bin:ssh-keyscan
openssh-keygen	bin:ssh-keygen
openssh-server	bin:sshd
curl	bin:curl
wget	bin:wget
jq	bin:jq
rsync	bin:rsync
unzip	bin:unzip
zip	bin:zip
tar	bin:tar
gzip	bin:gzip
bzip2	bin:bzip2
xz	bin:xz
zstd	bin:zstd
p7zip	bin:7z
lz4	bin:lz4
cpio	bin:cpio
coreutils	bin:sha256sum bin:stat bin:timeout
findutils	bin:find bin:xargs
grep	bin:grep
sed	bin:sed
gawk	bin:gawk
diffutils	bin:diff
util-linux	bin:lsblk bin:flock
procps procps-ng	bin:ps bin:top bin:pgrep bin:free
psmisc	bin:killall bin:pstree
iputils iputils-ping	bin:ping
iproute2	bin:ip bin:ss
net-tools	bin:netstat bin:ifconfig
bind-tools	bin:dig bin:nslookup bin:host
netcat-openbsd	bin:nc
socat	bin:socat
tcpdump	bin:tcpdump
nmap	bin:nmap
htop	bin:htop
lsof	bin:lsof
iptables	bin:iptables
wireguard-tools	bin:wg
iperf3	bin:iperf3
whois	bin:whois
vim	bin:vim
nano	bin:nano
less	bin:less
tree	bin:tree
screen	bin:screen
tmux	bin:tmux
zsh	bin:zsh
fish	bin:fish
sudo	bin:sudo
shadow	bin:useradd bin:usermod bin:groupadd
su-exec	bin:su-exec
gosu	bin:gosu
tini	bin:tini
dumb-init	bin:dumb-init
supervisor	bin:supervisord bin:supervisorctl
logrotate	bin:logrotate
openssl libressl	bin:openssl
ca-certificates ca-certificates-bundle	dir:/usr/share/ca-certificates/mozilla bin:update-ca-certificates
tzdata	path:/usr/share/zoneinfo/Europe/Paris
gnupg gpg	bin:gpg ?bin:gpg-agent ?bin:dirmngr
openssl-dev libressl-dev	h:openssl/ssl.h pc:openssl
libffi-dev	h:ffi.h pc:libffi
libffi	so:libffi
zlib-dev	h:zlib.h pc:zlib
zlib	so:libz
bzip2-dev	h:bzlib.h
libbz2	so:libbz2
xz-dev	h:lzma.h pc:liblzma
xz-libs	so:liblzma
zstd-dev	h:zstd.h pc:libzstd
zstd-libs	so:libzstd
lz4-dev	h:lz4.h pc:liblz4
lz4-libs	so:liblz4
snappy-dev	h:snappy.h
snappy	so:libsnappy
readline-dev	h:readline/readline.h
readline	so:libreadline
ncurses-dev	h:ncurses.h pc:ncurses
ncurses	bin:tput
ncurses-libs	so:libncursesw
sqlite-dev	h:sqlite3.h pc:sqlite3
sqlite	bin:sqlite3
sqlite-libs	so:libsqlite3
gdbm-dev	h:gdbm.h
db-dev	h:db.h
expat-dev	h:expat.h pc:expat
expat libexpat	so:libexpat
util-linux-dev libuuid-dev	h:uuid/uuid.h ?h:blkid/blkid.h ?h:libmount/libmount.h
libuuid	so:libuuid
linux-pam-dev	h:security/pam_appl.h
linux-pam	so:libpam
libcap libcap-utils libcap-setcap	bin:setcap ?so:libcap
libcap-dev	h:sys/capability.h
acl	bin:setfacl
acl-dev	h:sys/acl.h
attr-dev	h:attr/libattr.h
postgresql-dev libpq-dev	h:libpq-fe.h bin:pg_config pc:libpq ?h:postgres.h
libpq postgresql-libs	so:libpq
postgresql-client	bin:psql bin:pg_dump ?path:/usr/lib/postgresql/15/bin/psql ?path:/usr/lib/postgresql/17/bin/psql
postgresql10-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/10/bin/psql
postgresql11-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/11/bin/psql
postgresql12-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/12/bin/psql
postgresql13-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/13/bin/psql
postgresql14-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/14/bin/psql
postgresql15-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/15/bin/psql
postgresql16-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/16/bin/psql
postgresql17-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/17/bin/psql
postgresql18-client	bin:psql bin:pg_dump path:/usr/lib/postgresql/18/bin/psql
mariadb-dev mysql-dev	h:mysql.h bin:mariadb_config pc:libmariadb with:bin:pkg-config
mariadb-connector-c-dev	h:mysql.h bin:mariadb_config pc:libmariadb with:bin:pkg-config
mariadb-connector-c	so:libmariadb
mariadb-client mysql-client	bin:mariadb bin:mysql bin:mysqldump
freetds-dev	h:sybdb.h
freetds	so:libsybdb ?bin:tsql
unixodbc-dev	h:sql.h h:sqlext.h
unixodbc	so:libodbc ?bin:odbcinst ?bin:isql
libxml2-dev	h:libxml/parser.h pc:libxml-2.0 ?bin:xml2-config
libxml2	so:libxml2
libxml2-utils	bin:xmllint
libxslt-dev	h:libxslt/xslt.h pc:libxslt bin:xslt-config
libxslt	so:libxslt
xmlsec-dev	h:xmlsec/xmlsec.h pc:xmlsec1-openssl with:bin:pkg-config
xmlsec	so:libxmlsec1 so:libxmlsec1-openssl
jpeg-dev libjpeg-turbo-dev	h:jpeglib.h pc:libjpeg
jpeg libjpeg libjpeg-turbo	so:libjpeg
libpng-dev	h:png.h pc:libpng
libpng	so:libpng16
tiff-dev	h:tiffio.h pc:libtiff-4
tiff	so:libtiff
libwebp-dev	h:webp/encode.h pc:libwebp
libwebp	so:libwebp
openjpeg-dev	h:openjpeg.h pc:libopenjp2
openjpeg	so:libopenjp2
lcms2-dev	h:lcms2.h pc:lcms2
lcms2	so:liblcms2
freetype-dev	h:ft2build.h pc:freetype2
freetype	so:libfreetype
fribidi-dev	h:fribidi.h pc:fribidi
fribidi	so:libfribidi
harfbuzz-dev	h:hb.h pc:harfbuzz
harfbuzz	so:libharfbuzz
libimagequant-dev	h:libimagequant.h
libxcb-dev	h:xcb/xcb.h pc:xcb
tcl-dev	h:tcl.h
tk-dev	h:tk.h
tcl	so:libtcl8.6 bin:tclsh
tk	so:libtk8.6 bin:wish
giflib-dev	h:gif_lib.h
giflib	so:libgif
cairo-dev	h:cairo.h pc:cairo with:bin:pkg-config
cairo	so:libcairo
pango-dev	h:pango/pango.h pc:pangocairo with:bin:pkg-config
pango	so:libpango-1.0 so:libpangoft2-1.0 so:libpangocairo-1.0
gdk-pixbuf-dev	pc:gdk-pixbuf-2.0 with:bin:pkg-config
gdk-pixbuf	so:libgdk_pixbuf-2.0
glib-dev	h:glib.h pc:glib-2.0 with:bin:pkg-config
glib	so:libglib-2.0 so:libgobject-2.0
gobject-introspection-dev	pc:gobject-introspection-1.0 with:bin:pkg-config
gobject-introspection	so:libgirepository-1.0 ?pc:gobject-introspection-1.0
gtk+3.0	so:libgtk-3
imagemagick	bin:convert bin:identify
imagemagick-dev	pc:MagickWand with:bin:pkg-config
ghostscript	bin:gs
graphviz	bin:dot
graphviz-dev	h:graphviz/cgraph.h pc:libcgraph
poppler-utils	bin:pdftotext bin:pdftoppm
tesseract-ocr	bin:tesseract
tesseract-ocr-data-eng	path:/usr/share/tesseract-ocr/5/tessdata/eng.traineddata
tesseract-ocr-data-deu	path:/usr/share/tesseract-ocr/5/tessdata/deu.traineddata
tesseract-ocr-data-fra	path:/usr/share/tesseract-ocr/5/tessdata/fra.traineddata
ffmpeg	bin:ffmpeg bin:ffprobe
ffmpeg-dev	pc:libavcodec pc:libavformat pc:libavdevice pc:libavfilter pc:libswscale pc:libavutil ?pc:libswresample with:bin:pkg-config
sox	bin:sox
lame	bin:lame
flac	bin:flac
mediainfo	bin:mediainfo
exiftool	bin:exiftool
qpdf	bin:qpdf
pandoc	bin:pandoc
libreoffice	bin:soffice
wkhtmltopdf	bin:wkhtmltopdf
chromium	bin:chromium
chromium-chromedriver	bin:chromedriver
firefox-esr	bin:firefox-esr
xvfb	bin:Xvfb
xvfb-run	bin:xvfb-run ?bin:xauth
ttf-dejavu font-dejavu	dir:/usr/share/fonts/truetype/dejavu
ttf-freefont font-freefont	dir:/usr/share/fonts/truetype/freefont
ttf-liberation font-liberation	dir:/usr/share/fonts/truetype/liberation
font-noto	path:/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
font-noto-cjk	path:/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
font-noto-emoji	path:/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
ttf-opensans font-opensans	dir:/usr/share/fonts/truetype/open-sans
fontconfig	bin:fc-cache so:libfontconfig
fontconfig-dev	h:fontconfig/fontconfig.h pc:fontconfig
nss	so:libnss3
libx11	so:libX11
libxext	so:libXext
libxrender	so:libXrender
libsm	so:libSM
libice	so:libICE
libgcc	so:libgcc_s
libstdc++	so:libstdc++
libgomp	so:libgomp
mesa-gl	so:libGL
openblas-dev	h:cblas.h pc:openblas
openblas	so:libopenblas
lapack-dev	pc:lapack
lapack	so:liblapack
hdf5-dev	h:hdf5.h
hdf5	so:libhdf5
netcdf-dev	h:netcdf.h
gmp-dev	h:gmp.h
gmp	so:libgmp
mpfr-dev	h:mpfr.h
mpc1-dev	h:mpc.h
libsodium-dev	h:sodium.h pc:libsodium
libsodium	so:libsodium
libevent-dev	h:event2/event.h pc:libevent
libevent	so:libevent-2.1
libev-dev	h:ev.h
libev	so:libev
libuv-dev	h:uv.h pc:libuv
yaml-dev	h:yaml.h pc:yaml-0.1
yaml	so:libyaml-0
libzmq zeromq	so:libzmq
zeromq-dev	h:zmq.h pc:libzmq
librdkafka-dev	h:librdkafka/rdkafka.h pc:rdkafka
librdkafka	so:librdkafka
libmemcached-dev	h:libmemcached/memcached.h
libmemcached-libs	so:libmemcached
memcached	bin:memcached
hiredis-dev	h:hiredis/hiredis.h
curl-dev	h:curl/curl.h pc:libcurl bin:curl-config
libcurl	so:libcurl
openldap-dev	h:ldap.h with:h:sasl/sasl.h
openldap-clients	bin:ldapsearch
libldap	so:libldap
cyrus-sasl-dev	h:sasl/sasl.h
libsasl	so:libsasl2
krb5-dev	h:krb5.h h:gssapi/gssapi.h bin:krb5-config
krb5-libs	so:libkrb5 so:libgssapi_krb5
krb5	bin:kinit
geos-dev	h:geos_c.h bin:geos-config
geos	so:libgeos_c
gdal-dev	h:gdal.h bin:gdal-config
gdal	so:libgdal
gdal-tools	bin:gdalinfo bin:ogr2ogr
proj-dev	h:proj.h pc:proj
proj	so:libproj path:/usr/share/proj/proj.db
proj-util	bin:proj
libspatialite	so:libspatialite
portaudio-dev	h:portaudio.h
portaudio	so:libportaudio
alsa-lib-dev	h:alsa/asoundlib.h
alsa-lib	so:libasound
libsndfile	so:libsndfile
libsndfile-dev	h:sndfile.h
libusb-dev	h:libusb.h pc:libusb-1.0
libusb	so:libusb-1.0
eudev-dev	h:libudev.h pc:libudev
bluez-dev	h:bluetooth/bluetooth.h
dbus-dev	h:dbus/dbus.h pc:dbus-1 with:bin:pkg-config
dbus	bin:dbus-daemon
icu-dev	h:unicode/uchar.h pc:icu-i18n with:bin:pkg-config
icu-libs	so:libicuuc so:libicui18n
libvirt-dev	h:libvirt/libvirt.h pc:libvirt with:bin:pkg-config
libvirt-client	bin:virsh
pcre-dev	h:pcre.h
pcre	so:libpcre
pcre2-dev	h:pcre2.h
pcre2	so:libpcre2-8
oniguruma-dev	h:oniguruma.h
re2-dev	h:re2/re2.h
boost-dev	h:boost/version.hpp
protobuf-dev	h:google/protobuf/message.h pc:protobuf
protobuf	bin:protoc
protoc	bin:protoc
libmaxminddb-dev	h:maxminddb.h
libmaxminddb	so:libmaxminddb
libpcap-dev	h:pcap.h
libpcap	so:libpcap
libgit2-dev	h:git2.h
subversion	bin:svn
mercurial	bin:hg
redis	bin:redis-server bin:redis-cli
apache2-utils	bin:htpasswd
openjdk11 openjdk11-jdk	path:/usr/lib/jvm/java-11-openjdk-amd64/bin/javac
openjdk11-jre openjdk11-jre-headless	path:/usr/lib/jvm/java-11-openjdk-amd64/bin/java
openjdk17 openjdk17-jdk	path:/usr/lib/jvm/java-17-openjdk-amd64/bin/javac
openjdk17-jre openjdk17-jre-headless	path:/usr/lib/jvm/java-17-openjdk-amd64/bin/java
openjdk21 openjdk21-jdk	path:/usr/lib/jvm/java-21-openjdk-amd64/bin/javac
openjdk21-jre openjdk21-jre-headless	path:/usr/lib/jvm/java-21-openjdk-amd64/bin/java
mailcap	path:/etc/mime.types
shared-mime-info	bin:update-mime-database
enchant2	so:libenchant-2
aspell	bin:aspell
hunspell	bin:hunspell
dos2unix	bin:dos2unix
moreutils	bin:sponge
parallel	bin:parallel
inotify-tools	bin:inotifywait
fuse	bin:fusermount
s3fs-fuse	bin:s3fs
sshpass	bin:sshpass
sshfs	bin:sshfs
msmtp	bin:msmtp
ripgrep	bin:rg
neovim	bin:nvim
bc	bin:bc
pv	bin:pv
pwgen	bin:pwgen
expect	bin:expect
libcrypto3 libcrypto1.1	so:libcrypto
libssl3 libssl1.1	so:libssl
ldns drill	bin:drill
cifs-utils	bin:mount.cifs
nfs-utils	bin:mount.nfs
busybox	none
python3 python python3-dev python-dev py-pip py3-pip py3-setuptools py-setuptools py3-wheel py3-virtualenv	python
icu	bin:uconv so:libicuuc so:libicui18n
`;
