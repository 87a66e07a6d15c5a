# cmaketargets-guard: ends the commands of process $1 when that dies before them.
# See guard_unix.go of cmaketargets/internal/proc.
set +euf
trap '' HUP INT QUIT TERM
export LC_ALL=C PATH="/usr/bin:/bin:$PATH"

# running holds " MARK=NUMBER:KIND " of each command that has begun and not ended. A line that its writer's
# death cut off is not read. An empty mark would be that of all processes.
running=' '
while read -r mark pid kind; do
	case $mark in *.*\;) ;; *) continue ;; esac
	case $running in *" $mark="*)
		before=${running%%" $mark="*} after=${running#*" $mark="}
		running="$before ${after#* }"
	esac
	[ "$pid" = -1 ] || running="$running$mark=$pid:$kind "
done
[ "$running" != ' ' ] || exit 0

# living succeeds while a process that got SIGTERM lives. marked prints the numbers of the processes with a mark, and found the
# files of those that are further processes of the commands. clock sets now to hundredths of a second.
if [ "$2" = proc ] && command -v grep >/dev/null; then
	living() { grep -qsE "$members" /proc/[0-9]*/stat; }
	marked() { grep -lszF -e "$mark" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done; }
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
	marked() { :; }
	found() { :; }
fi
pause() { sleep 0.05 || sleep 1; }

# choose sets marks, groups and sessions to those of all commands, the remote ones, or those here, and succeeds if there are
# any. A command whose number was not announced has its mark from the moment when it runs its program.
choose() {
	marks= groups= sessions=none
	for command in $running; do
		mark=${command%=*} pid=${command##*=} kind=${command##*:}
		pid=${pid%:*}
		case $1:$kind in remote:remote) ;; remote:* | here:remote) continue ;; esac
		marks="$marks -e $mark"
		if ! [ "$pid" -gt 1 ]; then
			pid=$(marked) tries=0
			while [ "$kind" = remote ] && [ -z "$pid" ] && [ $((tries += 1)) -lt 5 ]; do
				pause
				pid=$(marked)
			done
		fi
		for pid in $pid; do groups="$groups -$pid" sessions="$sessions|$pid"; done
	done
	members="\\) [^ZX] [0-9]+ [0-9]+ ($sessions) [-0-9 ]*\$" # proc(5), stat
	[ "$marks" ]
}

# finish waits for the end of the chosen commands, for so many hundredths of a second, and sends SIGTERM once more whenever as
# many as $2 are over. Then it kills them.
finish() {
	end=$((now + $1)) again=$((now + $2))
	while [ $now -lt $end ] && living; do
		pause
		clock
		[ $now -lt $again ] || { kill -TERM $groups; again=$((now + $2)); }
	done
	# Two searches in a row find no process: one that starts a program has no environment for a moment.
	kill -KILL $groups
	tries=0 clean=0
	while [ $tries -lt 40 ] && [ $clean -lt 2 ]; do
		[ $clean = 0 ] || pause
		tries=$((tries + 1)) clean=$((clean + 1))
		killed=$(found | while IFS=/ read -r _ _ pid _; do kill -KILL $pid && echo $pid; done)
		[ -z "$killed" ] || clean=0
	done
}

choose all
kill -TERM $groups
kill -CONT $groups # a stopped process gets no signal before
now=0
clock
if choose here; then finish 200 1000; fi
# SIGKILL would not reach what a runner started on another machine, and srun loses a SIGTERM that it gets while it starts.
if choose remote; then finish 2000 100; fi
