# The first program of a guest: puts a root together that anything may write to (in memory), mounts what the job needs,
# runs the job, hands over its exit code, powers off. Needs perl-base alone. In the control folder, /mnt:
#   mounts  a line for each folder of the host: path in the guest, path for the kernel, options; tabs between
#   job.sh  the job, with its environment
# Consoles: 1 and 2 take the job's stdout and stderr, 3 the beats of the virtual clock.
use strict;

use constant {
    MS_RDONLY => 1, MS_NOATIME => 1024, MS_BIND => 4096, MS_MOVE => 8192, WNOHANG => 1,
    SYS_MOUNT => 165, SYS_SYNC => 162, SYS_REBOOT => 169,
    TCGETS => 0x5401, TCSETSW => 0x5403, TCSBRK => 0x5409, SIOCGIFFLAGS => 0x8913, SIOCSIFFLAGS => 0x8914,
    BEAT_S => 5,
};

sub try_mount {
    my ($type, $source, $target, $flags, $options) = @_;
    return syscall(SYS_MOUNT, $source, $target, $type, $flags + 0, $options) == 0;
}

# Where one of these fails nothing can be done. The kernel panics when this ends, and its log has the reason.
sub mount { try_mount(@_) or die "mount $_[2]: $!\n" }
$SIG{__DIE__} = sub {
    open my $log, '>', '/dev/kmsg' or return;
    syswrite $log, "<0>init: $_[0]";
};

sub spit {
    my ($file, $text) = @_;
    open my $handle, '>', $file or die "$file: $!\n";
    print $handle $text;
    close $handle or die "$file: $!\n";
}

# As `stty raw -echo`: what is written comes out as it is.
sub open_raw {
    my ($tty) = @_;
    open my $handle, '+<', $tty or die "$tty: $!\n";
    my $termios = "\0" x 64;
    ioctl $handle, TCGETS, $termios or die "$tty: $!\n";
    my ($input, $output, $control, $local, $line, @characters) = unpack 'L4 C20', $termios;
    @characters[5, 6] = (0, 1);
    ioctl $handle, TCSETSW, pack 'L4 C20 x28', 0, $output & ~1, $control, $local & ~15, $line, @characters
      or die "$tty: $!\n";
    return $handle;
}

# A child that copies what comes out of a pipe to a console. @returns its pid and the pipe's end to write to.
sub relay {
    my ($console, @close) = @_;
    pipe my $read, my $write or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";
    return ($pid, $write) if $pid;
    close $_ for $write, @close;
    while (sysread $read, my $chunk, 65536) {
        my $done = 0;
        $done += syswrite $console, $chunk, length($chunk) - $done, $done while $done < length $chunk;
    }
    exit;
}

sub uptime {
    open my $handle, '<', '/proc/uptime' or die "/proc/uptime: $!\n";
    return (split ' ', <$handle>)[0];
}

# The image itself stays as it is, whoever boots it.
mount('tmpfs', 'tmpfs', '/run', 0, 0);
mkdir "/run/$_" for qw(over work root);
mount('overlay', 'overlay', '/run/root', 0, 'lowerdir=/,upperdir=/run/over,workdir=/run/work');
mount(0, '/proc', '/run/root/proc', MS_MOVE, 0);
mount(0, '/mnt',  '/run/root/mnt',  MS_BIND, 0);
# The new root must be that of the mount namespace: whoever enters one from outside lands there.
chdir '/run/root';
mount(0, '.', '/', MS_MOVE, 0);
chroot '.' or die "chroot: $!\n";
chdir '/';

mount('sysfs',    'sys', '/sys', 0, 0);
mount('devtmpfs', 'dev', '/dev', 0, 0);
mkdir "/dev/$_" for qw(pts shm);
mount('devpts', 'devpts', '/dev/pts', 0, 0);
mount('tmpfs', 'tmpfs', $_, 0, 0) for qw(/dev/shm /run /tmp /var/tmp);
mkdir "/run/$_" for qw(netns lock);
symlink '/proc/self/fd', '/dev/fd';
socket my $socket, 2, 2, 0 or die "socket: $!\n";
my $request = pack 'a16 x24', 'lo';
ioctl $socket, SIOCGIFFLAGS, $request or die "lo: $!\n";
$request = pack 'a16 S x22', 'lo', 1 | unpack 'x16 S', $request;
ioctl $socket, SIOCSIFFLAGS, $request or die "lo: $!\n";
close $socket;
# Else every new namespace shows the devices of all tunnels that are compiled in.
spit('/proc/sys/net/core/fb_tunnels_only_for_init_net', 2);

my ($for_out, $for_err, $for_beats) = map { open_raw("/dev/tty$_") } 1 .. 3;
my $beats = fork // die "fork: $!\n";
if ($beats == 0) {
    close $_ for $for_out, $for_err;
    while (1) {
        syswrite $for_beats, uptime() . "\n";
        select undef, undef, undef, BEAT_S;
    }
}
my ($out, $stdout) = relay($for_out, $for_err, $for_beats);
my ($err, $stderr) = relay($for_err, $for_out, $for_beats, $stdout);

my $code;
open my $mounts, '<', '/mnt/mounts' or die "mounts: $!\n";
while (my $line = <$mounts>) {
    chomp $line;
    my ($path, $host, $access) = split /\t/, $line;
    my $made = '';
    # Below a folder that cannot be written to, the place for the mount is there already: it is the host's own.
    mkdir($made .= "/$_") for split m{/}, substr $path, 1;
    next if try_mount('hostfs', 'none', $path, MS_NOATIME | ($access eq 'ro' ? MS_RDONLY : 0), $host);
    syswrite $stderr, "the guest cannot mount $path: $!\n";
    $code = 125;
}
close $mounts;
if (!defined $code) {
    my $job = fork // die "fork: $!\n";
    if ($job == 0) {
        close $_ for $for_out, $for_err, $for_beats;
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>&', $stdout;
        open STDERR, '>&', $stderr;
        exec '/bin/bash', '/mnt/job.sh';
        exit 127;
    }
    # What its daemons leave is reaped on the way.
    1 while waitpid(-1, 0) != $job;
    $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
}
close $_ for $stdout, $stderr;
# What the job left running may still hold its output: a second, and no longer.
my %relays = ($out => 1, $err => 1);
for (1 .. 10) {
    while ((my $pid = waitpid -1, WNOHANG) > 0) { delete $relays{$pid} }
    last if !%relays;
    select undef, undef, undef, 0.1;
}
kill 'KILL', $beats, keys %relays;
ioctl $_, TCSBRK, 1 for $for_out, $for_err;
syswrite $for_beats, "end $code " . uptime() . "\n";
ioctl $for_beats, TCSBRK, 1;
syscall SYS_SYNC;
syscall SYS_REBOOT, 0xfee1dead, 672274793, 0x4321fedc, 0;
