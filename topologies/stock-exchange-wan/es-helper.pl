#!/usr/bin/perl
# What FRR leaves to hardware on an Ethernet Segment, done with tc and the bond of a Linux WAN edge:
#  - the designated forwarder: while zebra says that this router is not DF, frames from the overlay that go to many are
#    kept from the bundle. network.sh put the filters there, closed; this opens and closes the second one. Split
#    horizon (frames from the other WAN edge of the segment, RFC 8365 section 8.3.1) is in the first, which stays.
#  - after the segment came up, a new DF waits, so that the other WAN edge has heard of it (RFC 7432 section 8.5).
#  - without bgpd this router is not DF: the others have elected without it. It waits as above when a new bgpd, that of the
#    router's boot too, has heard all that a neighbour has to say (End-of-RIB): FRR's own wait counts from zebra's start, and
#    may be over before there is a session. Graceful restart changes nothing of that: FRR's does not keep EVPN.
#  - while the bundle is down, frames for hosts behind it go to the other WAN edge (the backup nexthop group of a bridge
#    port, which zebra knows and does not set); one VXLAN device, so one VLAN, can have that.
#  - a bundle whose partner does not answer LACP any more counts as down: a bond of Linux stays up with its last port.
#    min_links above the number of ports takes its carrier away, and LACP goes on all the same.
# And what FRR 10.3 forgets: zebra tells a bgpd that was started again of the segment's VLANs before bgpd knows them, and
# bgpd never announces the segment. They are taken from the bundle and put back at once.
# Every change is a line in the log, with the time it took, so that its share in an outage is known.
#
# usage: es-helper.pl <bundle> <backup device> <monitor ms> <DF wait ms> <port>...
use strict;
use warnings;

use Fcntl;
use JSON::PP;
use POSIX 'strftime';
use Time::HiRes qw(clock_gettime CLOCK_REALTIME);

my ($bundle, $backup, $monitor_ms, $wait_ms, @ports) = @ARGV;
die "usage: es-helper.pl <bundle> <backup device> <monitor ms> <DF wait ms> <port>...\n" if !@ports;
my ($zebra_log, $own_log, $batch) = ('/var/log/frr/frr.log', '/var/log/frr/es-helper.log', '/run/es-helper.batch');
# zebra hands bgpd the VLANs right after the segment: what comes so long after the complaint finds them.
my $again_s = 0.2;
# The states of an 802.3ad port (IEEE 802.1AX section 6.4.2.3).
use constant { IN_SYNC => 0x08, COLLECTING => 0x10, DISTRIBUTING => 0x20, DEFAULTED => 0x40, EXPIRED => 0x80 };

open my $log, '>>', $own_log or die "$own_log: $!\n";
$log->autoflush(1);

sub now { return clock_gettime(CLOCK_REALTIME) }

sub say_so {
    my ($text) = @_;
    my $now = now();
    printf {$log} "%s.%06d %s\n", strftime('%Y/%m/%d %H:%M:%S', gmtime int $now), ($now - int $now) * 1e6, $text;
}

# Runs a program; its complaints go to the log.
sub run {
    my (@argv) = @_;
    open my $pipe, '-|', @argv or do { say_so("cannot run $argv[0]: $!"); return '' };
    local $/;
    my $said = <$pipe> // '';
    close $pipe;
    say_so("failed with $?: @argv") if $? != 0;
    return $said;
}

# What zebra says of the segment on the bundle; undef where it does not answer.
sub is_forwarder {
    my $answer = eval { decode_json(run('vtysh', '-c', 'show evpn es detail json')) };
    return if ref $answer ne 'ARRAY';
    my ($segment) = grep { ($_->{accessPort} // '') eq $bundle } @$answer;
    return 0 if !defined $segment;
    my %is = map { $_ => 1 } @{ $segment->{flags} };
    set_backup($is{nexthopGroupActive} ? $segment->{nexthopGroup} : 0);
    return $is{df} ? 1 : 0;
}

my $backup_group = 0;
sub set_backup {
    my ($group) = @_;
    return if $group == $backup_group;
    run('bridge', 'link', 'set', 'dev', $bundle, 'backup_port', $backup, 'backup_nhid', $group);
    $backup_group = $group;
    say_so("$bundle: while it is down, nexthop group $group of $backup");
}

my $open = 0;
sub set_filter {
    my ($forwarder, $since) = @_;
    return if $forwarder == $open;
    my @what = ('dev', $bundle, 'egress', 'pref', '2', 'protocol', 'all', 'handle', '0x20', 'fw');
    run('tc', 'filter', $forwarder ? 'del' : 'add', @what, $forwarder ? () : ('action', 'goto', 'chain', '1'));
    $open = $forwarder;
    say_so(sprintf '%s %s, filter %s %.3f ms after zebra said so',
        $bundle, $forwarder ? 'DF' : 'not DF', $forwarder ? 'opened' : 'closed', 1000 * (now() - $since));
}

# In one go, so that no frame falls between.
sub tell_vlans_again {
    my $answer = eval { decode_json(run('bridge', '-j', 'vlan', 'show', 'dev', $bundle)) } // [];
    my @vlans = map { $_->{vlan} } map { @{ $_->{vlans} } } @$answer;
    open my $file, '>', $batch or do { say_so("$batch: $!"); return };
    print {$file} map { ("vlan del vid $_ dev $bundle\n", "vlan add vid $_ dev $bundle\n") } @vlans;
    close $file;
    run('bridge', '-batch', $batch);
    say_so("$bundle: bgpd did not know the segment's VLANs, told of @vlans again");
}

my $partner = 0;
sub look_at_partner {
    my $good = 0;
    for my $port (@ports) {
        open my $file, '<', "/sys/class/net/$port/bonding_slave/ad_actor_oper_port_state" or next;
        my $state = <$file> // 0;
        my $needed = IN_SYNC | COLLECTING | DISTRIBUTING;
        $good++ if ($state & $needed) == $needed && !($state & (DEFAULTED | EXPIRED));
    }
    return if ($good > 0) == $partner;
    $partner = $good > 0;
    run('ip', 'link', 'set', $bundle, 'type', 'bond', 'min_links', $partner ? 1 : 1 + @ports);
    say_so("$bundle " . ($partner ? 'has an LACP partner: carrier' : 'lost its LACP partner: no carrier'));
}

# The log is there before anything of the segment can be in it.
sysopen(my $made, $zebra_log, O_WRONLY | O_CREAT | O_APPEND, 0640) or die "$zebra_log: $!\n";
my ($user, $group) = (getpwnam 'frr')[2, 3];
chown $user, $group, $zebra_log if defined $user;
close $made;
open my $lines, '-|', 'tail', '-n', '0', '-F', $zebra_log or die "tail: $!\n";
my $at = '';
my $came_up = 0;      # when the segment did, if a wait for that is still on
my $heard = now();    # when zebra last spoke of it
my $ask = 1;
my $bgp = 0;          # whether this router has a say in the election
my $bgpd = '';        # pid of the bgpd that it has it by
my $again_at = 0;     # when to tell of the VLANs again, if that has to be
say_so("watches $bundle, LACP every $monitor_ms ms, DF wait $wait_ms ms");
look_at_partner();

sub bgpd_pid {
    open my $file, '<', '/run/frr/bgpd.pid' or return '';
    return <$file> // '';
}

sub lose_bgpd {
    my ($why) = @_;
    return if !$bgp;
    $bgp = 0;
    $ask = 1;
    $heard = now();
    say_so("$bundle: $why");
}

# Where zebra is dead, too, nobody says it.
sub look_at_bgpd {
    lose_bgpd('bgpd is gone') if $bgp && !kill 0, int $bgpd;
}

sub hear {
    my ($line) = @_;
    if ($line =~ /\bClient \d+ 'bgp' \(session id 0\) .*shutting down|\bBGP: .*\bTerminating on signal\b/) {
        lose_bgpd('zebra lost bgpd, or bgpd says that it ends');
        return;
    }
    if ($line =~ /\bclient \d+ says hello and bids fair to announce only bgp routes/) {
        return if bgpd_pid() eq $bgpd;
        $bgpd = bgpd_pid();
        $bgp = 0;
    }
    elsif ($line =~ /\brcvd End-of-RIB for L2VPN EVPN\b/) {
        return if $bgp;
        $bgp = 1;
        $came_up = now();
        say_so("$bundle: bgpd has heard a neighbour");
    }
    elsif ($line =~ /\bFailed to associate VNI \d+ with ESI/) {
        $again_at = now() + $again_s;
        return;
    }
    elsif ($line !~ /\bes .* (?:df-delay expired|state changed to|vtep|df to|br-port)|df-change/) { return }
    $ask = 1;
    $heard = now();
    $came_up = $heard if $line =~ /state changed to up/;
}

# Without a partner it looks more often: frames that the partner sends before the carrier is back are lost.
my $next_look;
sub plan_look { $next_look = now() + ($partner ? $monitor_ms : $monitor_ms / 5) / 1000 }
plan_look();
while (1) {
    if ($ask) {
        $ask = 0;
        my $forwarder = $bgp ? is_forwarder() : 0;
        my $left = $came_up + $wait_ms / 1000 - now();
        if (!defined $forwarder) { $ask = 1 }
        elsif (!$forwarder) { set_filter(0, $heard) }
        elsif ($left <= 0) { set_filter(1, $heard) }
    }
    my $until = $next_look;
    my $wait_ends = $came_up + $wait_ms / 1000;
    $until = $wait_ends if $came_up > 0 && $wait_ends < $until;
    $until = $again_at if $again_at > 0 && $again_at < $until;
    my $left = $until - now();
    my $ready = '';
    vec($ready, fileno $lines, 1) = 1;
    if (select $ready, undef, undef, $left > 0 ? $left : 0) {
        my $got = sysread $lines, $at, 65536, length $at;
        die "tail ended\n" if !$got;
        hear($1) while $at =~ s/^(.*)\n//;
    }
    if ($again_at > 0 && now() >= $again_at) {
        $again_at = 0;
        tell_vlans_again();
    }
    if ($came_up > 0 && now() >= $came_up + $wait_ms / 1000) {
        say_so("$bundle: the DF wait of $wait_ms ms is over");
        $came_up = 0;
        $heard = now();
        $ask = 1;
    }
    if (now() >= $next_look) {
        look_at_partner();
        look_at_bgpd();
        plan_look();
    }
}
