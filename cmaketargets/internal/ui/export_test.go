package ui

// Show is called by the goroutine of a Screen.
func (s *Screen) Show() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.show(s.opts.Now())
}
