// Package memory reads how much memory the system has for the jobs of a run, and how many
// processes it killed for lack of it: of the machine, and of the control groups that this process
// is in. It supports Linux; elsewhere, and where a file cannot be read, nothing is known.
package memory
