# cmaketargets-guard: ends the commands of process $1 when that dies before them.
# See guard_unix.go of cmaketargets/internal/proc.
set +euf
trap '' HUP INT QUIT TERM
export LC_ALL=C PATH="/usr/bin:/bin:$PATH"

# running holds " MARK=NUMBER " of each command that has begun and not ended. A line that its writer's
# death cut off is not read.
running=' '
while read -r mark pid; do
	case $running in *" $mark="*)
		before=${running%%" $mark="*} after=${running#*" $mark="}
		running="$before ${after#* }"
	esac
	[ "$pid" = -1 ] || running="$running$mark=$pid "
done

marks= groups= sessions=none
for command in $running; do
	mark=${command%=*} pid=${command##*=}
	marks="$marks -e $mark"
	[ "$pid" -gt 1 ] && groups="$groups -$pid" sessions="$sessions|$pid"
done
[ "$marks" ] || exit 0

# living succeeds while a process that got SIGTERM lives. found prints the files of further processes.
# clock sets now to hundredths of a second.
if [ "$2" = proc ] && command -v grep >/dev/null; then
	members="\\) [^ZX] [0-9]+ [0-9]+ ($sessions) [-0-9 ]*\$" # proc(5), stat
	living() { grep -qsE "$members" /proc/[0-9]*/stat; }
	clock() { read -r now _ </proc/uptime; now=${now%.*}${now#*.}; }
	# A process that forks and exits, over and over, is ahead of a list. The numbers of processes ascend,
	# so grep, which is faster, meets it among the next ones.
	found() {
		read -r _ _ _ _ next </proc/loadavg
		grep -lsE "$members" /proc/[0-9]*/stat
		grep -lszF $marks /proc/[0-9]*/environ
		read -r _ _ _ _ last </proc/loadavg
		while [ $((next += 1)) -lt $((last + 200)) ]; do new="$new /proc/$next/environ"; done
		grep -lszF $marks $new
	}
else
	living() { for group in $groups; do kill -0 $group && return; done; return 1; }
	clock() { now=$((now + 5)); } # called every twentieth of a second
	found() { :; }
fi
pause() { sleep 0.05 || sleep 1; }

kill -TERM $groups
kill -CONT $groups # a stopped process gets no signal before
now=0
clock
end=$((now + 200))
while [ $now -lt $end ] && living; do pause; clock; done

# Two searches in a row find no process: one that starts a program has no environment for a moment.
kill -KILL $groups
tries=0 clean=0
while [ $tries -lt 40 ] && [ $clean -lt 2 ]; do
	[ $clean = 0 ] || pause
	tries=$((tries + 1)) clean=$((clean + 1))
	killed=$(found | while IFS=/ read -r _ _ pid _; do kill -KILL $pid && echo $pid; done)
	[ -z "$killed" ] || clean=0
done
