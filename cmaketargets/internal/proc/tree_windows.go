package proc

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// tree is a command and everything it started, held together by a job object
// that ends with its last handle. That handle is ours alone, so our own death,
// however it comes, ends them all: no guard is needed here. Only a process
// that we had created, and not yet put into its job when we died, is left, and
// that one never runs.
type tree struct {
	cmd *exec.Cmd
	job windows.Handle
}

func newTree(cmd *exec.Cmd) *tree {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED,
	}
	return &tree{cmd: cmd}
}

// adopt puts the suspended process into the job and lets it run, so that no
// child can be born outside of the job.
func (t *tree) adopt() error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return fmt.Errorf("create job object: %w", err)
	}
	t.job = job
	if err := limit(job, windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE); err != nil {
		return err
	}
	pid := uint32(t.cmd.Process.Pid)
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return fmt.Errorf("open process: %w", err)
	}
	defer func() { _ = windows.CloseHandle(process) }()
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return fmt.Errorf("assign process to job object: %w", err)
	}
	return resume(pid)
}

// limit sets the flags of a job.
func limit(job windows.Handle, flags uint32) error {
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = flags
	_, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		return fmt.Errorf("limit job object: %w", err)
	}
	return nil
}

// resume lets the only thread of a process that was created suspended run.
func resume(pid uint32) error {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("list threads: %w", err)
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID != pid {
			continue
		}
		thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, entry.ThreadID)
		if err != nil {
			return fmt.Errorf("open thread: %w", err)
		}
		defer func() { _ = windows.CloseHandle(thread) }()
		if _, err := windows.ResumeThread(thread); err != nil {
			return fmt.Errorf("resume thread: %w", err)
		}
		return nil
	}
	return fmt.Errorf("find thread of process %d: %w", pid, err)
}

// terminate asks politely: a console control event to the process group.
func (t *tree) terminate() {
	_ = windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(t.cmd.Process.Pid))
}

// empty says whether no process of the job is left.
func (t *tree) empty() bool {
	var count struct { // JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, winnt.h
		times                              [4]int64
		pageFaults, total, active, stopped uint32
	}
	err := windows.QueryInformationJobObject(t.job, windows.JobObjectBasicAccountingInformation,
		uintptr(unsafe.Pointer(&count)), uint32(unsafe.Sizeof(count)), nil)
	return err != nil || count.active == 0
}

func (t *tree) kill() { _ = windows.TerminateJobObject(t.job, 1) }

// abandoned does not know: who is left in the job may be a compiler's server,
// which works for other commands as well.
func (t *tree) abandoned() bool { return false }

// release lets go of what a command left running that ended by itself: a
// compiler's server, for one, is meant to stay.
func (t *tree) release() { _ = limit(t.job, 0) }

// close ends the job, with whoever is still in it.
func (t *tree) close() {
	if t.job != 0 {
		_ = windows.CloseHandle(t.job)
	}
}

func signalName(*os.ProcessState) string { return "" }
