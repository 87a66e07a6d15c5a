package proc

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// processTree is a command and every process that it started, in a job object that ends with its last
// handle. Only this process has a handle, so its death ends them all, and no guard is needed. A process
// that was created and not yet put into its job is left, but never runs.
type processTree struct {
	cmd *exec.Cmd
	job windows.Handle
}

func newProcessTree(cmd *exec.Cmd, _ bool) *processTree {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED,
	}
	return &processTree{cmd: cmd}
}

// started puts the suspended process into the job and resumes it, so that no child can begin outside of
// the job.
func (t *processTree) started() error {
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

// resume resumes the only thread of a process that was created suspended.
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

// terminate sends a console control event to the process group.
func (t *processTree) terminate() {
	_ = windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(t.cmd.Process.Pid))
}

// empty reports whether no process of the job is left.
func (t *processTree) empty() bool {
	var count struct { // JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, winnt.h
		times                              [4]int64
		pageFaults, total, active, stopped uint32
	}
	err := windows.QueryInformationJobObject(t.job, windows.JobObjectBasicAccountingInformation,
		uintptr(unsafe.Pointer(&count)), uint32(unsafe.Sizeof(count)), nil)
	return err != nil || count.active == 0
}

func (t *processTree) kill() { _ = windows.TerminateJobObject(t.job, 1) }

// leftBehind returns false: a process that is left in the job may be a compiler's server, which works
// for other commands as well.
func (t *processTree) leftBehind() bool { return false }

// release lets the processes of a command that ended by itself run on: a compiler's server is meant to
// stay.
func (t *processTree) release() { _ = limit(t.job, 0) }

// close ends the job, with the processes that are still in it.
func (t *processTree) close() {
	if t.job != 0 {
		_ = windows.CloseHandle(t.job)
	}
}

func signalName(*os.ProcessState) string { return "" }

// peakOf returns 0: only the job object has the figure, of all processes together.
func peakOf(*os.ProcessState) int64 { return 0 }

// WithMark returns env: job objects need no marks.
func WithMark(env []string, _ string) []string { return env }
