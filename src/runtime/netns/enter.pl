#!/usr/bin/perl -w
# Runs a program in the namespaces of a lab node and ends with its exit code (128+n where signal n ended it).
#   enter.pl net  <namespace file> <program> [argument …]   network namespace only
#   enter.pl node <pid of its init> <program> [argument …]  all namespaces; the variables named in
#                                                           FAULTLINE_ENV (comma-separated) are its whole environment,
#                                                           FAULTLINE_CGROUPS (colons between) are files that take it
#                                                           into control groups, FAULTLINE_AS (uid, gid, groups,
#                                                           folder) is who runs it, and where
# When the caller dies, the program gets SIGKILL. Only perl-base is needed, and as little of it as can be: this runs
# for every probe (`use warnings` and `%!` would each cost a millisecond).
use strict;

my %NR = (x86_64 => { setns => 308, prctl => 157 }, aarch64 => { setns => 268, prctl => 167 });
my $nr = $NR{ delete $ENV{FAULTLINE_MACHINE} } || die "no system call numbers for this processor\n";
my $caller = delete $ENV{FAULTLINE_CALLER};
my $as     = delete $ENV{FAULTLINE_AS};
my ($how, $where, @argv) = @ARGV;

sub die_with_parent {
    syscall $nr->{prctl}, 1, 9, 0, 0, 0;
}

sub join_namespace {
    my ($file) = @_;
    open my $handle, '<', $file or die "$file: $!\n";
    syscall($nr->{setns}, fileno $handle, 0) == -1 and die "setns $file: $!\n";
}

sub become {
    { local $^W = 0; exec { $argv[0] } @argv }
    my $not_there = $! == 2;
    print STDERR "$argv[0]: $!\n";
    exit($not_there ? 127 : 126);
}

die_with_parent();
exit 1 if getppid != $caller;
if ($how eq 'net') {
    join_namespace($where);
    become();
}

# Control groups are joined before the namespaces hide them.
for my $file (split /:/, delete $ENV{FAULTLINE_CGROUPS} || '') {
    open my $procs, '>', $file or die "$file: $!\n";
    syswrite $procs, '0' or die "$file: $!\n";
}
my @handles = map { open my $h, '<', "/proc/$where/ns/$_" or die "the node has ended ($!)\n"; $h } qw(uts ipc net pid mnt);
for my $handle (@handles) { syscall($nr->{setns}, fileno $handle, 0) == -1 and die "setns: $!\n" }
chdir '/';
my ($uid, $gid, $groups, $folder) = defined $as ? split(/ /, $as, 4) : ();
chdir $folder if defined $folder;
my %keep = map { $_ => 1 } split /,/, delete $ENV{FAULTLINE_ENV};
delete @ENV{ grep { !$keep{$_} } keys %ENV };
my $child;
for my $signal (qw(TERM INT HUP QUIT USR1 USR2)) {
    $SIG{$signal} = sub { kill $signal, $child if $child };
}
$child = fork;
die "fork: $!\n" if !defined $child;
if ($child == 0) {
    $SIG{$_} = 'DEFAULT' for qw(TERM INT HUP QUIT USR1 USR2);
    die_with_parent();
    exit 1 if getppid == 1;    # the caller ended before we could ask to end with it
    if (defined $uid) {
        $) = join ' ', $gid, $gid, split /,/, $groups;
        $( = $gid;
        ($<, $>) = ($uid, $uid);
        die "cannot become user $uid\n" if $< != $uid || $> != $uid;
        die_with_parent();    # what becomes somebody else forgets it
    }
    become();
}
close STDIN;
close STDOUT;
1 while waitpid($child, 0) != $child;
exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
