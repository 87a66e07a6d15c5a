package ui

// Commands prints lines that a CI system is to take for commands, unlike all
// else that is printed: whoever wrote them has escaped what they hold.
func (s *Screen) Commands(lines string) { s.write(lines) }
