#!/usr/bin/perl
# A journal of as many records as asked for, chained, always the same: pushes
# of a begin and a decision, some refused with a violation.
# usage: journal.pl [COUNT], or journal.pl --chain: chain the lines of standard
# input, which have none.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);

my ($seq, $prev) = (0, '0' x 64);

sub put {
	my ($json) = @_;

	$seq++;
	$json =~ s/"host":"[^"]*"\K/,"seq":$seq,"prev":"$prev"/;
	$prev = sha256_hex($json);
	print "$json\n";
}

if (($ARGV[0] // '') eq '--chain') {
	while (my $line = <STDIN>) {
		chomp $line;
		put($line);
	}
	exit;
}

my $count = $ARGV[0] // 1_000_000;
my @users = map { "user$_" } 1 .. 40;
my @rules = qw(peer-review tests-with-code ticket sign-off);
my $random = 1;
my %tip;

sub chance {
	my ($limit) = @_;

	$random = ($random * 1103515245 + 12345) % 2147483648;
	return int($random / 65536) % $limit;
}

while ($seq < $count) {
	my $id = sprintf('%04d-%04d', $seq / 10000, $seq % 10000);
	my $day = 1 + int($seq * 28 / $count);
	my $head = sprintf('"id":"%s","time":"2026-11-%02dT%02d:%02d:%02d.%03dZ"'
	    . ',"host":"git1","repo":"platform/api"', $id, $day, chance(24),
	    chance(60), chance(60), chance(1000));
	my $user = $users[chance(40)];
	my $ref = 'refs/heads/' . (chance(10) ? 'main' : 'release/1');
	my $old = $tip{$ref} // '1' x 40;
	my $new = sprintf('%040x', $seq + 16);
	my $rule = $rules[chance(4)];
	my $refused = chance(5) == 0;
	my $verdict = $refused ? 'refuse' : 'accept';

	put(qq({"v":1,"event":"begin",$head,"user":"$user","via":"wrapper",)
	    . qq("refs":["$ref"]}));
	put(qq({"v":1,"event":"decision",$head,"ref":"$ref","kind":"update",)
	    . qq("old":"$old","new":"$new","commits":2,"changes":1,)
	    . qq("user":"$user","via":"wrapper","addr":"192.0.2.7",)
	    . qq("verdict":"$verdict","push":"$verdict",)
	    . ($refused
		? qq("codes":["review.missing"],"rules":["$rule"],)
		: qq("proof":"claimed","reviewers":["ada"],))
	    . qq("policy":"3f9ac2d10b7e","hook":"pre-receive","ms":4}));
	put(qq({"v":1,"event":"violation",$head,"ref":"$ref",)
	    . qq("user":"$user","rule":"$rule","clause":"2b",)
	    . qq("code":"review.missing","mode":"enforce","commit":"$new",)
	    . qq("need":"1 review by reviewers","found":"none"}))
	    if $refused;
	$tip{$ref} = $new unless $refused;
}
