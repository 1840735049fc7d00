/**
 * Programs of Alpine's BusyBox, and where Debian has them.
 *
 * Source: main/busybox/busyboxconfig of https://gitlab.alpinelinux.org/alpine/aports (BusyBox 1.27 and later; applets
 * that only some releases of Alpine switch on are counted). For Debian: `command -v` in images of bookworm-slim and
 * python:3.11-slim; `dpkg -L` of each package in bookworm (vi, netcat and the names of lzma are alternatives that the
 * packages register); that trixie has packages of the same names, its package lists.
 *
 * A line that ends with a colon says where the programs on the lines after it are: `slim` is Debian's slim image,
 * `none` that Debian has no such program, or has another one under that name; anything else is a package, of the same
 * name in bookworm and trixie.
 */
export const busyBoxPrograms = `
slim:
[ add-shell awk base32 base64 basename blkdiscard blkid blockdev cat chgrp chmod chown chpasswd chroot chrt
cksum clear cmp comm cp cut date dd df diff dirname dmesg dnsdomainname du echo egrep env expand expr factor
fallocate false fgrep find findfs flock fold fsck fstrim getconf getent getopt getty grep groups gunzip gzip head
hostid hostname iconv id install ionice ipcrm ipcs kill killall5 ldconfig ldd link linux32 linux64 ln logger
login losetup ls mesg mkdir mkfifo mknod mkswap mktemp more mount mountpoint mv newgrp nice nl nohup nologin
nproc nsenter od passwd paste pidof printenv printf pwd readlink realpath remove-shell renice reset rev rm rmdir
run-parts sed seq setarch setpriv setsid sh sha1sum sha256sum sha512sum md5sum shred shuf sleep sort split
start-stop-daemon stat stty su sum swapoff swapon switch_root sync tac tail tar taskset tee test timeout touch tr true
truncate tsort tty umount uname unexpand uniq unlink unshare users wc which who whoami xargs yes zcat
arping:
arping
bc:
bc
bind9-dnsutils:
nslookup
binutils:
ar strings
bridge-utils:
brctl
bsdextrautils:
hd hexdump
ncal:
cal
bzip2:
bunzip2 bzcat bzip2
cpio:
cpio
dc:
dc
dos2unix:
dos2unix unix2dos
dosfstools:
mkdosfs mkfs.vfat
ed:
ed
e2fsprogs:
chattr lsattr
eject:
eject
fdisk:
fdisk
iproute2:
ip tc
iputils-ping:
ping ping6
ipcalc:
ipcalc
kmod:
depmod insmod lsmod modinfo modprobe rmmod
less:
less
lsof:
lsof
lzop:
lzop
net-tools:
arp ifconfig nameif netstat route slattach
netcat-openbsd:
nc netcat
patch:
patch
pciutils:
lspci
procps:
free pgrep pkill pmap ps pwdx sysctl top uptime w watch
psmisc:
fuser killall pstree
sharutils:
uudecode uuencode
sysstat:
iostat mpstat
time:
time
traceroute:
traceroute
tree:
tree
unzip:
unzip
usbutils:
lsusb
vim-tiny:
vi
wget:
wget
whois:
mkpasswd whois
xxd:
xxd
xz-utils:
lzcat lzma unlzma unxz xz xzcat
none:
acpid addgroup adduser adjtimex ascii ash bbconfig beep busybox chvt conspy crc32 crond crontab cryptpw cttyhack
deallocvt delgroup deluser devmem dhcprelay dnsd dumpkmap dumpleases ether-wake fakeidentd fatattr fbset fbsplash
fdflush fdformat fsync ftpd ftpget ftpput halt hdparm httpd hwclock ifdown ifenslave ifup inetd init inotifyd
ipaddr iplink ipneigh iproute iprule iptunnel kbd_mode klogd loadfont loadkmap logread lzopcat makemime man mdev
microcom nanddump nandwrite nbd-client nmeter ntpd openvt partprobe pipe_progress popmaildir poweroff powertop pscan
raidautorun rdate rdev readahead readprofile reboot reformime resize rfkill runsv rx sendmail setconsole setfont
setkeycodes setlogcons setserial sha3sum showkey smemcap ssl_client svlogd syslogd tcpsvd telnet telnetd tftp
traceroute6 ttysize tunctl udhcpc udhcpc6 udhcpd udpsvd uevent uncompress unlzop usleep vconfig vlock volname watchdog zcip
`;
