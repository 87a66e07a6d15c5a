package ui

// Show does what a Screen does by itself from time to time.
func (s *Screen) Show() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.show(s.opts.Now())
}
