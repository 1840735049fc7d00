/**
 * What packages of Debian 12 and 13 offer of the things that `alpine-purposes.ts` names, and what the slim images have.
 *
 * Source: the lists Contents-amd64, Contents-all and Packages of Debian's archive, main, as of November 2026. A program
 * that several packages offer under one name (update-alternatives) is taken from the file that each of them brings.
 *
 * Columns, separated by tabs: suite (empty for both); package; what its own files are, or, where it has none,
 * `for:NAME` for each package that it stands for; those of the packages that it
 * depends on (Depends and Pre-Depends, the first alternative, all the way down) that are in this list, less what the
 * slim image has.
 */
export const debianOffers = `
trixie	7zip	bin:7z	
	acl	bin:setfacl	
	adduser	bin:addgroup bin:adduser bin:delgroup bin:deluser	
	apache2-utils	bin:htpasswd	libexpat1
bookworm	ash	bin:ash	
	aspell	bin:aspell	
bookworm	autoconf	bin:autoconf	m4 perl perl-modules-5.36
trixie	autoconf	bin:autoconf	m4 perl perl-modules-5.40
bookworm	automake	bin:automake	autoconf m4 perl perl-modules-5.36
trixie	automake	bin:automake	autoconf m4 perl perl-modules-5.40
	bash	bin:bash	
	bc	bin:bc	
bookworm	bcron	bin:crontab	acl
trixie	bcron	bin:crontab	acl adduser
bookworm	bind9-dnsutils	bin:dig bin:nslookup	bind9-host libgssapi-krb5-2 libicu72 libkrb5-3 libmaxminddb0 libxml2
trixie	bind9-dnsutils	bin:dig bin:nslookup	bind9-host libgssapi-krb5-2 libkrb5-3 libmaxminddb0 libxml2
bookworm	bind9-host	bin:host	libgssapi-krb5-2 libicu72 libkrb5-3 libmaxminddb0 libxml2
trixie	bind9-host	bin:host	libgssapi-krb5-2 libkrb5-3 libmaxminddb0 libxml2
	binutils	bin:ld bin:objdump bin:strings	binutils-x86-64-linux-gnu
	binutils-x86-64-linux-gnu	bin:ld	
	bison	bin:bison	m4
	bison++	bin:bison	
	bsdextrautils	bin:hexdump	
	bsdutils	bin:logger bin:renice	
bookworm	build-essential	for:binutils for:bzip2 for:g++ for:gcc for:libc6-dev for:make for:patch for:perl-modules-5.36 for:xz-utils	binutils binutils-x86-64-linux-gnu bzip2 g++ gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev make patch perl perl-modules-5.36 xz-utils
trixie	build-essential	for:binutils for:bzip2 for:g++ for:gcc for:libc6-dev for:make for:patch for:perl-modules-5.40 for:xz-utils	binutils binutils-x86-64-linux-gnu bzip2 g++ gcc libc-dev-bin libc6-dev libgomp1 linux-libc-dev make patch perl perl-modules-5.40 xz-utils
	busybox-syslogd	bin:syslogd	
	bzip2	bin:bunzip2 bin:bzcat bin:bzip2	
	ca-certificates	bin:update-ca-certificates dir:/usr/share/ca-certificates/mozilla	
bookworm	cargo	bin:cargo	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libsasl2-2 libxml2 linux-libc-dev rustc
trixie	cargo	bin:cargo	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libcurl4t64 libgomp1 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 libxml2 linux-libc-dev rustc
bookworm	cargo-web	bin:cargo	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libcurl4 libgomp1 libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libpcre3 libsasl2-2 libxml2 linux-libc-dev rustc-web
trixie	cargo-web	bin:cargo	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libcurl4t64 libgomp1 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 libxml2 linux-libc-dev rustc-web
	ccache	bin:ccache	
bookworm	chromium	bin:chromium	dbus dbus-daemon fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0 libgssapi-krb5-2 libgtk-3-0 libharfbuzz-subset0 libharfbuzz0b libice6 libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsm6 libsndfile1 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
trixie	chromium	bin:chromium	adduser dbus dbus-daemon fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz-subset0 libharfbuzz0b libice6 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsm6 libsndfile1 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
bookworm	chromium-driver	bin:chromedriver	chromium dbus dbus-daemon fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0 libgssapi-krb5-2 libgtk-3-0 libharfbuzz-subset0 libharfbuzz0b libice6 libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsm6 libsndfile1 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
trixie	chromium-driver	bin:chromedriver	adduser chromium dbus dbus-daemon fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz-subset0 libharfbuzz0b libice6 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsm6 libsndfile1 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
	cifs-utils	bin:mount.cifs	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
bookworm	clang	bin:clang	binutils binutils-x86-64-linux-gnu libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libicu72 libkrb5-3 libxml2 linux-libc-dev
trixie	clang	bin:clang	binutils binutils-x86-64-linux-gnu libc-dev-bin libc6-dev libgomp1 libxml2 linux-libc-dev
bookworm	cmake	bin:cmake	libcurl4 libexpat1 libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libsasl2-2 libxml2 procps
trixie	cmake	bin:cmake	libcurl4t64 libexpat1 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 libxml2 procps
	coreutils	bin:[ bin:arch bin:base64 bin:basename bin:cat bin:chgrp bin:chmod bin:chown bin:chroot bin:cksum bin:comm bin:cp bin:cut bin:date bin:dd bin:df bin:dirname bin:du bin:echo bin:env bin:expand bin:expr bin:factor bin:false bin:fold bin:groups bin:head bin:hostid bin:id bin:install bin:link bin:ln bin:ls bin:md5sum bin:mkdir bin:mkfifo bin:mknod bin:mktemp bin:mv bin:nice bin:nl bin:nohup bin:nproc bin:od bin:paste bin:printenv bin:printf bin:pwd bin:readlink bin:realpath bin:rm bin:rmdir bin:seq bin:sha1sum bin:sha256sum bin:sha512sum bin:shred bin:shuf bin:sleep bin:sort bin:split bin:stat bin:stty bin:sum bin:sync bin:tac bin:tail bin:tee bin:test bin:timeout bin:touch bin:tr bin:true bin:truncate bin:tty bin:uname bin:unexpand bin:uniq bin:unlink bin:wc bin:who bin:whoami bin:yes	
bookworm	courier-mta	bin:sendmail	libevent-2.1-7 libglib2.0-0 libpcre3 perl perl-modules-5.36 wget
trixie	courier-mta	bin:sendmail	adduser libevent-2.1-7t64 perl perl-modules-5.40 wget
	cpio	bin:cpio	
bookworm	cron	bin:crontab	
trixie	cron	bin:crontab	adduser
trixie	cronie	bin:crond bin:crontab	adduser
bookworm	curl	bin:curl	libcurl4 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
trixie	curl	bin:curl	libcurl4t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
	dash	bin:sh	
bookworm	dbus	for:dbus-daemon for:libexpat1	dbus-daemon libexpat1
trixie	dbus	for:adduser for:dbus-daemon for:libexpat1	adduser dbus-daemon libexpat1
	dbus-daemon	bin:dbus-daemon	libexpat1
	dc	bin:dc	
	debianutils	bin:run-parts bin:which	
bookworm	default-jdk	for:libgif7 for:libgl1 for:libglib2.0-0 for:libharfbuzz0b for:libjpeg62-turbo for:libpng16-16 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-17-jdk-headless for:openjdk-17-jre-headless	default-jdk-headless default-jre default-jre-headless fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-17-jdk openjdk-17-jdk-headless openjdk-17-jre openjdk-17-jre-headless shared-mime-info
trixie	default-jdk	for:libasound2t64 for:libfontconfig1 for:libfreetype6 for:libgif7 for:libgl1 for:libglib2.0-0t64 for:libgtk-3-0t64 for:libharfbuzz0b for:libjpeg62-turbo for:libpng16-16t64 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-21-jdk-headless for:openjdk-21-jre-headless	adduser dbus dbus-daemon default-jdk-headless default-jre default-jre-headless fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-21-jdk openjdk-21-jdk-headless openjdk-21-jre openjdk-21-jre-headless procps shared-mime-info
bookworm	default-jdk-headless	for:openjdk-17-jdk-headless for:openjdk-17-jre-headless	default-jre-headless fonts-dejavu-core libasound2 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpng16-16 openjdk-17-jdk-headless openjdk-17-jre-headless
trixie	default-jdk-headless	for:openjdk-21-jdk-headless for:openjdk-21-jre-headless	default-jre-headless libjpeg62-turbo liblcms2-2 libnss3 openjdk-21-jdk-headless openjdk-21-jre-headless
bookworm	default-jre	for:libcairo2 for:libfontconfig1 for:libgdk-pixbuf-2.0-0 for:libgif7 for:libgl1 for:libglib2.0-0 for:libharfbuzz0b for:libjpeg62-turbo for:libpango-1.0-0 for:libpangocairo-1.0-0 for:libpangoft2-1.0-0 for:libpng16-16 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-17-jre-headless for:shared-mime-info	default-jre-headless fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-17-jre openjdk-17-jre-headless shared-mime-info
trixie	default-jre	for:libasound2t64 for:libfontconfig1 for:libfreetype6 for:libgif7 for:libgl1 for:libglib2.0-0t64 for:libgssapi-krb5-2 for:libgtk-3-0t64 for:libharfbuzz0b for:libjpeg62-turbo for:libpng16-16t64 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-21-jre-headless	adduser dbus dbus-daemon default-jre-headless fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-21-jre openjdk-21-jre-headless procps shared-mime-info
bookworm	default-jre-headless	for:openjdk-17-jre-headless	fonts-dejavu-core libasound2 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpng16-16 openjdk-17-jre-headless
trixie	default-jre-headless	for:openjdk-21-jre-headless	libjpeg62-turbo liblcms2-2 libnss3 openjdk-21-jre-headless
bookworm	default-libmysqlclient-dev	for:libmariadb-dev	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libmariadb-dev libmariadb-dev-compat libmariadb3 libssl-dev linux-libc-dev zlib1g-dev
trixie	default-libmysqlclient-dev	for:libmariadb-dev	libc-dev-bin libc6-dev libmariadb-dev libmariadb-dev-compat libmariadb3 libssl-dev linux-libc-dev zlib1g-dev
bookworm	default-mysql-client	for:mariadb-client	libmariadb3 mariadb-client mariadb-client-core perl perl-modules-5.36
trixie	default-mysql-client	for:mariadb-client	libmariadb3 mariadb-client mariadb-client-core perl perl-modules-5.40
	diffutils	bin:cmp bin:diff	
bookworm	dirmngr	bin:dirmngr	libldap-2.5-0 libsasl2-2
trixie	dirmngr	bin:dirmngr	adduser libldap2 libsasl2-2
bookworm	dma	bin:sendmail	
trixie	dma	bin:sendmail	procps
bookworm	dnsutils	for:bind9-dnsutils	bind9-dnsutils bind9-host libgssapi-krb5-2 libicu72 libkrb5-3 libmaxminddb0 libxml2
	dos2unix	bin:dos2unix bin:unix2dos	
	dumb-init	bin:dumb-init	
	e2fsprogs	bin:chattr bin:lsattr	
	ed	bin:ed	
	esmtp-run	bin:sendmail	
bookworm	exim4-daemon-heavy	bin:sendmail	cron libevent-2.1-7 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libmariadb3 libpq5 libsasl2-2 perl-modules-5.36
trixie	exim4-daemon-heavy	bin:sendmail	adduser cron libevent-2.1-7t64 libgssapi-krb5-2 libkrb5-3 libldap2 libmariadb3 libpq5 libsasl2-2 perl perl-modules-5.40
bookworm	exim4-daemon-light	bin:sendmail	cron libevent-2.1-7 libgssapi-krb5-2 libkrb5-3
trixie	exim4-daemon-light	bin:sendmail	adduser cron libevent-2.1-7t64 libgssapi-krb5-2 libkrb5-3 perl perl-modules-5.40
	expat	for:libexpat1	libexpat1
	expect	bin:expect	libtcl8.6
	fdisk	bin:fdisk	
bookworm	ffmpeg	bin:ffmpeg bin:ffprobe	fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0 libgomp1 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsnappy1v5 libsndfile1 libsodium23 libtiff6 libusb-1.0-0 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
trixie	ffmpeg	bin:ffmpeg bin:ffprobe	fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsnappy1v5 libsndfile1 libsodium23 libtiff6 libusb-1.0-0 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
bookworm	file	bin:file	libmagic-mgc libmagic1
trixie	file	bin:file	libmagic-mgc libmagic1t64
	findutils	bin:find bin:xargs	
bookworm	firefox-esr	bin:firefox-esr	dbus dbus-daemon fontconfig fonts-dejavu-core libasound2 libcairo2 libevent-2.1-7 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0 libgssapi-krb5-2 libgtk-3-0 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
trixie	firefox-esr	bin:firefox-esr	adduser dbus dbus-daemon fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libevent-2.1-7t64 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
bookworm	fish	bin:fish	bsdextrautils libexpat1 libgssapi-krb5-2 libkrb5-3 media-types procps python3 python3-minimal
trixie	fish	bin:fish	bsdextrautils libexpat1 media-types procps python3 python3-minimal
	flac	bin:flac	
	flex	bin:flex	m4
bookworm	flex-old	bin:flex	
bookworm	fontconfig	bin:fc-cache	fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libpng16-16
trixie	fontconfig	bin:fc-cache	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libpng16-16t64
bookworm	fonts-dejavu	for:fonts-dejavu-core for:fonts-dejavu-extra	fonts-dejavu-core fonts-dejavu-extra
trixie	fonts-dejavu	for:fonts-dejavu-core for:fonts-dejavu-extra for:fonts-dejavu-mono	fonts-dejavu-core fonts-dejavu-extra fonts-dejavu-mono
bookworm	fonts-dejavu-core	dir:/usr/share/fonts/truetype/dejavu	
trixie	fonts-dejavu-core	dir:/usr/share/fonts/truetype/dejavu	fonts-dejavu-mono
bookworm	fonts-dejavu-extra	dir:/usr/share/fonts/truetype/dejavu	fonts-dejavu-core
trixie	fonts-dejavu-extra	dir:/usr/share/fonts/truetype/dejavu	fonts-dejavu-core fonts-dejavu-mono
trixie	fonts-dejavu-mono	dir:/usr/share/fonts/truetype/dejavu	
	fonts-freefont-ttf	dir:/usr/share/fonts/truetype/freefont	
	fonts-liberation	dir:/usr/share/fonts/truetype/liberation	
trixie	fonts-liberation-sans-narrow	dir:/usr/share/fonts/truetype/liberation	
trixie	fonts-liberation2	for:fonts-liberation	fonts-liberation
	fonts-noto-cjk	path:/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc	
	fonts-noto-color-emoji	path:/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf	
	fonts-noto-core	path:/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf	
	fonts-open-sans	dir:/usr/share/fonts/truetype/open-sans	
	freetds-bin	bin:tsql	libgssapi-krb5-2 libkrb5-3 libodbc2 libsybdb5
	freetds-dev	h:sybdb.h	libgssapi-krb5-2 libkrb5-3 libsybdb5
bookworm	fuse	bin:fusermount	
trixie	fuse	for:fuse3	adduser fuse3
bookworm	fuse3	bin:fusermount	
trixie	fuse3	bin:fusermount	adduser
bookworm	g++	bin:g++	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	g++	bin:g++	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 linux-libc-dev
	gawk	bin:awk bin:gawk	
	gcc	bin:gcc	binutils binutils-x86-64-linux-gnu libgomp1
bookworm	gdal-bin	bin:gdalinfo bin:ogr2ogr	fonts-dejavu-core libcurl4 libexpat1 libfontconfig1 libfreetype6 libgdal32 libgeos-c1v5 libgif7 libgssapi-krb5-2 libhdf5-103-1 libicu72 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libldap-2.5-0 libmariadb3 libnss3 libodbc2 libopenjp2-7 libpng16-16 libpq5 libproj25 libsasl2-2 libsnappy1v5 libspatialite7 libtiff6 libwebp7 libxml2 media-types proj-data python3 python3-minimal
trixie	gdal-bin	bin:gdalinfo bin:ogr2ogr	adduser dirmngr fonts-dejavu-core fonts-dejavu-mono gnupg gpg gpg-agent libcurl4t64 libexpat1 libfontconfig1 libfreetype6 libgdal36 libgeos-c1t64 libgif7 libgssapi-krb5-2 libhdf5-310 libicu76 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libldap2 libmariadb3 libnss3 libodbc2 libopenjp2-7 libpng16-16t64 libpq5 libproj25 libsasl2-2 libsnappy1v5 libspatialite8t64 libtiff6 libwebp7 libxml2 media-types proj-data python3 python3-minimal
bookworm	gdb	bin:gdb	libexpat1 libglib2.0-0 libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libsasl2-2 media-types
trixie	gdb	bin:gdb	libexpat1 libglib2.0-0t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 media-types procps
bookworm	gdb-minimal	bin:gdb	libexpat1 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
bookworm	gettext	bin:msgfmt bin:msgmerge bin:xgettext	gettext-base libgomp1 libicu72 libxml2
trixie	gettext	bin:msgfmt bin:msgmerge bin:xgettext	gettext-base libgomp1 libxml2
	gettext-base	bin:envsubst	
bookworm	gfortran	bin:gfortran	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	gfortran	bin:gfortran	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 linux-libc-dev
bookworm	ghostscript	bin:gs	fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libgssapi-krb5-2 libice6 libjpeg62-turbo libkrb5-3 liblcms2-2 libopenjp2-7 libpng16-16 libsm6 libtiff6 libwebp7 libx11-6
trixie	ghostscript	bin:gs	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libgssapi-krb5-2 libice6 libjpeg62-turbo libkrb5-3 liblcms2-2 libopenjp2-7 libpng16-16t64 libsm6 libtiff6 libwebp7 libx11-6
bookworm	git	bin:git	libexpat1 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2 perl perl-modules-5.36
trixie	git	bin:git	libexpat1 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 perl perl-modules-5.40
bookworm	git-lfs	bin:git-lfs	git libexpat1 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2 perl perl-modules-5.36
trixie	git-lfs	bin:git-lfs	git libexpat1 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 perl perl-modules-5.40
bookworm	gnupg	for:dirmngr for:gpg for:gpg-agent	dirmngr gpg gpg-agent libldap-2.5-0 libsasl2-2
trixie	gnupg	for:dirmngr for:gpg for:gpg-agent	adduser dirmngr gpg gpg-agent libldap2 libsasl2-2
bookworm	gnupg2	for:dirmngr for:gpg for:gpg-agent	dirmngr gnupg gpg gpg-agent libldap-2.5-0 libsasl2-2
trixie	gnupg2	for:dirmngr for:gpg for:gpg-agent	adduser dirmngr gnupg gpg gpg-agent libldap2 libsasl2-2
bookworm	gobject-introspection	for:binutils for:bzip2 for:g++ for:gcc for:libc6-dev for:libgirepository-1.0-1 for:libglib2.0-0 for:make for:media-types for:patch for:perl-modules-5.36 for:python3-minimal for:xz-utils	binutils binutils-x86-64-linux-gnu build-essential bzip2 g++ gcc libc-dev-bin libc6-dev libexpat1 libgirepository-1.0-1 libglib2.0-0 libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev make media-types patch perl perl-modules-5.36 python3 python3-minimal xz-utils
trixie	gobject-introspection	pc:gobject-introspection-1.0	binutils binutils-x86-64-linux-gnu build-essential bzip2 g++ gcc libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libgio-2.0-dev libgirepository-1.0-1 libglib2.0-0t64 libglib2.0-dev libgomp1 libmount-dev libpcre2-dev linux-libc-dev make media-types patch perl perl-modules-5.40 pkgconf python3 python3-minimal uuid-dev xz-utils zlib1g-dev
	gosu	bin:gosu bin:su-exec	
	gpg	bin:gpg	
	gpg-agent	bin:gpg-agent	
trixie	gpg-from-sq	bin:gpg	
bookworm	graphicsmagick-imagemagick-compat	bin:convert bin:identify	libfreetype6 libgomp1 libicu72 libjpeg62-turbo liblcms2-2 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2
trixie	graphicsmagick-imagemagick-compat	bin:convert bin:identify	libfreetype6 libgomp1 libjpeg62-turbo liblcms2-2 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2
bookworm	graphviz	bin:dot	fontconfig fonts-dejavu-core libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0 libharfbuzz0b libice6 libjpeg62-turbo libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsm6 libtiff6 libwebp7 libx11-6 libxext6 libxrender1
trixie	graphviz	bin:dot	fontconfig fonts-dejavu-core fonts-dejavu-mono libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0t64 libgomp1 libharfbuzz0b libice6 libjpeg62-turbo libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsm6 libtiff6 libwebp7 libx11-6 libxext6 libxrender1
	grep	bin:egrep bin:fgrep bin:grep	
	gzip	bin:gunzip bin:gzip bin:zcat	
bookworm	heimdal-clients	bin:kinit	bind9-host libgssapi-krb5-2 libicu72 libkrb5-26-heimdal libkrb5-3 libldap-2.5-0 libmaxminddb0 libsasl2-2 libxml2
trixie	heimdal-clients	bin:kinit	bind9-host libgssapi-krb5-2 libkrb5-26t64-heimdal libkrb5-3 libldap2 libmaxminddb0 libsasl2-2 libxml2
bookworm	heimdal-dev	bin:krb5-config	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-26-heimdal libkrb5-3 libldap-2.5-0 libsasl2-2 linux-libc-dev
trixie	heimdal-dev	bin:krb5-config	libc-dev-bin libc6-dev libkrb5-26t64-heimdal libldap2 libsasl2-2 linux-libc-dev
	hostname	bin:dnsdomainname bin:hostname	
	htop	bin:htop	
	hunspell	bin:hunspell	
bookworm	icu-devtools	bin:uconv	libicu72
trixie	icu-devtools	bin:uconv	libicu76
bookworm	imagemagick	for:imagemagick-6.q16	fonts-dejavu-core imagemagick-6.q16 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgomp1 libicu72 libjpeg62-turbo liblcms2-2 libopenjp2-7 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2
trixie	imagemagick	for:imagemagick-7.q16	fonts-dejavu-core fonts-dejavu-mono imagemagick-7.q16 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0t64 libgomp1 libjpeg62-turbo liblcms2-2 libopenjp2-7 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2
bookworm	imagemagick-6.q16	bin:convert bin:identify	fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgomp1 libicu72 libjpeg62-turbo liblcms2-2 libopenjp2-7 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2
trixie	imagemagick-7.q16	bin:convert bin:identify	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libglib2.0-0t64 libgomp1 libjpeg62-turbo liblcms2-2 libopenjp2-7 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2
	inetutils-ping	bin:ping bin:ping6	
	inetutils-syslogd	bin:syslogd	
	inetutils-telnet	bin:telnet	libkrb5-3
	inotify-tools	bin:inotifywait	
bookworm	ipcalc	bin:ipcalc	perl perl-modules-5.36
trixie	ipcalc	bin:ipcalc	perl perl-modules-5.40
bookworm	iperf3	bin:iperf3	
trixie	iperf3	bin:iperf3	adduser
	iproute2	bin:ip bin:ss	libcap2-bin libgssapi-krb5-2 libkrb5-3
	iptables	bin:iptables	
bookworm	iputils-ping	bin:ping bin:ping6	libcap2-bin
trixie	iputils-ping	bin:ping bin:ping6	
	jq	bin:jq	
	kmod	bin:modprobe	
	krb5-user	bin:kinit	libgssapi-krb5-2 libkrb5-3
	lame	bin:lame	libsndfile1
bookworm	ldap-utils	bin:ldapsearch	libldap-2.5-0 libsasl2-2
trixie	ldap-utils	bin:ldapsearch	libldap2 libsasl2-2
bookworm	ldnsutils	bin:drill	libpcap0.8
trixie	ldnsutils	bin:drill	libpcap0.8t64
	less	bin:less	
bookworm	libacl1-dev	h:sys/acl.h	libattr1-dev libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libacl1-dev	h:sys/acl.h	libattr1-dev libc-dev-bin libc6-dev linux-libc-dev
bookworm	libasound2	so:libasound	
bookworm	libasound2-dev	h:alsa/asoundlib.h	libasound2
trixie	libasound2-dev	h:alsa/asoundlib.h	libasound2t64
trixie	libasound2t64	so:libasound	
bookworm	libattr1-dev	h:attr/libattr.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libattr1-dev	h:attr/libattr.h	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libavcodec-dev	pc:libavcodec	fontconfig fonts-dejavu-core libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0 libgomp1 libharfbuzz0b libicu72 libjpeg62-turbo liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsnappy1v5 libswresample-dev libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 shared-mime-info
trixie	libavcodec-dev	pc:libavcodec	fontconfig fonts-dejavu-core fonts-dejavu-mono libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0t64 libgomp1 libharfbuzz0b libjpeg62-turbo liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsnappy1v5 libswresample-dev libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 shared-mime-info
bookworm	libavdevice-dev	pc:libavdevice	fontconfig fonts-dejavu-core libasound2 libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0 libgomp1 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsnappy1v5 libsndfile1 libsodium23 libswresample-dev libswscale-dev libtiff6 libusb-1.0-0 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
trixie	libavdevice-dev	pc:libavdevice	fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgl1 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsnappy1v5 libsndfile1 libsodium23 libswresample-dev libswscale-dev libtiff6 libusb-1.0-0 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
bookworm	libavfilter-dev	pc:libavfilter	fontconfig fonts-dejavu-core libasound2 libavcodec-dev libavformat-dev libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0 libgomp1 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsnappy1v5 libsndfile1 libsodium23 libswresample-dev libswscale-dev libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
trixie	libavfilter-dev	pc:libavfilter	fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libavcodec-dev libavformat-dev libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsnappy1v5 libsndfile1 libsodium23 libswresample-dev libswscale-dev libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
bookworm	libavformat-dev	pc:libavformat	fontconfig fonts-dejavu-core libavcodec-dev libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0 libgomp1 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsnappy1v5 libsodium23 libswresample-dev libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
trixie	libavformat-dev	pc:libavformat	fontconfig fonts-dejavu-core fonts-dejavu-mono libavcodec-dev libavutil-dev libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsnappy1v5 libsodium23 libswresample-dev libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libzmq5 shared-mime-info
	libavutil-dev	pc:libavutil	libx11-6 libxext6
	libblas-dev	h:cblas.h	
bookworm	libblkid-dev	h:blkid/blkid.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev uuid-dev
trixie	libblkid-dev	h:blkid/blkid.h	libc-dev-bin libc6-dev linux-libc-dev uuid-dev
bookworm	libbluetooth-dev	h:bluetooth/bluetooth.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libbluetooth-dev	h:bluetooth/bluetooth.h	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libboost-all-dev	for:libboost1.74-dev for:libicu-dev	autoconf automake binutils binutils-x86-64-linux-gnu icu-devtools libboost-dev libboost1.74-dev libc-dev-bin libc6-dev libevent-2.1-7 libevent-dev libexpat1 libexpat1-dev libgomp1 libgssapi-krb5-2 libicu-dev libicu72 libkrb5-3 libx11-6 libxext6 libxml2 linux-libc-dev m4 media-types openssh-client perl perl-modules-5.36 python3 python3-dev python3-minimal zlib1g-dev
trixie	libboost-all-dev	for:libboost1.83-dev for:libicu-dev	adduser autoconf automake binutils binutils-x86-64-linux-gnu icu-devtools libboost-dev libboost1.83-dev libc-dev-bin libc6-dev libevent-2.1-7t64 libevent-dev libexpat1 libexpat1-dev libgomp1 libgssapi-krb5-2 libicu-dev libicu76 libkrb5-3 libx11-6 libxext6 libxml2 linux-libc-dev m4 media-types openssh-client perl perl-modules-5.40 python3 python3-dev python3-minimal zlib1g-dev
bookworm	libboost-dev	for:libboost1.74-dev	libboost1.74-dev libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libboost-dev	for:libboost1.83-dev	libboost1.83-dev libc-dev-bin libc6-dev libgomp1 linux-libc-dev
bookworm	libboost1.74-dev	h:boost/version.hpp	libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev
bookworm	libboost1.81-dev	h:boost/version.hpp	libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libboost1.83-dev	h:boost/version.hpp	libc-dev-bin libc6-dev libgomp1 linux-libc-dev
trixie	libboost1.88-dev	h:boost/version.hpp	libc-dev-bin libc6-dev libgomp1 linux-libc-dev
	libbz2-1.0	so:libbz2	
bookworm	libbz2-dev	h:bzlib.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libbz2-dev	h:bzlib.h	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libc6-dev	h:libintl.h h:stdio.h	libc-dev-bin libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libc6-dev	h:libintl.h h:stdio.h	libc-dev-bin linux-libc-dev
bookworm	libcairo2	so:libcairo	fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libpng16-16 libx11-6 libxext6 libxrender1
trixie	libcairo2	so:libcairo	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libpng16-16t64 libx11-6 libxext6 libxrender1
bookworm	libcairo2-dev	h:cairo.h pc:cairo	fonts-dejavu-core libblkid-dev libc-dev-bin libc6-dev libcairo2 libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libglib2.0-0 libglib2.0-dev libgssapi-krb5-2 libice6 libkrb5-3 libmount-dev libpcre2-dev libpng-dev libpng16-16 libsm6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev media-types pkg-config pkgconf python3 python3-minimal uuid-dev zlib1g-dev
trixie	libcairo2-dev	h:cairo.h pc:cairo	fonts-dejavu-core fonts-dejavu-mono libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libice6 libmount-dev libpcre2-dev libpng-dev libpng16-16t64 libsm6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev media-types pkgconf python3 python3-minimal uuid-dev zlib1g-dev
	libcap-dev	h:sys/capability.h	
	libcap2	so:libcap	
	libcap2-bin	bin:setcap	
bookworm	libcurl4	so:libcurl	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
bookworm	libcurl4-gnutls-dev	bin:curl-config h:curl/curl.h pc:libcurl	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
trixie	libcurl4-gnutls-dev	bin:curl-config h:curl/curl.h pc:libcurl	libc-dev-bin libc6-dev libevent-2.1-7t64 libgmp-dev libgssapi-krb5-2 libkrb5-3 libkrb5-dev libldap-dev libldap2 libsasl2-2 libssl-dev libzstd-dev linux-libc-dev pkgconf zlib1g-dev
bookworm	libcurl4-nss-dev	bin:curl-config h:curl/curl.h pc:libcurl	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libnss3 libsasl2-2
bookworm	libcurl4-openssl-dev	bin:curl-config h:curl/curl.h pc:libcurl	libcurl4 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
trixie	libcurl4-openssl-dev	bin:curl-config h:curl/curl.h pc:libcurl	libc-dev-bin libc6-dev libcurl4t64 libevent-2.1-7t64 libgmp-dev libgssapi-krb5-2 libkrb5-3 libkrb5-dev libldap-dev libldap2 libsasl2-2 libssl-dev libzstd-dev linux-libc-dev pkgconf zlib1g-dev
trixie	libcurl4t64	so:libcurl	libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
	libdb-dev	for:libdb5.3-dev	libdb5.3-dev
	libdb5.3-dev	h:db.h	
bookworm	libdbus-1-dev	h:dbus/dbus.h pc:dbus-1	pkg-config pkgconf
trixie	libdbus-1-dev	h:dbus/dbus.h pc:dbus-1	libcap-dev pkgconf
bookworm	libdigest-sha3-perl	bin:sha3sum	perl perl-modules-5.36
trixie	libdigest-sha3-perl	bin:sha3sum	perl perl-modules-5.40
bookworm	libenchant-2-2	so:libenchant-2	libglib2.0-0
trixie	libenchant-2-2	so:libenchant-2	libglib2.0-0t64
bookworm	libev-dev	h:ev.h	libev4
trixie	libev-dev	h:ev.h	libev4t64
bookworm	libev4	so:libev	
trixie	libev4t64	so:libev	
bookworm	libevent-2.1-7	so:libevent-2.1	
trixie	libevent-2.1-7t64	so:libevent-2.1	
bookworm	libevent-dev	h:event2/event.h pc:libevent	libevent-2.1-7
trixie	libevent-dev	h:event2/event.h pc:libevent	libevent-2.1-7t64
	libexpat1	so:libexpat	
bookworm	libexpat1-dev	h:expat.h pc:expat	libc-dev-bin libc6-dev libexpat1 libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libexpat1-dev	h:expat.h pc:expat	libc-dev-bin libc6-dev libexpat1 linux-libc-dev
	libffi-dev	h:ffi.h pc:libffi	
	libffi8	so:libffi	
bookworm	libfontconfig-dev	h:fontconfig/fontconfig.h pc:fontconfig	fonts-dejavu-core libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig1 libfreetype-dev libfreetype6 libgssapi-krb5-2 libkrb5-3 libpng-dev libpng16-16 linux-libc-dev pkg-config pkgconf uuid-dev zlib1g-dev
trixie	libfontconfig-dev	h:fontconfig/fontconfig.h pc:fontconfig	fonts-dejavu-core fonts-dejavu-mono libbz2-dev libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig1 libfreetype-dev libfreetype6 libpng-dev libpng16-16t64 linux-libc-dev pkgconf uuid-dev zlib1g-dev
bookworm	libfontconfig1	so:libfontconfig	fonts-dejavu-core libexpat1 libfreetype6 libpng16-16
trixie	libfontconfig1	so:libfontconfig	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfreetype6 libpng16-16t64
bookworm	libfontconfig1-dev	for:libfontconfig-dev	fonts-dejavu-core libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libgssapi-krb5-2 libkrb5-3 libpng-dev libpng16-16 linux-libc-dev pkg-config pkgconf uuid-dev zlib1g-dev
trixie	libfontconfig1-dev	for:libfontconfig-dev	fonts-dejavu-core fonts-dejavu-mono libbz2-dev libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libpng-dev libpng16-16t64 linux-libc-dev pkgconf uuid-dev zlib1g-dev
bookworm	libfreetype-dev	h:ft2build.h pc:freetype2	libc-dev-bin libc6-dev libfreetype6 libgssapi-krb5-2 libkrb5-3 libpng-dev libpng16-16 linux-libc-dev zlib1g-dev
trixie	libfreetype-dev	h:ft2build.h pc:freetype2	libbz2-dev libc-dev-bin libc6-dev libfreetype6 libpng-dev libpng16-16t64 linux-libc-dev zlib1g-dev
bookworm	libfreetype6	so:libfreetype	libpng16-16
trixie	libfreetype6	so:libfreetype	libpng16-16t64
bookworm	libfreetype6-dev	for:libfreetype-dev	libc-dev-bin libc6-dev libfreetype-dev libfreetype6 libgssapi-krb5-2 libkrb5-3 libpng-dev libpng16-16 linux-libc-dev zlib1g-dev
	libfribidi-dev	h:fribidi.h pc:fribidi	libfribidi0
	libfribidi0	so:libfribidi	
	libgcc-s1	so:libgcc_s	
bookworm	libgdal-dev	bin:gdal-config h:gdal.h	autoconf automake default-libmysqlclient-dev fonts-dejavu-core icu-devtools libblas-dev libboost-dev libboost1.74-dev libc-dev-bin libc6-dev libcurl4 libcurl4-gnutls-dev libcurl4-openssl-dev libexpat1 libexpat1-dev libfontconfig1 libfreetype6 libgdal32 libgeos-c1v5 libgeos-dev libgif-dev libgif7 libgomp1 libgssapi-krb5-2 libhdf5-103-1 libhdf5-dev libicu-dev libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblapack-dev liblapack3 liblcms2-2 libldap-2.5-0 liblz4-dev liblzma-dev libmariadb-dev libmariadb-dev-compat libmariadb3 libnetcdf-dev libnss3 libodbc2 libopenblas-dev libopenblas-pthread-dev libopenblas0 libopenblas0-pthread libopenjp2-7 libopenjp2-7-dev libpcre2-dev libpng-dev libpng16-16 libpq-dev libpq5 libproj-dev libproj25 libsasl2-2 libsnappy1v5 libspatialite7 libsqlite3-dev libssl-dev libtiff-dev libtiff6 libwebp-dev libwebp7 libxml2 libxml2-dev libzstd-dev linux-libc-dev m4 perl perl-modules-5.36 proj-data unixodbc-dev zlib1g-dev
trixie	libgdal-dev	bin:gdal-config h:gdal.h	adduser autoconf automake default-libmysqlclient-dev dirmngr fonts-dejavu-core fonts-dejavu-mono gnupg gpg gpg-agent icu-devtools libblas-dev libboost-dev libboost1.83-dev libc-dev-bin libc6-dev libcurl4-gnutls-dev libcurl4-openssl-dev libcurl4t64 libevent-2.1-7t64 libexpat1 libexpat1-dev libfontconfig1 libfreetype6 libgdal36 libgeos-c1t64 libgeos-dev libgif-dev libgif7 libgmp-dev libgomp1 libgssapi-krb5-2 libhdf5-310 libhdf5-dev libicu-dev libicu76 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libkrb5-dev liblapack-dev liblapack3 liblcms2-2 libldap-dev libldap2 liblz4-dev liblzma-dev libmariadb-dev libmariadb-dev-compat libmariadb3 libnetcdf-dev libnss3 libodbc2 libopenblas-dev libopenblas-pthread-dev libopenblas0 libopenblas0-pthread libopenjp2-7 libopenjp2-7-dev libpcre2-dev libpng-dev libpng16-16t64 libpq-dev libpq5 libproj-dev libproj25 libsasl2-2 libsnappy1v5 libspatialite8t64 libsqlite3-dev libssl-dev libtiff-dev libtiff6 libwebp-dev libwebp7 libxml2 libxml2-dev libzstd-dev linux-libc-dev m4 perl perl-modules-5.40 pkgconf proj-data unixodbc-dev zlib1g-dev
bookworm	libgdal32	so:libgdal	fonts-dejavu-core libcurl4 libexpat1 libfontconfig1 libfreetype6 libgeos-c1v5 libgif7 libgssapi-krb5-2 libhdf5-103-1 libicu72 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libldap-2.5-0 libmariadb3 libnss3 libodbc2 libopenjp2-7 libpng16-16 libpq5 libproj25 libsasl2-2 libsnappy1v5 libspatialite7 libtiff6 libwebp7 libxml2 proj-data
trixie	libgdal36	so:libgdal	adduser dirmngr fonts-dejavu-core fonts-dejavu-mono gnupg gpg gpg-agent libcurl4t64 libexpat1 libfontconfig1 libfreetype6 libgeos-c1t64 libgif7 libgssapi-krb5-2 libhdf5-310 libicu76 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libldap2 libmariadb3 libnss3 libodbc2 libopenjp2-7 libpng16-16t64 libpq5 libproj25 libsasl2-2 libsnappy1v5 libspatialite8t64 libtiff6 libwebp7 libxml2 proj-data
bookworm	libgdbm-dev	h:gdbm.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libgdbm-dev	h:gdbm.h	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libgdk-pixbuf-2.0-0	so:libgdk_pixbuf-2.0	libglib2.0-0 libicu72 libjpeg62-turbo libpng16-16 libtiff6 libwebp7 libxml2 shared-mime-info
trixie	libgdk-pixbuf-2.0-0	so:libgdk_pixbuf-2.0	libglib2.0-0t64 libjpeg62-turbo libpng16-16t64 libtiff6 libwebp7 libxml2 shared-mime-info
bookworm	libgdk-pixbuf-2.0-dev	pc:gdk-pixbuf-2.0	libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libgdk-pixbuf-2.0-0 libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgssapi-krb5-2 libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblzma-dev libmount-dev libpcre2-dev libpng-dev libpng16-16 libtiff-dev libtiff6 libwebp-dev libwebp7 libxml2 libzstd-dev linux-libc-dev media-types pkg-config pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
trixie	libgdk-pixbuf-2.0-dev	pc:gdk-pixbuf-2.0	libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libgdk-pixbuf-2.0-0 libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev liblzma-dev libmount-dev libpcre2-dev libpng-dev libpng16-16t64 libtiff-dev libtiff6 libwebp-dev libwebp7 libxml2 libzstd-dev linux-libc-dev media-types pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
bookworm	libgdk-pixbuf2.0-0	for:libgdk-pixbuf-2.0-0 for:libglib2.0-0 for:libx11-6 for:shared-mime-info	libgdk-pixbuf-2.0-0 libglib2.0-0 libicu72 libjpeg62-turbo libpng16-16 libtiff6 libwebp7 libx11-6 libxml2 shared-mime-info
bookworm	libgdk-pixbuf2.0-dev	for:libgdk-pixbuf-2.0-0 for:libgdk-pixbuf-2.0-dev for:libglib2.0-0 for:libglib2.0-dev for:libx11-6 for:libxcb1-dev for:shared-mime-info	libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgssapi-krb5-2 libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblzma-dev libmount-dev libpcre2-dev libpng-dev libpng16-16 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxml2 libzstd-dev linux-libc-dev media-types pkg-config pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
trixie	libgeos-c1t64	so:libgeos_c	
bookworm	libgeos-c1v5	so:libgeos_c	
bookworm	libgeos-dev	bin:geos-config h:geos_c.h	libgeos-c1v5
trixie	libgeos-dev	bin:geos-config h:geos_c.h	libgeos-c1t64
	libgettextpo-dev	h:gettext-po.h	
	libgif-dev	h:gif_lib.h	libgif7
	libgif7	so:libgif	
trixie	libgio-2.0-dev	h:glib.h pc:glib-2.0	libblkid-dev libc-dev-bin libc6-dev libffi-dev libglib2.0-0t64 libmount-dev libpcre2-dev linux-libc-dev pkgconf uuid-dev zlib1g-dev
bookworm	libgirepository-1.0-1	so:libgirepository-1.0	libglib2.0-0
trixie	libgirepository-1.0-1	so:libgirepository-1.0	libglib2.0-0t64
bookworm	libgirepository1.0-dev	pc:gobject-introspection-1.0	binutils binutils-x86-64-linux-gnu build-essential bzip2 g++ gcc gobject-introspection libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgomp1 libgssapi-krb5-2 libkrb5-3 libmount-dev libpcre2-dev linux-libc-dev make media-types patch perl perl-modules-5.36 pkg-config pkgconf python3 python3-minimal uuid-dev xz-utils zlib1g-dev
trixie	libgirepository1.0-dev	for:gobject-introspection for:libcairo2 for:libffi-dev for:libgio-2.0-dev for:libgirepository-1.0-1 for:libglib2.0-0t64	binutils binutils-x86-64-linux-gnu build-essential bzip2 fonts-dejavu-core fonts-dejavu-mono g++ gcc gobject-introspection libblkid-dev libc-dev-bin libc6-dev libcairo2 libexpat1 libffi-dev libfontconfig1 libfreetype6 libgio-2.0-dev libgirepository-1.0-1 libglib2.0-0t64 libglib2.0-dev libgomp1 libmount-dev libpcre2-dev libpng16-16t64 libx11-6 libxext6 libxrender1 linux-libc-dev make media-types patch perl perl-modules-5.40 pkgconf python3 python3-minimal uuid-dev xz-utils zlib1g-dev
	libgit2-dev	h:git2.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libpcre2-dev libssl-dev linux-libc-dev zlib1g-dev
bookworm	libgl1	so:libGL	libexpat1 libicu72 libx11-6 libxext6 libxml2
trixie	libgl1	so:libGL	libexpat1 libx11-6 libxext6 libxml2
bookworm	libgl1-mesa-glx	for:libexpat1 for:libgl1 for:libx11-6 for:libxext6	libexpat1 libgl1 libicu72 libx11-6 libxext6 libxml2
bookworm	libglib2.0-0	so:libglib-2.0 so:libgobject-2.0	
trixie	libglib2.0-0t64	so:libglib-2.0 so:libgobject-2.0	
bookworm	libglib2.0-dev	h:glib.h pc:glib-2.0	libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libglib2.0-0 libgssapi-krb5-2 libkrb5-3 libmount-dev libpcre2-dev linux-libc-dev media-types pkg-config pkgconf python3 python3-minimal uuid-dev zlib1g-dev
trixie	libglib2.0-dev	for:libgio-2.0-dev for:libglib2.0-0t64	libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libgio-2.0-dev libglib2.0-0t64 libmount-dev libpcre2-dev linux-libc-dev media-types pkgconf python3 python3-minimal uuid-dev zlib1g-dev
	libgmp-dev	h:gmp.h	
	libgmp10	so:libgmp	
	libgomp1	so:libgomp	
bookworm	libgraphviz-dev	h:graphviz/cgraph.h pc:libcgraph	fontconfig fonts-dejavu-core libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 shared-mime-info
trixie	libgraphviz-dev	h:graphviz/cgraph.h pc:libcgraph	fontconfig fonts-dejavu-core fonts-dejavu-mono libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 shared-mime-info
	libgssapi-krb5-2	so:libgssapi_krb5	libkrb5-3
bookworm	libgtk-3-0	so:libgtk-3	dbus dbus-daemon fontconfig fonts-dejavu-core libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
trixie	libgtk-3-0t64	so:libgtk-3	adduser dbus dbus-daemon fontconfig fonts-dejavu-core fonts-dejavu-mono libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libglib2.0-0t64 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 procps shared-mime-info
bookworm	libharfbuzz-dev	h:hb.h pc:harfbuzz	icu-devtools libblkid-dev libc-dev-bin libc6-dev libexpat1 libffi-dev libfreetype-dev libfreetype6 libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgssapi-krb5-2 libharfbuzz-subset0 libharfbuzz0b libicu-dev libicu72 libkrb5-3 libmount-dev libpcre2-dev libpng-dev libpng16-16 linux-libc-dev media-types pkg-config pkgconf python3 python3-minimal uuid-dev zlib1g-dev
trixie	libharfbuzz-dev	h:hb.h pc:harfbuzz	fonts-dejavu-core fonts-dejavu-mono icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libexpat1 libffi-dev libfontconfig1 libfreetype-dev libfreetype6 libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libharfbuzz-subset0 libharfbuzz0b libicu-dev libicu76 libmount-dev libpcre2-dev libpng-dev libpng16-16t64 libx11-6 libxext6 libxrender1 linux-libc-dev media-types pkgconf python3 python3-minimal uuid-dev zlib1g-dev
bookworm	libharfbuzz-subset0	for:libharfbuzz0b	libfreetype6 libglib2.0-0 libharfbuzz0b libpng16-16
trixie	libharfbuzz-subset0	for:libharfbuzz0b	libfreetype6 libglib2.0-0t64 libharfbuzz0b libpng16-16t64
bookworm	libharfbuzz0b	so:libharfbuzz	libfreetype6 libglib2.0-0 libpng16-16
trixie	libharfbuzz0b	so:libharfbuzz	libfreetype6 libglib2.0-0t64 libpng16-16t64
bookworm	libhdf5-103-1	so:libhdf5	libcurl4 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
trixie	libhdf5-310	so:libhdf5	libcurl4t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
bookworm	libhdf5-dev	h:hdf5.h	libc-dev-bin libc6-dev libcurl4 libcurl4-openssl-dev libgssapi-krb5-2 libhdf5-103-1 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libldap-2.5-0 libsasl2-2 libssl-dev linux-libc-dev zlib1g-dev
trixie	libhdf5-dev	h:hdf5.h	libc-dev-bin libc6-dev libcurl4-openssl-dev libcurl4t64 libevent-2.1-7t64 libgmp-dev libgssapi-krb5-2 libhdf5-310 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libkrb5-dev libldap-dev libldap2 libsasl2-2 libssl-dev libzstd-dev linux-libc-dev pkgconf zlib1g-dev
trixie	libhiredict-shims-dev	h:hiredis/hiredis.h	
	libhiredis-dev	h:hiredis/hiredis.h	
	libice6	so:libICE	
bookworm	libicu-dev	h:unicode/uchar.h pc:icu-i18n	icu-devtools libc-dev-bin libc6-dev libgssapi-krb5-2 libicu72 libkrb5-3 linux-libc-dev
trixie	libicu-dev	h:unicode/uchar.h pc:icu-i18n	icu-devtools libc-dev-bin libc6-dev libicu76 linux-libc-dev
bookworm	libicu72	so:libicui18n so:libicuuc	
trixie	libicu76	so:libicui18n so:libicuuc	
bookworm	libimage-exiftool-perl	bin:exiftool	perl perl-modules-5.36
trixie	libimage-exiftool-perl	bin:exiftool	perl perl-modules-5.40
	libimagequant-dev	h:libimagequant.h	libgomp1
bookworm	libjpeg-dev	for:libjpeg62-turbo-dev	libc-dev-bin libc6-dev libgssapi-krb5-2 libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 linux-libc-dev
trixie	libjpeg-dev	for:libjpeg62-turbo-dev	libc-dev-bin libc6-dev libjpeg62-turbo libjpeg62-turbo-dev linux-libc-dev
	libjpeg62-turbo	so:libjpeg	
bookworm	libjpeg62-turbo-dev	h:jpeglib.h pc:libjpeg	libc-dev-bin libc6-dev libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 linux-libc-dev
trixie	libjpeg62-turbo-dev	h:jpeglib.h pc:libjpeg	libc-dev-bin libc6-dev libjpeg62-turbo linux-libc-dev
bookworm	libkrb5-26-heimdal	so:libkrb5	
trixie	libkrb5-26t64-heimdal	so:libkrb5	
	libkrb5-3	so:libkrb5	
	libkrb5-dev	bin:krb5-config h:gssapi/gssapi.h h:krb5.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
	liblapack-dev	pc:lapack	libblas-dev liblapack3
	liblapack3	so:liblapack	
	liblcms2-2	so:liblcms2	
	liblcms2-dev	h:lcms2.h pc:lcms2	liblcms2-2
bookworm	libldap-2.5-0	so:libldap	libsasl2-2
bookworm	libldap-dev	h:ldap.h	libldap-2.5-0 libsasl2-2
trixie	libldap-dev	h:ldap.h	libldap2 libsasl2-2
trixie	libldap2	so:libldap	libsasl2-2
bookworm	libldap2-dev	for:libldap-dev	libldap-2.5-0 libldap-dev libsasl2-2
trixie	libldap2-dev	for:libldap-dev	libldap-dev libldap2 libsasl2-2
	liblz4-1	so:liblz4	
	liblz4-dev	h:lz4.h pc:liblz4	
	liblzma-dev	h:lzma.h pc:liblzma	
	liblzma5	so:liblzma	
bookworm	libmagic-dev	h:magic.h	libmagic-mgc libmagic1
trixie	libmagic-dev	h:magic.h	libmagic-mgc libmagic1t64
	libmagic-mgc	path:/usr/lib/file/magic.mgc	
bookworm	libmagic1	so:libmagic	libmagic-mgc
trixie	libmagic1t64	so:libmagic	libmagic-mgc
bookworm	libmagick++-dev	for:libbz2-dev for:liblcms2-dev for:libmagickwand-6.q16-dev for:libopenjp2-7-dev for:libpng-dev for:libtiff-dev for:libxml2-dev for:pkgconf for:zlib1g-dev	autoconf automake fontconfig fonts-dejavu-core icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libfreetype6-dev libfribidi0 libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgomp1 libgssapi-krb5-2 libharfbuzz0b libice6 libicu-dev libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblcms2-2 liblcms2-dev liblzma-dev libmagickwand-6.q16-dev libmount-dev libopenjp2-7 libopenjp2-7-dev libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16 libsm6 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxext6 libxml2 libxml2-dev libxrender1 libzstd-dev linux-libc-dev m4 media-types perl perl-modules-5.36 pkg-config pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
trixie	libmagick++-dev	for:libbz2-dev for:libfreetype-dev for:liblcms2-dev for:libmagickwand-7.q16-dev for:libopenjp2-7-dev for:libpng-dev for:libtiff-dev for:libxml2-dev for:pkgconf for:zlib1g-dev	autoconf automake fontconfig fonts-dejavu-core fonts-dejavu-mono icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfribidi-dev libfribidi0 libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libgomp1 libharfbuzz-dev libharfbuzz-subset0 libharfbuzz0b libice6 libicu-dev libicu76 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev liblcms2-2 liblcms2-dev liblzma-dev libmagickwand-7.q16-dev libmount-dev libopenjp2-7 libopenjp2-7-dev libpango-1.0-0 libpango1.0-dev libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16t64 libsm6 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxext6 libxml2 libxml2-dev libxrender1 libzstd-dev linux-libc-dev m4 media-types perl perl-modules-5.40 pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
bookworm	libmagickwand-6.q16-dev	pc:MagickWand	autoconf automake fontconfig fonts-dejavu-core icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libfreetype6-dev libfribidi0 libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgomp1 libgssapi-krb5-2 libharfbuzz0b libice6 libicu-dev libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblcms2-2 liblcms2-dev liblzma-dev libmount-dev libopenjp2-7 libopenjp2-7-dev libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16 libsm6 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxext6 libxml2 libxml2-dev libxrender1 libzstd-dev linux-libc-dev m4 media-types perl perl-modules-5.36 pkg-config pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
trixie	libmagickwand-7.q16-dev	pc:MagickWand	autoconf automake fontconfig fonts-dejavu-core fonts-dejavu-mono icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfribidi-dev libfribidi0 libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libgomp1 libharfbuzz-dev libharfbuzz-subset0 libharfbuzz0b libice6 libicu-dev libicu76 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev liblcms2-2 liblcms2-dev liblzma-dev libmount-dev libopenjp2-7 libopenjp2-7-dev libpango-1.0-0 libpango1.0-dev libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16t64 libsm6 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxext6 libxml2 libxml2-dev libxrender1 libzstd-dev linux-libc-dev m4 media-types perl perl-modules-5.40 pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
bookworm	libmagickwand-dev	for:libmagickwand-6.q16-dev	autoconf automake fontconfig fonts-dejavu-core icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfreetype-dev libfreetype6 libfreetype6-dev libfribidi0 libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgomp1 libgssapi-krb5-2 libharfbuzz0b libice6 libicu-dev libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblcms2-2 liblcms2-dev liblzma-dev libmagickwand-6.q16-dev libmount-dev libopenjp2-7 libopenjp2-7-dev libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16 libsm6 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxext6 libxml2 libxml2-dev libxrender1 libzstd-dev linux-libc-dev m4 media-types perl perl-modules-5.36 pkg-config pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
trixie	libmagickwand-dev	for:libmagickwand-7.q16-dev	autoconf automake fontconfig fonts-dejavu-core fonts-dejavu-mono icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfribidi-dev libfribidi0 libgdk-pixbuf-2.0-0 libgdk-pixbuf-2.0-dev libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libgomp1 libharfbuzz-dev libharfbuzz-subset0 libharfbuzz0b libice6 libicu-dev libicu76 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev liblcms2-2 liblcms2-dev liblzma-dev libmagickwand-7.q16-dev libmount-dev libopenjp2-7 libopenjp2-7-dev libpango-1.0-0 libpango1.0-dev libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16t64 libsm6 libtiff-dev libtiff6 libwebp-dev libwebp7 libx11-6 libxcb1-dev libxext6 libxml2 libxml2-dev libxrender1 libzstd-dev linux-libc-dev m4 media-types perl perl-modules-5.40 pkgconf python3 python3-minimal shared-mime-info uuid-dev zlib1g-dev
bookworm	libmariadb-dev	bin:mariadb_config h:mysql.h pc:libmariadb	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libmariadb3 libssl-dev linux-libc-dev zlib1g-dev
trixie	libmariadb-dev	bin:mariadb_config h:mysql.h pc:libmariadb	libc-dev-bin libc6-dev libmariadb3 libssl-dev linux-libc-dev zlib1g-dev
bookworm	libmariadb-dev-compat	for:libmariadb-dev	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libmariadb-dev libmariadb3 libssl-dev linux-libc-dev zlib1g-dev
trixie	libmariadb-dev-compat	for:libmariadb-dev	libc-dev-bin libc6-dev libmariadb-dev libmariadb3 libssl-dev linux-libc-dev zlib1g-dev
	libmariadb3	so:libmariadb	
	libmaxminddb-dev	h:maxminddb.h	libmaxminddb0
	libmaxminddb0	so:libmaxminddb	
bookworm	libmemcached-dev	h:libmemcached/memcached.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libmemcached11 libsasl2-2 libsasl2-dev linux-libc-dev
trixie	libmemcached-dev	h:libmemcached/memcached.h	libc-dev-bin libc6-dev libmemcached11t64 libsasl2-2 libsasl2-dev libssl-dev linux-libc-dev
bookworm	libmemcached11	so:libmemcached	libsasl2-2
trixie	libmemcached11t64	so:libmemcached	libsasl2-2
bookworm	libmount-dev	h:libmount/libmount.h	libblkid-dev libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libpcre2-dev linux-libc-dev uuid-dev
trixie	libmount-dev	h:libmount/libmount.h	libblkid-dev libc-dev-bin libc6-dev libpcre2-dev linux-libc-dev uuid-dev
	libmpc-dev	h:mpc.h	libgmp-dev libmpfr-dev
	libmpfr-dev	h:mpfr.h	libgmp-dev
bookworm	libncurses-dev	h:ncurses.h pc:ncurses	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libncurses-dev	h:ncurses.h pc:ncurses	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libncurses5-dev	for:libncurses-dev	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libncurses-dev linux-libc-dev
bookworm	libncursesw5	so:libncursesw	
bookworm	libncursesw5-dev	for:libncurses-dev	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libncurses-dev linux-libc-dev
	libncursesw6	so:libncursesw	
bookworm	libnetcdf-dev	h:netcdf.h	icu-devtools libc-dev-bin libc6-dev libcurl4 libcurl4-gnutls-dev libcurl4-openssl-dev libgssapi-krb5-2 libhdf5-103-1 libhdf5-dev libicu-dev libicu72 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libldap-2.5-0 libsasl2-2 libssl-dev libxml2 libxml2-dev linux-libc-dev zlib1g-dev
trixie	libnetcdf-dev	h:netcdf.h	libc-dev-bin libc6-dev libcurl4-gnutls-dev libcurl4-openssl-dev libcurl4t64 libevent-2.1-7t64 libgmp-dev libgssapi-krb5-2 libhdf5-310 libhdf5-dev libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libkrb5-dev libldap-dev libldap2 libsasl2-2 libssl-dev libxml2 libxml2-dev libzstd-dev linux-libc-dev pkgconf zlib1g-dev
	libnss3	so:libnss3	
bookworm	libodbc1	so:libodbc	libodbc2
	libodbc2	so:libodbc	
	libonig-dev	h:oniguruma.h	
	libopenblas-dev	for:libopenblas-pthread-dev for:libopenblas0-pthread	libopenblas-pthread-dev libopenblas0 libopenblas0-pthread
	libopenblas-openmp-dev	h:cblas.h	libgomp1 libopenblas0-openmp
	libopenblas-pthread-dev	h:cblas.h pc:openblas	libopenblas0-pthread
	libopenblas-serial-dev	h:cblas.h	libopenblas0-serial
	libopenblas0	for:libopenblas0-pthread	libopenblas0-pthread
	libopenblas0-openmp	so:liblapack so:libopenblas	libgomp1
	libopenblas0-pthread	so:liblapack so:libopenblas	
	libopenblas0-serial	so:liblapack so:libopenblas	
	libopenjp2-7	so:libopenjp2	
	libopenjp2-7-dev	h:openjpeg.h pc:libopenjp2	libopenjp2-7
	libpam0g	so:libpam	
bookworm	libpam0g-dev	h:security/pam_appl.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libpam0g-dev	h:security/pam_appl.h	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libpango-1.0-0	so:libpango-1.0	fontconfig fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0 libharfbuzz0b libpng16-16
trixie	libpango-1.0-0	so:libpango-1.0	fontconfig fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0t64 libharfbuzz0b libpng16-16t64
bookworm	libpango1.0-dev	h:pango/pango.h pc:pangocairo	fontconfig fonts-dejavu-core icu-devtools libblkid-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfreetype6-dev libfribidi-dev libfribidi0 libgirepository-1.0-1 libglib2.0-0 libglib2.0-dev libgssapi-krb5-2 libharfbuzz-dev libharfbuzz-subset0 libharfbuzz0b libice6 libicu-dev libicu72 libkrb5-3 libmount-dev libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16 libsm6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev media-types pkg-config pkgconf python3 python3-minimal uuid-dev zlib1g-dev
trixie	libpango1.0-dev	h:pango/pango.h pc:pangocairo	fontconfig fonts-dejavu-core fonts-dejavu-mono icu-devtools libblkid-dev libbz2-dev libc-dev-bin libc6-dev libcairo2 libcairo2-dev libexpat1 libexpat1-dev libffi-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfribidi-dev libfribidi0 libgio-2.0-dev libglib2.0-0t64 libglib2.0-dev libharfbuzz-dev libharfbuzz-subset0 libharfbuzz0b libice6 libicu-dev libicu76 libmount-dev libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre2-dev libpng-dev libpng16-16t64 libsm6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev media-types pkgconf python3 python3-minimal uuid-dev zlib1g-dev
bookworm	libpangocairo-1.0-0	so:libpangocairo-1.0	fontconfig fonts-dejavu-core libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0 libharfbuzz0b libpango-1.0-0 libpangoft2-1.0-0 libpng16-16 libx11-6 libxext6 libxrender1
trixie	libpangocairo-1.0-0	so:libpangocairo-1.0	fontconfig fonts-dejavu-core fonts-dejavu-mono libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0t64 libharfbuzz0b libpango-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libx11-6 libxext6 libxrender1
bookworm	libpangoft2-1.0-0	so:libpangoft2-1.0	fontconfig fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0 libharfbuzz0b libpango-1.0-0 libpng16-16
trixie	libpangoft2-1.0-0	so:libpangoft2-1.0	fontconfig fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libfribidi0 libglib2.0-0t64 libharfbuzz0b libpango-1.0-0 libpng16-16t64
bookworm	libpcap-dev	for:libpcap0.8-dev	libc-dev-bin libc6-dev libdbus-1-dev libgssapi-krb5-2 libkrb5-3 libpcap0.8 libpcap0.8-dev linux-libc-dev pkg-config pkgconf
trixie	libpcap-dev	for:libpcap0.8-dev	libc-dev-bin libc6-dev libcap-dev libdbus-1-dev libpcap0.8-dev libpcap0.8t64 linux-libc-dev pkgconf
bookworm	libpcap0.8	so:libpcap	
bookworm	libpcap0.8-dev	h:pcap.h	libc-dev-bin libc6-dev libdbus-1-dev libgssapi-krb5-2 libkrb5-3 libpcap0.8 linux-libc-dev pkg-config pkgconf
trixie	libpcap0.8-dev	h:pcap.h	libc-dev-bin libc6-dev libcap-dev libdbus-1-dev libpcap0.8t64 linux-libc-dev pkgconf
trixie	libpcap0.8t64	so:libpcap	
	libpcre2-8-0	so:libpcre2-8	
bookworm	libpcre2-dev	h:pcre2.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libpcre2-dev	h:pcre2.h	libc-dev-bin libc6-dev linux-libc-dev
bookworm	libpcre3	so:libpcre	
bookworm	libpcre3-dev	h:pcre.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libpcre3 linux-libc-dev
bookworm	libpng-dev	h:png.h pc:libpng	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libpng16-16 linux-libc-dev zlib1g-dev
trixie	libpng-dev	h:png.h pc:libpng	libc-dev-bin libc6-dev libpng16-16t64 linux-libc-dev zlib1g-dev
bookworm	libpng16-16	so:libpng16	
trixie	libpng16-16t64	so:libpng16	
bookworm	libportaudio2	so:libportaudio	libasound2
trixie	libportaudio2	so:libportaudio	libasound2t64
bookworm	libpq-dev	bin:pg_config h:libpq-fe.h pc:libpq	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libpq5 libsasl2-2 libssl-dev
trixie	libpq-dev	bin:pg_config h:libpq-fe.h pc:libpq	libgssapi-krb5-2 libkrb5-3 libldap2 libpq5 libsasl2-2 libssl-dev
bookworm	libpq5	so:libpq	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
trixie	libpq5	so:libpq	libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
bookworm	libproj-dev	h:proj.h pc:proj	libc-dev-bin libc6-dev libcurl4-gnutls-dev libgssapi-krb5-2 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libldap-2.5-0 liblzma-dev libproj25 libsasl2-2 libsqlite3-dev libtiff-dev libtiff6 libwebp-dev libwebp7 libzstd-dev linux-libc-dev proj-data zlib1g-dev
trixie	libproj-dev	h:proj.h pc:proj	libc-dev-bin libc6-dev libcurl4-gnutls-dev libevent-2.1-7t64 libgmp-dev libgssapi-krb5-2 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 libkrb5-dev libldap-dev libldap2 liblzma-dev libproj25 libsasl2-2 libsqlite3-dev libssl-dev libtiff-dev libtiff6 libwebp-dev libwebp7 libzstd-dev linux-libc-dev pkgconf proj-data zlib1g-dev
bookworm	libproj25	so:libproj	libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 libldap-2.5-0 libsasl2-2 libtiff6 libwebp7 proj-data
trixie	libproj25	so:libproj	libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 libldap2 libsasl2-2 libtiff6 libwebp7 proj-data
bookworm	libprotobuf-dev	h:google/protobuf/message.h pc:protobuf	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev zlib1g-dev
trixie	libprotobuf-dev	h:google/protobuf/message.h pc:protobuf	libc-dev-bin libc6-dev linux-libc-dev zlib1g-dev
bookworm	librdkafka-dev	h:librdkafka/rdkafka.h pc:rdkafka	librdkafka1 libsasl2-2
trixie	librdkafka-dev	h:librdkafka/rdkafka.h pc:rdkafka	libc-dev-bin libc6-dev libcurl4-openssl-dev libcurl4t64 libevent-2.1-7t64 libgmp-dev libgssapi-krb5-2 libkrb5-3 libkrb5-dev libldap-dev libldap2 liblz4-dev librdkafka1 libsasl2-2 libsasl2-dev libssl-dev libzstd-dev linux-libc-dev pkgconf zlib1g-dev
bookworm	librdkafka1	so:librdkafka	libsasl2-2
trixie	librdkafka1	so:librdkafka	libcurl4t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
	libre2-dev	h:re2/re2.h	
bookworm	libreadline-dev	h:readline/readline.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libncurses-dev linux-libc-dev
trixie	libreadline-dev	h:readline/readline.h	libc-dev-bin libc6-dev libncurses-dev linux-libc-dev
bookworm	libreadline8	so:libreadline	
trixie	libreadline8t64	so:libreadline	
bookworm	libreoffice	for:fontconfig for:libcairo2 for:libcap2-bin for:libexpat1 for:libfontconfig1 for:libfreetype6 for:libglib2.0-0 for:libgssapi-krb5-2 for:libharfbuzz0b for:libice6 for:libicu72 for:libjpeg62-turbo for:liblcms2-2 for:libldap-2.5-0 for:libnss3 for:libopenjp2-7 for:libpng16-16 for:libreoffice-common for:libsm6 for:libtiff6 for:libwebp7 for:libx11-6 for:libxext6 for:libxml2 for:libxmlsec1 for:libxrender1 for:libxslt1.1 for:media-types for:python3-minimal	dirmngr fontconfig fonts-dejavu-core gnupg gpg gpg-agent libcairo2 libcap2-bin libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libice6 libicu72 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libldap-2.5-0 libnss3 libopenjp2-7 libpng16-16 libreoffice-common libsasl2-2 libsm6 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxmlsec1 libxrender1 libxslt1.1 media-types python3 python3-minimal
trixie	libreoffice	for:fontconfig for:libcairo2 for:libcap2-bin for:libcurl4t64 for:libexpat1 for:libfontconfig1 for:libfreetype6 for:libglib2.0-0t64 for:libgssapi-krb5-2 for:libharfbuzz0b for:libice6 for:libicu76 for:libjpeg62-turbo for:liblcms2-2 for:libldap2 for:libnss3 for:libopenjp2-7 for:libpng16-16t64 for:libreoffice-common for:libsm6 for:libtiff6 for:libwebp7 for:libx11-6 for:libxext6 for:libxml2 for:libxmlsec1t64 for:libxrender1 for:libxslt1.1 for:media-types for:procps for:python3-minimal	adduser dirmngr fontconfig fonts-dejavu-core fonts-dejavu-mono gnupg gpg gpg-agent libcairo2 libcap2-bin libcurl4t64 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libice6 libicu76 libjpeg62-turbo libkrb5-3 liblapack3 liblcms2-2 libldap2 libnss3 libopenjp2-7 libpng16-16t64 libreoffice-common libsasl2-2 libsm6 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxmlsec1t64 libxrender1 libxslt1.1 media-types procps python3 python3-minimal
bookworm	libreoffice-common	bin:soffice	libicu72 libxml2
trixie	libreoffice-common	bin:soffice	libicu76 libxml2 procps
	libsasl2-2	so:libsasl2	
bookworm	libsasl2-dev	h:sasl/sasl.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libsasl2-2 linux-libc-dev
trixie	libsasl2-dev	h:sasl/sasl.h	libc-dev-bin libc6-dev libsasl2-2 libssl-dev linux-libc-dev
	libsm6	so:libSM	libice6
	libsnappy-dev	h:snappy.h so:libsnappy	libsnappy1v5
	libsnappy1v5	so:libsnappy	
	libsndfile1	so:libsndfile	
	libsndfile1-dev	h:sndfile.h	libsndfile1
	libsodium-dev	h:sodium.h pc:libsodium	libsodium23
	libsodium23	so:libsodium	
bookworm	libspatialite7	so:libspatialite	libgeos-c1v5 libgssapi-krb5-2 libicu72 libjpeg62-turbo libkrb5-3 libldap-2.5-0 libproj25 libsasl2-2 libtiff6 libwebp7 libxml2 proj-data
trixie	libspatialite8t64	so:libspatialite	libexpat1 libgeos-c1t64 libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 libldap2 libproj25 libsasl2-2 libtiff6 libwebp7 libxml2 proj-data
	libsqlite3-0	so:libsqlite3	
bookworm	libsqlite3-dev	h:sqlite3.h pc:sqlite3	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	libsqlite3-dev	h:sqlite3.h pc:sqlite3	libc-dev-bin libc6-dev linux-libc-dev
	libssl-dev	h:openssl/ssl.h pc:openssl	
bookworm	libssl3	so:libcrypto so:libssl	
trixie	libssl3t64	so:libcrypto so:libssl	
bookworm	libstdc++5	so:libstdc++	
	libstdc++6	so:libstdc++	
	libswresample-dev	pc:libswresample	libavutil-dev libgomp1 libx11-6 libxext6
	libswscale-dev	pc:libswscale	libavutil-dev libx11-6 libxext6
	libsybdb5	so:libsybdb	libgssapi-krb5-2 libkrb5-3
	libtcl8.6	so:libtcl8.6	
bookworm	libtiff-dev	h:tiffio.h pc:libtiff-4	libc-dev-bin libc6-dev libgssapi-krb5-2 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblzma-dev libtiff6 libwebp-dev libwebp7 libzstd-dev linux-libc-dev zlib1g-dev
trixie	libtiff-dev	h:tiffio.h pc:libtiff-4	libc-dev-bin libc6-dev libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev liblzma-dev libtiff6 libwebp-dev libwebp7 libzstd-dev linux-libc-dev zlib1g-dev
bookworm	libtiff5-dev	for:libtiff-dev	libc-dev-bin libc6-dev libgssapi-krb5-2 libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev libkrb5-3 liblzma-dev libtiff-dev libtiff6 libwebp-dev libwebp7 libzstd-dev linux-libc-dev zlib1g-dev
trixie	libtiff5-dev	for:libtiff-dev	libc-dev-bin libc6-dev libjpeg-dev libjpeg62-turbo libjpeg62-turbo-dev liblzma-dev libtiff-dev libtiff6 libwebp-dev libwebp7 libzstd-dev linux-libc-dev zlib1g-dev
	libtiff6	so:libtiff	libjpeg62-turbo libwebp7
bookworm	libtk8.6	so:libtk8.6	fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libpng16-16 libtcl8.6 libx11-6 libxext6 libxrender1
trixie	libtk8.6	so:libtk8.6	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libpng16-16t64 libtcl8.6 libx11-6 libxext6 libxrender1
bookworm	libtool	bin:libtoolize	binutils binutils-x86-64-linux-gnu file gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 libmagic-mgc libmagic1 linux-libc-dev
trixie	libtool	bin:libtoolize	binutils binutils-x86-64-linux-gnu file gcc libc-dev-bin libc6-dev libgomp1 libmagic-mgc libmagic1t64 linux-libc-dev
bookworm	libtool-bin	for:libtool	binutils binutils-x86-64-linux-gnu file gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libkrb5-3 libmagic-mgc libmagic1 libtool linux-libc-dev
trixie	libtool-bin	for:libtool	binutils binutils-x86-64-linux-gnu file gcc libc-dev-bin libc6-dev libgomp1 libmagic-mgc libmagic1t64 libtool linux-libc-dev
bookworm	libudev-dev	h:libudev.h pc:libudev	
trixie	libudev-dev	h:libudev.h pc:libudev	libcap-dev
	libusb-1.0-0	so:libusb-1.0	
	libusb-1.0-0-dev	h:libusb.h pc:libusb-1.0	libusb-1.0-0
	libuuid1	so:libuuid	
	libuv1-dev	h:uv.h pc:libuv	
bookworm	libvirt-clients	bin:virsh	libglib2.0-0 libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libsasl2-2 libxml2
trixie	libvirt-clients	bin:virsh	libglib2.0-0t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 libxml2 libxml2-utils
bookworm	libvirt-dev	h:libvirt/libvirt.h pc:libvirt	libglib2.0-0 libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libsasl2-2 libxml2
trixie	libvirt-dev	h:libvirt/libvirt.h pc:libvirt	libglib2.0-0t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 libxml2
	libwebp-dev	h:webp/encode.h pc:libwebp	libwebp7
	libwebp7	so:libwebp	
	libx11-6	so:libX11	
	libxcb1-dev	h:xcb/xcb.h pc:xcb	
	libxext6	so:libXext	libx11-6
bookworm	libxml2	so:libxml2	libicu72
trixie	libxml2	so:libxml2	
bookworm	libxml2-dev	bin:xml2-config h:libxml/parser.h pc:libxml-2.0	icu-devtools libc-dev-bin libc6-dev libgssapi-krb5-2 libicu-dev libicu72 libkrb5-3 libxml2 linux-libc-dev
trixie	libxml2-dev	bin:xml2-config h:libxml/parser.h pc:libxml-2.0	libxml2
bookworm	libxml2-utils	bin:xmllint	libicu72 libxml2
trixie	libxml2-utils	bin:xmllint	libxml2
bookworm	libxmlsec1	so:libxmlsec1	libicu72 libxml2 libxslt1.1
bookworm	libxmlsec1-dev	h:xmlsec/xmlsec.h pc:xmlsec1-openssl	icu-devtools libc-dev-bin libc6-dev libevent-2.1-7 libgmp-dev libgssapi-krb5-2 libicu-dev libicu72 libkrb5-3 libnss3 libssl-dev libxml2 libxml2-dev libxmlsec1 libxmlsec1-openssl libxslt1-dev libxslt1.1 linux-libc-dev
trixie	libxmlsec1-dev	h:xmlsec/xmlsec.h pc:xmlsec1-openssl	libc-dev-bin libc6-dev libevent-2.1-7t64 libgmp-dev libnss3 libssl-dev libxml2 libxml2-dev libxmlsec1t64 libxmlsec1t64-openssl libxslt1-dev libxslt1.1 linux-libc-dev
bookworm	libxmlsec1-openssl	so:libxmlsec1-openssl	libicu72 libxml2 libxmlsec1 libxslt1.1
trixie	libxmlsec1t64	so:libxmlsec1	libxml2 libxslt1.1
trixie	libxmlsec1t64-openssl	so:libxmlsec1-openssl	libxml2 libxmlsec1t64 libxslt1.1
	libxrender1	so:libXrender	libx11-6
bookworm	libxslt1-dev	bin:xslt-config h:libxslt/xslt.h pc:libxslt	icu-devtools libc-dev-bin libc6-dev libgssapi-krb5-2 libicu-dev libicu72 libkrb5-3 libxml2 libxml2-dev libxslt1.1 linux-libc-dev
trixie	libxslt1-dev	bin:xslt-config h:libxslt/xslt.h pc:libxslt	libxml2 libxml2-dev libxslt1.1
bookworm	libxslt1.1	so:libxslt	libicu72 libxml2
trixie	libxslt1.1	so:libxslt	libxml2
	libyaml-0-2	so:libyaml-0	
	libyaml-dev	h:yaml.h pc:yaml-0.1	libyaml-0-2
bookworm	libzmq3-dev	h:zmq.h pc:libzmq	icu-devtools libc-dev-bin libc6-dev libgssapi-krb5-2 libicu-dev libicu72 libkrb5-3 libkrb5-dev libsodium-dev libsodium23 libxml2 libxml2-dev libzmq5 linux-libc-dev
trixie	libzmq3-dev	h:zmq.h pc:libzmq	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libkrb5-dev libsodium-dev libsodium23 libxml2 libxml2-dev libzmq5 linux-libc-dev
	libzmq5	so:libzmq	libgssapi-krb5-2 libkrb5-3 libsodium23
	libzstd-dev	h:zstd.h pc:libzstd	
	libzstd1	so:libzstd	
	linux-libc-dev	h:linux/if.h	
	login	bin:login bin:nologin	
bookworm	logrotate	bin:logrotate	cron
trixie	logrotate	bin:logrotate	adduser cron
	lsof	bin:lsof	libgssapi-krb5-2 libkrb5-3
	lz4	bin:lz4	
	lzop	bin:lzop	
	m4	bin:m4	
	make	bin:make	
	make-guile	bin:make	
bookworm	mariadb-client	bin:mysqldump	libmariadb3 mariadb-client-core perl perl-modules-5.36
trixie	mariadb-client	bin:mysqldump	libmariadb3 mariadb-client-core perl perl-modules-5.40
	mariadb-client-core	bin:mariadb bin:mysql	libmariadb3
	mawk	bin:awk	
	media-types	path:/etc/mime.types	
bookworm	mediainfo	bin:mediainfo	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2
trixie	mediainfo	bin:mediainfo	libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
bookworm	memcached	bin:memcached	libevent-2.1-7 libsasl2-2 perl perl-modules-5.36
trixie	memcached	bin:memcached	adduser libevent-2.1-7t64 libsasl2-2 perl perl-modules-5.40
bookworm	mercurial	bin:hg	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
trixie	mercurial	bin:hg	libexpat1 media-types procps python3 python3-minimal
bookworm	merecat	bin:htpasswd bin:httpd	
trixie	merecat	bin:httpd	procps
bookworm	mime-support	for:media-types for:perl-modules-5.36	media-types perl perl-modules-5.36
bookworm	moreutils	bin:parallel bin:sponge	perl perl-modules-5.36
trixie	moreutils	bin:parallel bin:sponge	perl perl-modules-5.40
	mount	bin:mount bin:umount	
bookworm	msmtp	bin:msmtp	libglib2.0-0
trixie	msmtp	bin:msmtp	adduser libglib2.0-0t64 procps
bookworm	msmtp-mta	bin:sendmail	libglib2.0-0 msmtp
trixie	msmtp-mta	bin:sendmail	adduser libglib2.0-0t64 msmtp procps
	nano	bin:nano	
	nasm	bin:nasm	
	ncal	bin:cal	
	ncurses-bin	bin:clear bin:reset bin:tput	
	neovim	bin:nvim	
	net-tools	bin:ifconfig bin:netstat bin:route	
	netcat-openbsd	bin:nc	
	netcat-traditional	bin:nc	
bookworm	nfs-common	bin:mount.nfs	libexpat1 libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libsasl2-2 media-types python3 python3-minimal
trixie	nfs-common	bin:mount.nfs	adduser libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 procps
	ninja-build	bin:ninja	
bookworm	nmap	bin:nmap	libpcap0.8 libpcre3
trixie	nmap	bin:nmap	libpcap0.8t64
bookworm	nodejs	for:libicu72	libicu72
trixie	nodejs	for:libicu76	libicu76
bookworm	ntpsec	bin:ntpd	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
trixie	ntpsec	bin:ntpd	adduser libexpat1 media-types python3 python3-minimal
	nullmailer	bin:sendmail	
	odbcinst	bin:odbcinst	
bookworm	openjdk-17-jdk	for:libcairo2 for:libfontconfig1 for:libgdk-pixbuf-2.0-0 for:libgif7 for:libgl1 for:libglib2.0-0 for:libharfbuzz0b for:libjpeg62-turbo for:libpango-1.0-0 for:libpangocairo-1.0-0 for:libpangoft2-1.0-0 for:libpng16-16 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-17-jdk-headless for:openjdk-17-jre-headless for:shared-mime-info	fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-17-jdk-headless openjdk-17-jre openjdk-17-jre-headless shared-mime-info
bookworm	openjdk-17-jdk-headless	path:/usr/lib/jvm/java-17-openjdk-amd64/bin/javac	fonts-dejavu-core libasound2 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpng16-16 openjdk-17-jre-headless
bookworm	openjdk-17-jre	for:libcairo2 for:libfontconfig1 for:libgdk-pixbuf-2.0-0 for:libgif7 for:libgl1 for:libglib2.0-0 for:libgssapi-krb5-2 for:libharfbuzz0b for:libjpeg62-turbo for:libpango-1.0-0 for:libpangocairo-1.0-0 for:libpangoft2-1.0-0 for:libpng16-16 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-17-jre-headless for:shared-mime-info	fontconfig fonts-dejavu-core libasound2 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-17-jre-headless shared-mime-info
bookworm	openjdk-17-jre-headless	path:/usr/lib/jvm/java-17-openjdk-amd64/bin/java	fonts-dejavu-core libasound2 libexpat1 libfontconfig1 libfreetype6 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpng16-16
trixie	openjdk-21-jdk	for:libasound2t64 for:libfontconfig1 for:libfreetype6 for:libgif7 for:libgl1 for:libglib2.0-0t64 for:libgssapi-krb5-2 for:libgtk-3-0t64 for:libharfbuzz0b for:libjpeg62-turbo for:libpng16-16t64 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-21-jdk-headless for:openjdk-21-jre-headless	adduser dbus dbus-daemon fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-21-jdk-headless openjdk-21-jre openjdk-21-jre-headless procps shared-mime-info
trixie	openjdk-21-jdk-headless	path:/usr/lib/jvm/java-21-openjdk-amd64/bin/javac	libjpeg62-turbo liblcms2-2 libnss3 openjdk-21-jre-headless
trixie	openjdk-21-jre	for:libasound2t64 for:libfontconfig1 for:libfreetype6 for:libgif7 for:libgl1 for:libglib2.0-0t64 for:libgssapi-krb5-2 for:libgtk-3-0t64 for:libharfbuzz0b for:libjpeg62-turbo for:libpng16-16t64 for:libx11-6 for:libxext6 for:libxrender1 for:openjdk-21-jre-headless	adduser dbus dbus-daemon fontconfig fonts-dejavu-core fonts-dejavu-mono libasound2t64 libcairo2 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgdk-pixbuf-2.0-0 libgif7 libgl1 libglib2.0-0t64 libgssapi-krb5-2 libgtk-3-0t64 libharfbuzz0b libjpeg62-turbo libkrb5-3 liblcms2-2 libnss3 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 openjdk-21-jre-headless procps shared-mime-info
trixie	openjdk-21-jre-headless	path:/usr/lib/jvm/java-21-openjdk-amd64/bin/java	libjpeg62-turbo liblcms2-2 libnss3
bookworm	openntpd	bin:ntpd	
trixie	openntpd	bin:ntpd	adduser
bookworm	opensmtpd	bin:sendmail	ed libevent-2.1-7
trixie	opensmtpd	bin:sendmail	adduser ed libevent-2.1-7t64
bookworm	openssh-client	bin:scp bin:ssh bin:ssh-keygen bin:ssh-keyscan	libgssapi-krb5-2 libkrb5-3
trixie	openssh-client	bin:scp bin:ssh bin:ssh-keygen bin:ssh-keyscan	adduser libgssapi-krb5-2 libkrb5-3
bookworm	openssh-server	bin:sshd	libgssapi-krb5-2 libkrb5-3 openssh-client procps
trixie	openssh-server	bin:sshd	adduser libgssapi-krb5-2 libkrb5-3 openssh-client procps
	openssl	bin:openssl	
trixie	p7zip	for:7zip	7zip
bookworm	p7zip-full	bin:7z	p7zip
trixie	p7zip-full	for:7zip	7zip
	pandoc	bin:pandoc	libyaml-0-2
bookworm	parallel	bin:parallel	perl perl-modules-5.36 procps sysstat xz-utils
trixie	parallel	bin:parallel	perl perl-modules-5.40 procps sysstat xz-utils
	passwd	bin:chpasswd bin:groupadd bin:passwd bin:useradd bin:usermod	
	patch	bin:patch	
bookworm	pentium-builder	bin:g++ bin:gcc	binutils binutils-x86-64-linux-gnu gcc libgomp1 perl perl-modules-5.36
bookworm	perl	for:perl-modules-5.36	perl-modules-5.36
trixie	perl	for:perl-modules-5.40	perl-modules-5.40
	perl-base	bin:perl	
bookworm	perl-doc	dir:/usr/share/perl	perl perl-modules-5.36
trixie	perl-doc	dir:/usr/share/perl	perl perl-modules-5.40
bookworm	perl-modules-5.36	dir:/usr/share/perl	
trixie	perl-modules-5.40	dir:/usr/share/perl	
	pkg-config	for:pkgconf	pkgconf
	pkgconf	bin:pkg-config	
bookworm	poppler-utils	bin:pdftoppm bin:pdftotext	fonts-dejavu-core libcairo2 libexpat1 libfontconfig1 libfreetype6 libjpeg62-turbo liblcms2-2 libnss3 libopenjp2-7 libpng16-16 libtiff6 libwebp7 libx11-6 libxext6 libxrender1
trixie	poppler-utils	bin:pdftoppm bin:pdftotext	adduser dirmngr fonts-dejavu-core fonts-dejavu-mono gnupg gpg gpg-agent libcairo2 libexpat1 libfontconfig1 libfreetype6 libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 liblcms2-2 libldap2 libnss3 libopenjp2-7 libpng16-16t64 libsasl2-2 libtiff6 libwebp7 libx11-6 libxext6 libxrender1
bookworm	portaudio19-dev	h:portaudio.h	libasound2 libasound2-dev libportaudio2 pkg-config pkgconf
trixie	portaudio19-dev	h:portaudio.h	libasound2-dev libasound2t64 libportaudio2
bookworm	postfix	bin:sendmail	cpio libgssapi-krb5-2 libicu72 libkrb5-3 libsasl2-2
trixie	postfix	bin:sendmail	adduser libgssapi-krb5-2 libicu76 libkrb5-3 libsasl2-2
bookworm	postgresql-client	for:postgresql-client-15	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libpq5 libsasl2-2 perl perl-modules-5.36 postgresql-client-15 postgresql-client-common
trixie	postgresql-client	for:postgresql-client-17	libgssapi-krb5-2 libkrb5-3 libldap2 libpq5 libsasl2-2 perl perl-modules-5.40 postgresql-client-17 postgresql-client-common
bookworm	postgresql-client-15	path:/usr/lib/postgresql/15/bin/psql	libgssapi-krb5-2 libkrb5-3 libldap-2.5-0 libpq5 libsasl2-2 perl perl-modules-5.36 postgresql-client-common
trixie	postgresql-client-17	path:/usr/lib/postgresql/17/bin/psql	libgssapi-krb5-2 libkrb5-3 libldap2 libpq5 libsasl2-2 perl perl-modules-5.40 postgresql-client-common
bookworm	postgresql-client-common	bin:pg_dump bin:psql	perl perl-modules-5.36
trixie	postgresql-client-common	bin:pg_dump bin:psql	perl perl-modules-5.40
bookworm	postgresql-common	bin:pg_config	perl perl-modules-5.36 postgresql-client-common
trixie	postgresql-common	bin:pg_config	adduser perl perl-modules-5.40 postgresql-client-common procps
bookworm	postgresql-server-dev-15	h:postgres.h	binutils binutils-x86-64-linux-gnu icu-devtools libc-dev-bin libc6-dev libexpat1 libffi-dev libgomp1 libgssapi-krb5-2 libicu-dev libicu72 libkrb5-3 libldap-2.5-0 libncurses-dev libnss3 libpq-dev libpq5 libsasl2-2 libssl-dev libxml2 libxml2-dev libyaml-0-2 linux-libc-dev media-types perl perl-modules-5.36 postgresql-client-15 postgresql-client-common postgresql-common python3 python3-minimal
trixie	postgresql-server-dev-17	h:postgres.h	adduser binutils binutils-x86-64-linux-gnu libc-dev-bin libc6-dev libcurl4t64 libexpat1 libffi-dev libgomp1 libgssapi-krb5-2 libkrb5-3 libldap2 libncurses-dev libpq-dev libpq5 libsasl2-2 libssl-dev libxml2 libxml2-dev libyaml-0-2 linux-libc-dev media-types perl perl-modules-5.40 postgresql-client-17 postgresql-client-common postgresql-common procps python3 python3-minimal
	procps	bin:free bin:kill bin:pgrep bin:pkill bin:pmap bin:ps bin:sysctl bin:top bin:uptime bin:watch	
bookworm	proj-bin	bin:proj	libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 libldap-2.5-0 libproj25 libsasl2-2 libtiff6 libwebp7 proj-data
trixie	proj-bin	bin:proj	libgssapi-krb5-2 libjpeg62-turbo libkrb5-3 libldap2 libproj25 libsasl2-2 libtiff6 libwebp7 proj-data
	proj-data	path:/usr/share/proj/proj.db	
	protobuf-compiler	bin:protoc	
	pscan	bin:pscan	
	psmisc	bin:fuser bin:killall bin:pstree	
	pv	bin:pv	
	pwgen	bin:pwgen	
bookworm	python3	for:libexpat1 for:media-types for:python3-minimal	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3-minimal
trixie	python3	for:libexpat1 for:media-types for:python3-minimal	libexpat1 media-types python3-minimal
bookworm	python3-dev	for:libexpat1 for:libexpat1-dev for:media-types for:python3-minimal for:zlib1g-dev	libc-dev-bin libc6-dev libexpat1 libexpat1-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev media-types python3 python3-minimal zlib1g-dev
trixie	python3-dev	for:libexpat1 for:libexpat1-dev for:media-types for:python3-minimal for:zlib1g-dev	libc-dev-bin libc6-dev libexpat1 libexpat1-dev linux-libc-dev media-types python3 python3-minimal zlib1g-dev
	python3-minimal	bin:python3	libexpat1
bookworm	python3-pip	for:media-types for:python3-minimal	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
trixie	python3-pip	for:media-types for:python3-minimal	libexpat1 media-types python3 python3-minimal
bookworm	python3-venv	for:media-types for:python3-minimal	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
trixie	python3-venv	for:media-types for:python3-minimal	libexpat1 media-types python3 python3-minimal
	qpdf	bin:qpdf	libjpeg62-turbo
	rdate	bin:rdate	
bookworm	redis	for:redis-server	redis-server redis-tools
trixie	redis	for:redis-server	adduser redis-server redis-tools
bookworm	redis-server	bin:redis-server	redis-tools
trixie	redis-server	bin:redis-server	adduser redis-tools
bookworm	redis-tools	bin:redis-cli	
trixie	redis-tools	bin:redis-cli	adduser
	ripgrep	bin:rg	
	rsync	bin:rsync	
bookworm	rustc	bin:rustc	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libicu72 libkrb5-3 libxml2 linux-libc-dev
trixie	rustc	bin:rustc	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libxml2 linux-libc-dev
bookworm	rustc-web	bin:rustc	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libgssapi-krb5-2 libicu72 libkrb5-3 libxml2 linux-libc-dev
trixie	rustc-web	bin:rustc	binutils binutils-x86-64-linux-gnu gcc libc-dev-bin libc6-dev libgomp1 libxml2 linux-libc-dev
trixie	rustup	bin:cargo bin:rustc	libcurl4t64 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2
bookworm	s3fs	bin:s3fs	fuse libgssapi-krb5-2 libicu72 libkrb5-3 libldap-2.5-0 libsasl2-2 libxml2 media-types mime-support perl perl-modules-5.36
trixie	s3fs	bin:s3fs	adduser fuse fuse3 libgssapi-krb5-2 libkrb5-3 libldap2 libsasl2-2 libxml2 media-types
	screen	bin:screen	
	sed	bin:sed	
bookworm	shared-mime-info	bin:update-mime-database	libglib2.0-0 libicu72 libxml2
trixie	shared-mime-info	bin:update-mime-database	libglib2.0-0t64 libxml2
	sharutils	bin:uudecode bin:uuencode	
bookworm	socat	bin:socat	libgssapi-krb5-2 libkrb5-3
trixie	socat	bin:socat	
bookworm	sox	bin:sox	libasound2 libgomp1 libmagic-mgc libmagic1 libpng16-16 libsndfile1
trixie	sox	bin:sox	libasound2t64 libgomp1 libmagic-mgc libmagic1t64 libpng16-16t64 libsndfile1
	sqlite3	bin:sqlite3	
bookworm	sshfs	bin:sshfs	fuse3 libglib2.0-0 libgssapi-krb5-2 libkrb5-3 openssh-client
trixie	sshfs	bin:sshfs	adduser fuse3 libglib2.0-0t64 libgssapi-krb5-2 libkrb5-3 openssh-client
	sshpass	bin:sshpass	
	ssmtp	bin:sendmail	
	strace	bin:strace	
	subversion	bin:svn	libexpat1 libgssapi-krb5-2 libkrb5-3 libsasl2-2
	sudo	bin:sudo	
bookworm	sudo-ldap	bin:sudo	libldap-2.5-0 libsasl2-2
trixie	sudo-ldap	bin:sudo	libldap2 libsasl2-2
bookworm	supervisor	bin:supervisorctl bin:supervisord	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
trixie	supervisor	bin:supervisorctl bin:supervisord	libexpat1 media-types python3 python3-minimal
	swig	bin:swig	
bookworm	sysstat	bin:iostat bin:mpstat	xz-utils
trixie	sysstat	bin:iostat bin:mpstat	procps xz-utils
bookworm	systemd-cron	bin:crontab	libexpat1 libgssapi-krb5-2 libkrb5-3 media-types python3 python3-minimal
trixie	systemd-cron	bin:crontab	adduser
	sysvinit-utils	bin:pidof	
	tar	bin:tar	
	tcl	bin:tclsh	libtcl8.6
bookworm	tcl-dev	for:tcl for:tcl8.6-dev	binutils binutils-x86-64-linux-gnu bzip2 libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libtcl8.6 linux-libc-dev make patch perl perl-modules-5.36 tcl tcl8.6-dev xz-utils zlib1g-dev
trixie	tcl-dev	for:tcl for:tcl8.6-dev	binutils binutils-x86-64-linux-gnu bzip2 libc-dev-bin libc6-dev libtcl8.6 linux-libc-dev make patch perl perl-modules-5.40 tcl tcl8.6-dev xz-utils zlib1g-dev
bookworm	tcl8.6-dev	h:tcl.h	binutils binutils-x86-64-linux-gnu bzip2 libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 libtcl8.6 linux-libc-dev make patch perl perl-modules-5.36 xz-utils zlib1g-dev
trixie	tcl8.6-dev	h:tcl.h	binutils binutils-x86-64-linux-gnu bzip2 libc-dev-bin libc6-dev libtcl8.6 linux-libc-dev make patch perl perl-modules-5.40 xz-utils zlib1g-dev
bookworm	tcpdump	bin:tcpdump	libpcap0.8
trixie	tcpdump	bin:tcpdump	adduser libpcap0.8t64
	telnet	for:inetutils-telnet	inetutils-telnet libkrb5-3
bookworm	tesseract-ocr	bin:tesseract	fontconfig fonts-dejavu-core libcairo2 libcurl4 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgif7 libglib2.0-0 libgomp1 libgssapi-krb5-2 libharfbuzz0b libicu72 libjpeg62-turbo libkrb5-3 libldap-2.5-0 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16 libsasl2-2 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 tesseract-ocr-eng
trixie	tesseract-ocr	bin:tesseract	fontconfig fonts-dejavu-core fonts-dejavu-mono libcairo2 libcurl4t64 libexpat1 libfontconfig1 libfreetype6 libfribidi0 libgif7 libglib2.0-0t64 libgomp1 libgssapi-krb5-2 libharfbuzz0b libicu76 libjpeg62-turbo libkrb5-3 libldap2 libopenjp2-7 libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpng16-16t64 libsasl2-2 libtiff6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 tesseract-ocr-eng
	tesseract-ocr-deu	path:/usr/share/tesseract-ocr/5/tessdata/deu.traineddata	
	tesseract-ocr-eng	path:/usr/share/tesseract-ocr/5/tessdata/eng.traineddata	
	tesseract-ocr-fra	path:/usr/share/tesseract-ocr/5/tessdata/fra.traineddata	
	time	bin:time	
	tini	bin:tini	
bookworm	tk	bin:wish	fonts-dejavu-core libexpat1 libfontconfig1 libfreetype6 libpng16-16 libtcl8.6 libtk8.6 libx11-6 libxext6 libxrender1 tcl
trixie	tk	bin:wish	fonts-dejavu-core fonts-dejavu-mono libexpat1 libfontconfig1 libfreetype6 libpng16-16t64 libtcl8.6 libtk8.6 libx11-6 libxext6 libxrender1 tcl
bookworm	tk-dev	for:tcl for:tcl8.6-dev for:tk for:tk8.6-dev	binutils binutils-x86-64-linux-gnu bzip2 fonts-dejavu-core libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfreetype6-dev libgssapi-krb5-2 libkrb5-3 libpng-dev libpng16-16 libtcl8.6 libtk8.6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev make patch perl perl-modules-5.36 pkg-config pkgconf tcl tcl-dev tcl8.6-dev tk tk8.6-dev uuid-dev xz-utils zlib1g-dev
trixie	tk-dev	for:tcl for:tcl8.6-dev for:tk for:tk8.6-dev	binutils binutils-x86-64-linux-gnu bzip2 fonts-dejavu-core fonts-dejavu-mono libbz2-dev libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libpng-dev libpng16-16t64 libtcl8.6 libtk8.6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev make patch perl perl-modules-5.40 pkgconf tcl tcl-dev tcl8.6-dev tk tk8.6-dev uuid-dev xz-utils zlib1g-dev
bookworm	tk8.6-dev	h:tk.h	binutils binutils-x86-64-linux-gnu bzip2 fonts-dejavu-core libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libfreetype6-dev libgssapi-krb5-2 libkrb5-3 libpng-dev libpng16-16 libtcl8.6 libtk8.6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev make patch perl perl-modules-5.36 pkg-config pkgconf tcl8.6-dev uuid-dev xz-utils zlib1g-dev
trixie	tk8.6-dev	h:tk.h	binutils binutils-x86-64-linux-gnu bzip2 fonts-dejavu-core fonts-dejavu-mono libbz2-dev libc-dev-bin libc6-dev libexpat1 libexpat1-dev libfontconfig-dev libfontconfig1 libfontconfig1-dev libfreetype-dev libfreetype6 libpng-dev libpng16-16t64 libtcl8.6 libtk8.6 libx11-6 libxcb1-dev libxext6 libxrender1 linux-libc-dev make patch perl perl-modules-5.40 pkgconf tcl8.6-dev uuid-dev xz-utils zlib1g-dev
	tmux	bin:tmux	
	traceroute	bin:traceroute bin:traceroute6	
	tree	bin:tree	
	tzdata	path:/usr/share/zoneinfo/Europe/Paris	
	udhcpc	bin:udhcpc	
	unixodbc	bin:isql	libodbc2
	unixodbc-dev	h:sql.h h:sqlext.h	libodbc2
	unzip	bin:unzip	
	usbutils	bin:lsusb	libusb-1.0-0
bookworm	util-linux	bin:blkid bin:dmesg bin:flock bin:getopt bin:getty bin:ionice bin:ipcs bin:last bin:lsblk bin:mesg bin:mkswap bin:more bin:mountpoint bin:nsenter bin:rev bin:setpriv bin:setsid bin:su bin:unshare	
trixie	util-linux	bin:blkid bin:dmesg bin:flock bin:getopt bin:getty bin:ionice bin:ipcs bin:lsblk bin:mkswap bin:more bin:mountpoint bin:nsenter bin:rev bin:setpriv bin:setsid bin:su bin:unshare	
bookworm	uuid-dev	h:uuid/uuid.h	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	uuid-dev	h:uuid/uuid.h	libc-dev-bin libc6-dev linux-libc-dev
	valgrind	bin:valgrind	
	vim	bin:vi bin:vim	libsodium23
bookworm	vim-nox	bin:vi bin:vim	libexpat1 libgssapi-krb5-2 libkrb5-3 libsodium23 libtcl8.6 libyaml-0-2 media-types perl-modules-5.36
trixie	vim-nox	bin:vi bin:vim	libexpat1 libsodium23 libtcl8.6 libyaml-0-2 media-types perl-modules-5.40
	vim-tiny	bin:vi	
	wget	bin:wget	
	whois	bin:mkpasswd bin:whois	
	wireguard-tools	bin:wg	
bookworm	wkhtmltopdf	bin:wkhtmltopdf	fontconfig fonts-dejavu-core libcap2-bin libexpat1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0 libgssapi-krb5-2 libharfbuzz0b libice6 libicu72 libjpeg62-turbo libkrb5-3 libpng16-16 libsm6 libwebp7 libx11-6 libxext6 libxml2 libxrender1 libxslt1.1 shared-mime-info
trixie	wtmpdb	bin:last	
	xauth	bin:xauth	libx11-6 libxext6
bookworm	xvfb	bin:Xvfb bin:xvfb-run	libexpat1 libfreetype6 libgl1 libice6 libicu72 libpng16-16 libsm6 libx11-6 libxext6 libxml2 libxrender1
trixie	xvfb	bin:Xvfb bin:xvfb-run	libexpat1 libfreetype6 libgl1 libice6 libpng16-16t64 libsm6 libx11-6 libxext6 libxml2 libxrender1
	xxd	bin:xxd	
	xz-utils	bin:lzcat bin:lzma bin:unlzma bin:unxz bin:xz bin:xzcat	
	yasm	bin:yasm	
	zip	bin:zip	
	zlib1g	so:libz	
bookworm	zlib1g-dev	h:zlib.h pc:zlib	libc-dev-bin libc6-dev libgssapi-krb5-2 libkrb5-3 linux-libc-dev
trixie	zlib1g-dev	h:zlib.h pc:zlib	libc-dev-bin libc6-dev linux-libc-dev
	zsh	bin:zsh	
	zstd	bin:zstd	
	zutils	bin:zcat	
`;

/**
 * What `debian:SUITE-slim`, with what the slim images of Python add to it, has: packages of priority `required` or
 * essential, apt, ca-certificates, netbase, tzdata, the libraries of Python's own modules (libffi, readline, ncurses, gdbm,
 * sqlite, uuid, bzip2, xz), and all that they depend on.
 *
 * Columns: suite; what it offers; its packages.
 */
export const slimOffers = `
bookworm	bin:[ bin:addgroup bin:adduser bin:arch bin:awk bin:base64 bin:basename bin:bash bin:blkid bin:cat bin:chattr bin:chgrp bin:chmod bin:chown bin:chpasswd bin:chroot bin:cksum bin:clear bin:cmp bin:comm bin:cp bin:cut bin:date bin:dd bin:delgroup bin:deluser bin:df bin:diff bin:dirname bin:dmesg bin:dnsdomainname bin:du bin:echo bin:egrep bin:env bin:expand bin:expr bin:factor bin:false bin:fgrep bin:find bin:flock bin:fold bin:getopt bin:getty bin:grep bin:groupadd bin:groups bin:gunzip bin:gzip bin:head bin:hostid bin:hostname bin:id bin:install bin:ionice bin:ipcs bin:last bin:link bin:ln bin:logger bin:login bin:ls bin:lsattr bin:lsblk bin:md5sum bin:mesg bin:mkdir bin:mkfifo bin:mknod bin:mkswap bin:mktemp bin:more bin:mount bin:mountpoint bin:mv bin:nice bin:nl bin:nohup bin:nologin bin:nproc bin:nsenter bin:od bin:openssl bin:passwd bin:paste bin:perl bin:pidof bin:printenv bin:printf bin:pwd bin:readlink bin:realpath bin:renice bin:reset bin:rev bin:rm bin:rmdir bin:run-parts bin:sed bin:seq bin:setpriv bin:setsid bin:sh bin:sha1sum bin:sha256sum bin:sha512sum bin:shred bin:shuf bin:sleep bin:sort bin:split bin:stat bin:stty bin:su bin:sum bin:sync bin:tac bin:tail bin:tar bin:tee bin:test bin:timeout bin:touch bin:tput bin:tr bin:true bin:truncate bin:tty bin:umount bin:uname bin:unexpand bin:uniq bin:unlink bin:unshare bin:update-ca-certificates bin:useradd bin:usermod bin:wc bin:which bin:who bin:whoami bin:xargs bin:yes bin:zcat dir:/usr/share/ca-certificates/mozilla path:/usr/share/zoneinfo/Europe/Paris so:libbz2 so:libcap so:libcrypto so:libffi so:libgcc_s so:libgmp so:liblz4 so:liblzma so:libncursesw so:libpam so:libpcre2-8 so:libreadline so:libsqlite3 so:libssl so:libstdc++ so:libuuid so:libz so:libzstd	adduser apt base-files base-passwd bash bsdutils ca-certificates coreutils dash debconf debian-archive-keyring debianutils diffutils dpkg e2fsprogs findutils gcc-12-base gpgv grep gzip hostname init-system-helpers libacl1 libapt-pkg6.0 libattr1 libaudit-common libaudit1 libblkid1 libbz2-1.0 libc-bin libc6 libcap-ng0 libcap2 libcom-err2 libcrypt1 libdb5.3 libdebconfclient0 libext2fs2 libffi8 libgcc-s1 libgcrypt20 libgdbm6 libgmp10 libgnutls30 libgpg-error0 libhogweed6 libidn2-0 liblz4-1 liblzma5 libmd0 libmount1 libncursesw6 libnettle8 libp11-kit0 libpam-modules libpam-modules-bin libpam-runtime libpam0g libpcre2-8-0 libreadline8 libseccomp2 libselinux1 libsemanage-common libsemanage2 libsepol2 libsmartcols1 libsqlite3-0 libss2 libssl3 libstdc++6 libsystemd0 libtasn1-6 libtinfo6 libudev1 libunistring2 libuuid1 libxxhash0 libzstd1 login logsave mawk mount ncurses-base ncurses-bin netbase openssl passwd perl-base readline-common sed sysvinit-utils tar tzdata util-linux util-linux-extra zlib1g
trixie	bin:[ bin:arch bin:awk bin:base64 bin:basename bin:bash bin:blkid bin:cat bin:chgrp bin:chmod bin:chown bin:chpasswd bin:chroot bin:cksum bin:clear bin:cmp bin:comm bin:cp bin:cut bin:date bin:dd bin:df bin:diff bin:dirname bin:dmesg bin:dnsdomainname bin:du bin:echo bin:egrep bin:env bin:expand bin:expr bin:factor bin:false bin:fgrep bin:find bin:flock bin:fold bin:getopt bin:getty bin:grep bin:groupadd bin:groups bin:gunzip bin:gzip bin:head bin:hostid bin:hostname bin:id bin:install bin:ionice bin:ipcs bin:link bin:ln bin:logger bin:login bin:ls bin:lsblk bin:md5sum bin:mkdir bin:mkfifo bin:mknod bin:mkswap bin:mktemp bin:more bin:mount bin:mountpoint bin:mv bin:nice bin:nl bin:nohup bin:nologin bin:nproc bin:nsenter bin:od bin:openssl bin:passwd bin:paste bin:perl bin:pidof bin:printenv bin:printf bin:pwd bin:readlink bin:realpath bin:renice bin:reset bin:rev bin:rm bin:rmdir bin:run-parts bin:sed bin:seq bin:setpriv bin:setsid bin:sh bin:sha1sum bin:sha256sum bin:sha512sum bin:shred bin:shuf bin:sleep bin:sort bin:split bin:stat bin:stty bin:su bin:sum bin:sync bin:tac bin:tail bin:tar bin:tee bin:test bin:timeout bin:touch bin:tput bin:tr bin:true bin:truncate bin:tty bin:umount bin:uname bin:unexpand bin:uniq bin:unlink bin:unshare bin:update-ca-certificates bin:useradd bin:usermod bin:wc bin:which bin:who bin:whoami bin:xargs bin:yes bin:zcat dir:/usr/share/ca-certificates/mozilla path:/usr/share/zoneinfo/Europe/Paris so:libbz2 so:libcap so:libcrypto so:libffi so:libgcc_s so:libgmp so:liblz4 so:liblzma so:libncursesw so:libpam so:libpcre2-8 so:libreadline so:libsqlite3 so:libssl so:libstdc++ so:libuuid so:libz so:libzstd	apt base-files base-passwd bash bsdutils ca-certificates coreutils dash debconf debian-archive-keyring debianutils diffutils dpkg findutils gcc-14-base grep gzip hostname init-system-helpers libacl1 libapt-pkg7.0 libattr1 libaudit-common libaudit1 libblkid1 libbsd0 libbz2-1.0 libc-bin libc6 libcap-ng0 libcap2 libcrypt1 libdb5.3t64 libdebconfclient0 libffi8 libgcc-s1 libgdbm6t64 libgmp10 libhogweed6t64 liblastlog2-2 liblz4-1 liblzma5 libmd0 libmount1 libncursesw6 libnettle8t64 libpam-modules libpam-modules-bin libpam-runtime libpam0g libpcre2-8-0 libreadline8t64 libseccomp2 libselinux1 libsemanage-common libsemanage2 libsepol2 libsmartcols1 libsqlite3-0 libssl3t64 libstdc++6 libsystemd0 libtinfo6 libudev1 libuuid1 libxxhash0 libzstd1 login login.defs mawk mount ncurses-base ncurses-bin netbase openssl openssl-provider-legacy passwd perl-base readline-common sed sqv sysvinit-utils tar tzdata util-linux zlib1g
`;
