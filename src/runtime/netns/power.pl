#!/usr/bin/perl
# Takes the power from a lab node: its init gets SIGKILL (which ends everything in the node) and its interfaces go
# down, within microseconds of each other, so that nothing of it can say goodbye to a neighbour in between.
#   power.pl <namespace file> <pid of its init, or 0> <start ticks>
use strict;
use warnings;
use Errno;
use constant { SIOCGIFFLAGS => 0x8913, SIOCSIFFLAGS => 0x8914, IFF_UP => 1, AF_INET => 2, SOCK_DGRAM => 2 };

my %SETNS = (x86_64 => 308, aarch64 => 268);
my $setns = $SETNS{ $ENV{FAULTLINE_MACHINE} } || die "no system call numbers for this processor\n";
my ($file, $pid, $ticks) = @ARGV;

open my $namespace, '<', $file or die "$file: $!\n";
syscall($setns, fileno $namespace, 0) == -1 and die "setns $file: $!\n";
socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
my @requests;
for my $interface (interfaces()) {
    my $request = pack 'a16 s x22', $interface, 0;
    ioctl $socket, SIOCGIFFLAGS, $request or die "interface $interface: $!\n";
    push @requests, pack 'a16 s x22', $interface, unpack('x16 s', $request) & ~IFF_UP;
}
kill 'KILL', $pid if $pid && start_ticks($pid) eq $ticks;
# ENODEV: an interface that went with the process that made it, as pimd's pimreg does.
for my $request (@requests) {
    ioctl $socket, SIOCSIFFLAGS, $request or $!{ENODEV} or die "interface down: $!\n";
}

# All but the loopback, by the names that they have now.
sub interfaces {
    open my $table, '<', '/proc/self/net/dev' or die "/proc/self/net/dev: $!\n";
    return grep { $_ ne 'lo' } map { /^\s*([^\s:][^:]*):/ ? $1 : () } <$table>;
}

sub start_ticks {
    my ($of) = @_;
    open my $stat, '<', "/proc/$of/stat" or return '';
    my $line = <$stat>;
    $line =~ s/^.*\) //s;
    return (split / /, $line)[19];
}
