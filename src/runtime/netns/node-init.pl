#!/usr/bin/perl
# Starts lab nodes: each is one process in network, mount, UTS, IPC and PID namespaces of its own that carries out a
# plan (a list of small steps that faultline wrote), then sleeps as the node's process 1. Only perl-base is needed;
# after its own file tree is set up, a node depends on no perl file any more.
#
# In on stdin:  node<TAB>name<TAB>plan file<TAB>pid file<TAB>log file<TAB>netns   start the init of a node: stage
#                   `setup`; in this network namespace, or (empty) in a new one
#               send<TAB>name<TAB>links|start                           carry out that stage of its plan
#               detach                                                  let all nodes live on, and end
# Out on stdout: name<TAB>pid<TAB>pid<TAB>start ticks | name<TAB>done<TAB>stage | name<TAB>failed<TAB>why
#               name<TAB>exec<TAB>command<TAB>exit code<TAB>output | name<TAB>ended
# Where stdin ends before `detach`, every node is ended: a faultline that dies half-way leaves no process.
use strict;
use warnings;

use File::Basename 'dirname';

BEGIN { require(dirname(__FILE__) . '/node-steps.pl') }

my %NR = (
    x86_64  => { mount => 165, umount2 => 166, pivot_root => 155, sethostname => 170, unshare => 272, setns => 308 },
    aarch64 => { mount => 40,  umount2 => 39,  pivot_root => 41,  sethostname => 161, unshare => 97,  setns => 268 },
);
our ($nr, $report, $log, $name);
my (%gate, %pids, $log_file);

# What a node's init does: process 1 of its own PID namespace.
sub be_init {
    my ($plan_file, $netns, $gate) = @_;
    setpgrp;
    my %plan = (setup => [], links => [], start => []);
    my $stage;
    for my $line (split /\n/, slurp($plan_file)) {
        if ($line =~ /^\[(\w+)\]$/) { $stage = $plan{$1} }
        else { push @$stage, $line }
    }
    <$gate> // exit(1);    # until our pid is on file, nothing is done
    open STDIN,  '<',  '/dev/null';
    open STDOUT, '>>', $log_file or die "$log_file: $!\n";
    open STDERR, '>&', \*STDOUT;
    open $log, '<', $log_file or die "$log_file: $!\n";    # it cannot be reached by its name later
    if ($netns ne '') {
        open my $namespace, '<', $netns or die "$netns: $!\n";
        sys('setns', fileno $namespace, NEWNET) or die "setns $netns: $!\n";
    }
    sys('unshare', NEWNS | NEWUTS | NEWIPC | ($netns eq '' ? NEWNET : 0)) or die "unshare: $!\n";
    carry_out($plan{setup});
    tell_faultline($name, 'done', 'setup');
    my $lives = 0;
    while (my $word = <$gate>) {
        chomp $word;
        if ($word eq 'live') { $lives = 1; last }
        carry_out($plan{$word} || die "no stage $word\n");
        tell_faultline($name, 'done', $word);
    }
    exit(1) if !$lives;
    close $gate;
    close $report;
    $SIG{CHLD} = 'IGNORE';    # orphans are reaped by the kernel from here on
    1 while waitpid(-1, WNOHANG) > 0;
    sleep while 1;
}

sub start_node {
    my ($node, $plan_file, $pid_file, $own_log, $netns, $pid_ns) = @_;
    pipe my $read, my $write or die "pipe: $!\n";
    sys('unshare', NEWPID) or die "unshare: $!\n";
    my $pid = fork;
    die "fork: $!\n" if !defined $pid;
    if ($pid == 0) {
        close $_ for values %gate;
        close $write;
        ($name, $log_file) = ($node, $own_log);
        eval { be_init($plan_file, $netns, $read); 1 } or do {
            my $why = $@;
            chomp $why;
            tell_faultline($name, 'failed', substr $why, 0, MAX_OUTPUT);
            exit(1);
        };
    }
    close $read;
    sys('setns', fileno $pid_ns, NEWPID) or die "setns: $!\n";
    my $ticks = start_ticks($pid);
    spit("$pid_file.new", "$pid $ticks\n");
    rename "$pid_file.new", $pid_file or die "$pid_file: $!\n";
    $pids{$pid}  = $node;
    $gate{$node} = $write;
    tell_faultline($node, 'pid', $pid, $ticks);
    syswrite $write, "go\n";
}

sub reap {
    while ((my $pid = waitpid -1, WNOHANG) > 0) {
        my $node = delete $pids{$pid};
        tell_faultline($node, 'ended') if defined $node;
    }
}

$nr = $NR{ $ENV{FAULTLINE_MACHINE} } || die "no system call numbers for this processor ($ENV{FAULTLINE_MACHINE})\n";
open $report, '>&', \*STDOUT or die "dup: $!\n";
open my $pid_ns, '<', '/proc/self/ns/pid' or die "/proc/self/ns/pid: $!\n";
$SIG{PIPE} = 'IGNORE';
setpgrp;
my $buffer = '';
my $detached = 0;
until ($detached) {
    my $ready = '';
    vec($ready, fileno(STDIN), 1) = 1;
    select $ready, undef, undef, %pids ? 0.5 : undef;
    reap();
    next if !vec $ready, fileno(STDIN), 1;
    my $got = sysread STDIN, $buffer, 65536, length $buffer;
    last if !$got;
    while ($buffer =~ s/^(.*)\n//) {
        my ($what, @args) = map { unescape($_) } split /\t/, $1, -1;
        if ($what eq 'node') { start_node(@args, $pid_ns) }
        elsif ($what eq 'send') { syswrite $gate{ $args[0] }, "$args[1]\n" }
        elsif ($what eq 'detach') { $detached = 1 }
    }
}
if ($detached) { syswrite $_, "live\n" for values %gate }
else {
    kill 'KILL', keys %pids;
    waitpid $_, 0 for keys %pids;
}
