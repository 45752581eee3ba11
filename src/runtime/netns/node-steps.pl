# The steps that a node's start plan is made of. Part of node-init.pl, read by it before it starts anything.
use strict;
use warnings;

use constant {
    NEWNS => 0x00020000, NEWUTS => 0x04000000, NEWIPC => 0x08000000, NEWPID => 0x20000000, NEWNET => 0x40000000,
    MS_RDONLY => 1, MS_NOSUID => 2, MS_NODEV => 4, MS_NOEXEC => 8, MS_REMOUNT => 32, MS_NOATIME => 1024,
    MS_BIND => 4096, MS_REC => 16384, MS_PRIVATE => 1 << 18, MNT_DETACH => 2,
    SIOCGIFFLAGS => 0x8913, SIOCSIFFLAGS => 0x8914, SIOCGIFINDEX => 0x8933, SIOCBRADDBR => 0x89a0, SIOCBRADDIF => 0x89a2,
    IFF_UP => 1, AF_INET => 2, SOCK_DGRAM => 2, SO_ACCEPTCON => 1 << 16, WNOHANG => 1, MAX_OUTPUT => 2000,
};
my $OLD = '/.faultline-host';    # where the host's file tree is while a node is set up
our ($nr, $report, $log, $name);
my (%user, %group, %background);
my $as;    # who runs programs, and where: uid, gid, groups, folder; root in / unless told

sub sys {
    my ($call, @args) = @_;
    return syscall($nr->{$call}, @args) == -1 ? 0 : 1;
}

sub unescape { my ($text) = @_; $text =~ s/%([0-9A-F]{2})/chr hex $1/ge; return $text }

sub escape { my ($text) = @_; $text =~ s/([%\t\n\r\0])/sprintf '%%%02X', ord $1/ge; return $text }

# One write of less than PIPE_BUF: nodes share the pipe, and their lines must not mix.
sub tell_faultline { syswrite $report, substr(join("\t", map { escape($_) } @_), 0, 4000) . "\n" }

sub start_ticks {
    my ($pid) = @_;
    open my $file, '<', "/proc/$pid/stat" or return '';
    my $stat = <$file>;
    $stat =~ s/^.*\) //s;
    return (split / /, $stat)[19];
}

sub mount_at {
    my ($source, $target, $type, $flags, $data) = @_;
    sys('mount', $source, $target, $type, $flags + 0, $data) or die "mount $type $source on $target: $!\n";
}

sub make_dirs {
    my ($path) = @_;
    my $so_far = '';
    for my $part (grep { $_ ne '' } split m{/}, $path) {
        $so_far .= "/$part";
        next if -d $so_far;
        mkdir $so_far, 0755 or die "mkdir $so_far: $!\n";
    }
}

# Whether a Unix socket of this network namespace listens there, by whichever name it was bound.
sub listens_at {
    my ($path) = @_;
    my ($device, $file) = stat $path or return 0;
    open my $sockets, '<', '/proc/net/unix' or die "/proc/net/unix: $!\n";
    while (my $line = <$sockets>) {
        my ($flags, $bound) = (split ' ', $line, 8)[3, 7];
        next if !defined $bound || $bound !~ m{^/} || !(hex($flags) & SO_ACCEPTCON);
        chomp $bound;
        my ($other_device, $other_file) = stat $bound or next;
        return 1 if $device == $other_device && $file == $other_file;
    }
    return 0;
}

sub parent_of { my ($path) = @_; $path =~ s{/[^/]*$}{}; return $path }

# Names come from the node's own files: the C library might want plug-ins of another file tree.
sub ids_of {
    my ($owner) = @_;
    my ($user_name, $group_name) = split /:/, $owner;
    if (!%user) {
        for my $table ([\%user, '/etc/passwd'], [\%group, '/etc/group']) {
            open my $file, '<', $table->[1] or next;
            while (<$file>) { my @field = split /:/; $table->[0]{ $field[0] } = $field[2] }
        }
    }
    die "no user $user_name in the node\n"   if !defined $user{$user_name};
    die "no group $group_name in the node\n" if !defined $group{$group_name};
    return ($user{$user_name}, $group{$group_name});
}

sub give {
    my ($path, $mode, $owner) = @_;
    chmod oct $mode, $path or die "chmod $path: $!\n";
    if ($owner ne '') { chown ids_of($owner), $path or die "chown $path: $!\n" }
}

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    my $content = <$file>;
    return defined $content ? $content : '';
}

sub spit {
    my ($path, $content) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print {$file} $content or die "$path: $!\n";
    close $file or die "$path: $!\n";
}

# Copies a file or a folder; folders and programs keep their execute bits.
sub copy_tree {
    my ($from, $to, $owner) = @_;
    if (-d $from) {
        make_dirs($to);
        give($to, '755', $owner);
        opendir my $dir, $from or die "$from: $!\n";
        copy_tree("$from/$_", "$to/$_", $owner) for sort grep { $_ ne '.' && $_ ne '..' } readdir $dir;
    } elsif (-f $from) {
        make_dirs(parent_of($to));
        spit($to, slurp($from));
        give($to, -x $from && (stat $from)[2] & 0111 ? '755' : '640', $owner);
    }
}

sub become_user {
    my ($uid, $gid, $groups, $folder) = @_;
    make_dirs($folder);    # as Docker does with a folder that is not there
    chdir $folder or print STDERR "$folder: $!\n";
    $) = "$gid $gid $groups";
    $( = $gid;
    ($<, $>) = ($uid, $uid);
    return if $< == $uid && $> == $uid;
    print STDERR "cannot become user $uid\n";
    exit 126;
}

sub start_program {
    my (@argv) = @_;
    my $pid = fork;
    die "fork: $!\n" if !defined $pid;
    if ($pid == 0) {
        $SIG{$_} = 'DEFAULT' for qw(PIPE INT TERM HUP);
        become_user(@$as) if $as;
        { no warnings; exec { $argv[0] } @argv }
        print STDERR "$argv[0]: $!\n";
        exit 127;
    }
    return $pid;
}

# Waits for this child and reaps every other that ends meanwhile. Returns its exit code, 128+n for signal n.
sub wait_for {
    my ($pid) = @_;
    return delete $background{$pid} if defined $background{$pid};
    while ((my $ended = waitpid -1, 0) > 0) {
        my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
        return $code if $ended == $pid;
        $background{$ended} = $code;
    }
    die "lost sight of process $pid\n";
}

# What was logged since `from`; of much, the beginning and the end.
sub logged {
    my ($from) = @_;
    seek $log, $from, 0;
    local $/;
    my $text = <$log>;
    return '' if !defined $text;
    return length $text <= 1200 ? $text : substr($text, 0, 600) . "\n...\n" . substr $text, -600;
}

sub set_flag_up {
    my ($interface) = @_;
    socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    my $request = pack 'a16 s x22', $interface, 0;
    ioctl $socket, SIOCGIFFLAGS, $request or die "interface $interface: $!\n";
    my $flags = unpack 'x16 s', $request;
    ioctl $socket, SIOCSIFFLAGS, pack 'a16 s x22', $interface, $flags | IFF_UP or die "interface $interface up: $!\n";
}

sub write_sysctl {
    my ($key, $value) = @_;
    my $path = $key;
    $path =~ tr{./}{/.} if $path !~ m{/};
    open my $file, '>', "/proc/sys/$path" or return 0;
    return syswrite($file, $value) && close $file;
}

my $upper_number = 0;
my $staging;
my @pending;

sub overlay_at {
    my ($lower, $target) = @_;
    my $number = $upper_number++;
    mkdir "$staging/u$number", 0755;
    mkdir "$staging/w$number", 0755;
    my $own = $staging;
    $own   =~ s/([\\,])/\\$1/g;
    $lower =~ s/([\\:,])/\\$1/g;
    return sys('mount', 'overlay', $target, 'overlay', MS_NOATIME,
        "lowerdir=$lower,upperdir=$own/u$number,workdir=$own/w$number");
}

my %step = (
    title    => sub { $0 = $_[0] },
    hostname => sub { sys('sethostname', $_[0], length $_[0]) or die "hostname $_[0]: $!\n" },
    sysctl   => sub { write_sysctl(@_) or die "sysctl $_[0]=$_[1]: $!\n" },
    # A kernel without IPv6 (say) has no such setting, and no need of it.
    'sysctl-default' => sub { write_sysctl(@_) },
    # The node's own copy of a file tree: what it writes stays in memory and goes with it.
    root => sub {
        my ($lower, $where) = @_;
        $staging = $where;
        mount_at('none', '/', 'none', MS_REC | MS_PRIVATE, 0);
        mount_at('tmpfs', $staging, 'tmpfs', MS_NOATIME, 'mode=755');
        mkdir "$staging/root", 0755;
        overlay_at($lower, "$staging/root") or die "overlay of $lower: $!\n";
    },
    # A further file system of the host below its root: copied the same way, else shown read-only, else left out.
    submount => sub {
        my ($path) = @_;
        return if !-d "$staging/root$path" || overlay_at($path, "$staging/root$path");
        sys('mount', $path, "$staging/root$path", 'none', MS_BIND, 0) or return;
        mount_at('none', "$staging/root$path", 'none', MS_BIND | MS_REMOUNT | MS_RDONLY, 0);
    },
    enter => sub {
        mkdir "$staging/root$OLD", 0700;
        chdir "$staging/root" or die "chdir: $!\n";
        sys('pivot_root', '.', ".$OLD") or die "pivot_root: $!\n";
        chdir '/' or die "chdir: $!\n";
        make_dirs($_) for qw(/proc /sys /dev /run /tmp);
        mount_at('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
        mount_at('sysfs', '/sys', 'sysfs', MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
        mount_at("$OLD/dev", '/dev', 'none', MS_BIND | MS_REC, 0);
        mount_at('tmpfs', '/dev/shm', 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=1777') if -d '/dev/shm';
    },
    leave => sub {
        sys('umount2', $OLD, MNT_DETACH) or die "umount $OLD: $!\n";
        rmdir $OLD;
    },
    dir   => sub { my ($path, $mode, $owner) = @_; make_dirs($path); give($path, $mode, $owner) },
    tmpfs => sub {
        my ($path, $mode, $owner) = @_;
        make_dirs($path);
        mount_at('tmpfs', $path, 'tmpfs', MS_NOSUID | MS_NODEV | MS_NOATIME, 'mode=755');
        give($path, $mode, $owner);
    },
    file => sub {
        my ($path, $mode, $owner, $content) = @_;
        make_dirs(parent_of($path));
        unlink $path if -l $path;
        spit($path, $content);
        give($path, $mode, $owner);
    },
    copy => sub { my ($from, $to, $owner) = @_; copy_tree("$OLD$from", $to, $owner) },
    bind => sub {
        my ($from, $to, $read_only) = @_;
        $from = "$OLD$from";
        die "bind of $from: it is not there\n" if !-e $from;
        if (-d $from) { make_dirs($to) }
        elsif (!-e $to) { make_dirs(parent_of($to)); unlink $to; spit($to, '') }
        mount_at($from, $to, 'none', MS_BIND | MS_REC, 0);
        mount_at('none', $to, 'none', MS_BIND | MS_REMOUNT | MS_RDONLY, 0) if $read_only;
    },
    'unset-env' => sub { %ENV = () },
    env         => sub { $ENV{ $_[0] } = $_[1] },
    up          => \&set_flag_up,
    bridge      => sub {
        my ($bridge) = @_;
        socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
        ioctl $socket, SIOCBRADDBR, "$bridge\0" or die "bridge $bridge: $!\n";
    },
    port => sub {
        my ($bridge, $port) = @_;
        socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
        my $request = pack 'a16 i x20', $port, 0;
        ioctl $socket, SIOCGIFINDEX, $request or die "interface $port: $!\n";
        my $index = unpack 'x16 i', $request;
        ioctl $socket, SIOCBRADDIF, pack 'a16 i x20', $bridge, $index or die "port $port of bridge $bridge: $!\n";
    },
    # A program that has to succeed (a daemon comes back once it has gone into the background).
    run => sub {
        my ($label, @argv) = @_;
        my $from = -s $log || 0;
        my $code = wait_for(start_program(@argv));
        die "$label exited with $code: " . logged($from) . "\n" if $code != 0;
    },
    # Waits until somebody listens at a Unix socket: a daemon may go into the background before it does. Nobody connects to
    # find out: when a client of zebra's leaves again, zebra forgets the connected routes that it has not dealt with yet.
    listening => sub {
        my ($label, $path, $most_seconds) = @_;
        for (1 .. $most_seconds * 100) {
            return if listens_at($path);
            select undef, undef, undef, 0.01;
        }
        die "$label does not listen at $path\n";
    },
    # Several programs at once; `await` takes their ends.
    begin => sub { my ($label, @argv) = @_; push @pending, [$label, start_program(@argv), -s $log || 0] },
    await => sub {
        my @failed;
        for my $program (@pending) {
            my $code = wait_for($program->[1]);
            push @failed, "$program->[0] exited with $code: " . logged($program->[2]) if $code != 0;
        }
        @pending = ();
        die join('; ', @failed) . "\n" if @failed;
    },
    as         => sub { $as = [@_] },
    background => sub { start_program(@_) },
    # A command whose failure is told and stops nothing.
    exec => sub {
        my ($label, @argv) = @_;
        open my $out, '+>', '/run/.faultline-exec' or die "/run/.faultline-exec: $!\n";
        unlink '/run/.faultline-exec';
        open my $keep_out, '>&', \*STDOUT or die "dup: $!\n";
        open my $keep_err, '>&', \*STDERR or die "dup: $!\n";
        open STDOUT, '>&', $out or die "dup: $!\n";
        open STDERR, '>&', $out or die "dup: $!\n";
        my $code = wait_for(start_program(@argv));
        open STDOUT, '>&', $keep_out;
        open STDERR, '>&', $keep_err;
        seek $out, 0, 0;
        read $out, my $text, MAX_OUTPUT;
        tell_faultline($name, 'exec', substr($label, 0, 500), $code, defined $text ? $text : '');
    },
);

sub carry_out {
    my ($steps) = @_;
    for my $line (@$steps) {
        my ($what, @args) = map { unescape($_) } split /\t/, $line, -1;
        ($step{$what} || die "unknown step $what\n")->(@args);
    }
}

1;
