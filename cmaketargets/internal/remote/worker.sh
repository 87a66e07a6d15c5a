# Runs a command on another machine; see run.go. Before this come the variables mark, lock, alone, peak and
# guard, and the function prepared, which runs its arguments in the directory and the environment of the command.
exec 3<&0 </dev/null 2>&1
PATH="$PATH:/usr/bin:/bin"
trap '' HUP INT TERM # of a runner that is ended: its input ends, too

# The run that started this holds the lock. Where it can be taken, it keeps no process of another machine out.
flock -n "$lock" true
held=$?
# A worker that this one replaces may still be at work, where only the way to it was lost.
host=${SLURMD_NODENAME:-$(uname -n)}
if [ $held = 1 ] && exec 4>>"$alone"; then
	if flock -w 5 4; then echo "$host" >"$alone"; else held=busy; fi
fi
printf '%s began %s %s\n' "$mark" $held "$host"
[ $held = 1 ] || exit 1

if /usr/bin/time -q -f %M -o "$peak" true; then # that of GNU
	set -- /usr/bin/time -q -f %M -o "$peak" "$@"
fi 2>/dev/null
prepared "$(command -v setsid)" "$@" 3<&- 4>&- &
pid=$!
exec 2>/dev/null # where the shell would write of processes that were killed

# ended ends the session of the command, and all processes with the mark $1 in their environment.
ended() { echo "$1 $pid" | /bin/sh -c "$guard" cmaketargets-guard runner proc >/dev/null; }

# The input ends when the run is cancelled, and when the process of the run or the way to it is gone.
(
	exec 4>&-
	while read -r _; do :; done
	trap '' USR1
	ended "$mark"
) <&3 >/dev/null &
watch=$!
exec 3<&-
wait $pid
status=$?
kill -USR1 $watch
! wait $watch || status=ended
[ $status = 0 ] || ended "${mark}nobody;"
read -r used <"$peak"
rm -f "$peak"
printf '%s exit %s %s\n' "$mark" $status "$used"
exit $status
