#!/bin/sh
# A Slurm cluster of two nodes in one machine, for tests.
#
#   slurm.sh start DIR PORT  starts munged, slurmctld, and a slurmd for node1 and for node2, of four CPUs each, on this port
#                            and the two after it; a job runs on the node with less to do
#   slurm.sh lose DIR NODE   ends a node as a failure of its power does: all its processes at once
#   slurm.sh stop DIR        ends all of it
#
# DIR, an absolute path, is made; it holds keys, logs and state, and SLURM_CONF=DIR/slurm.conf leads srun to
# this cluster. It needs the packages slurm-wlm and munge of Debian, neither root nor systemd: all daemons
# belong to the caller, and to no service of the machine.
set -eu
PATH=$PATH:/usr/sbin:/sbin
verb=$1 dir=$2
export SLURM_CONF="$dir/slurm.conf"

# tasks prints the numbers of the processes of jobs on a node, those of this cluster only.
tasks() {
	cluster=$(sed -n 's/^ClusterName=//p' "$SLURM_CONF")
	grep -lsz "^SLURM_CLUSTER_NAME=$cluster\$" /proc/[0-9]*/environ | xargs -r grep -lsz "^SLURMD_NODENAME=$1\$" |
		while IFS=/ read -r _ _ pid _; do echo "$pid"; done
}

# daemons prints the numbers of the slurmd of a node and of its slurmstepd, which have its log open.
daemons() {
	find /proc/[0-9]*/fd -lname "$dir/$1.log" 2>/dev/null | while IFS=/ read -r _ _ pid _; do echo "$pid"; done | sort -u
}

# wait_for tries a command for a minute.
wait_for() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 1200 ] || { echo "slurm.sh: $* has no success; see $dir" >&2; exit 1; }
		sleep 0.05
	done
}

case $verb in
start)
	port=$3
	user=$(id -un)
	mkdir -p "$dir/state"
	chmod 755 "$dir"
	(umask 077 && head -c 1024 /dev/urandom >"$dir/munge.key")
	cat >"$SLURM_CONF" <<CONF
ClusterName=cmaketargets$port
SlurmctldHost=localhost
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/%n.log
# No control groups, which belong to the machine.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
# A job that waits begins as soon as there is room.
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory,CR_LLN
# The nodes have more than this machine.
SlurmdParameters=config_overrides
# A node that is silent for so many seconds is lost.
SlurmdTimeout=5
ReturnToService=2
NodeName=node1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=4 RealMemory=8000
NodeName=node2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=4 RealMemory=8000
PartitionName=all Nodes=node1,node2 Default=YES MaxTime=INFINITE DefMemPerCPU=100
CONF
	munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munge.pid" \
		--log-file="$dir/munge.log" --seed-file="$dir/munge.seed"
	slurmctld -c
	slurmd -N node1
	slurmd -N node2
	wait_for sh -c '[ "$(sinfo -h -t idle -o %D)" = 2 ]'
	;;
lose)
	node=$3
	kill -KILL $(daemons "$node") $(tasks "$node") || : # some have ended meanwhile
	scontrol update NodeName="$node" State=DOWN Reason="it was lost" # else Slurm waits for SlurmdTimeout
	;;
stop)
	scancel --user="$(id -un)" || :
	wait_for sh -c '[ -z "$(squeue -h)" ]'
	for daemon in node1 node2 slurmctld munge; do
		kill "$(cat "$dir/$daemon.pid")" 2>/dev/null || : # a lost node has none
	done
	kill -KILL $(daemons node1) $(daemons node2) 2>/dev/null || :
	;;
esac
